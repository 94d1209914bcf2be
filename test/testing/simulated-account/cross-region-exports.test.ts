import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { SimulatedAccount } from '../../../src/testing';

const ACCOUNT = '111122223333';
const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'cross-region-'));
afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

interface Story {
  /** The keys that the role may use. */
  readonly used?: readonly string[];
  readonly replica?: boolean;
}

/** Keys in one Region, and a role in another that may use some of them. */
function appOf({ used = ['Key', 'Other'], replica = false }: Story = {}): App {
  const app = new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) });
  const stackIn = (id: string, region: string) => new Stack(app, id, { env: { account: ACCOUNT, region }, crossRegionReferences: true });
  const [there, here] = [stackIn('There', 'eu-west-1'), stackIn('Here', 'us-east-1')];
  const [key, other] = ['Key', 'Other'].map((id) => new kms.Key(there, id, { multiRegion: true })) as [kms.Key, kms.Key];
  const reader = new iam.Role(here, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  for (const each of [key, other].filter(({ node }) => used.includes(node.id))) {
    reader.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [each.keyArn] }));
  }
  const keyPolicy = new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [new iam.AccountPrincipal(ACCOUNT)] })] });
  if (replica) new kms.CfnReplicaKey(here, 'Replica', { primaryKeyArn: key.keyArn, keyPolicy });
  return app;
}

const encrypt = (account: SimulatedAccount, key = 'There/Key') =>
  account.as('Here/Reader', { region: 'eu-west-1' }).kms.encrypt({ KeyId: account.keyArn(key), Plaintext: Buffer.from('x') });

describe('references across Regions', () => {
  it('work as soon as the app is loaded', async () => {
    const account = await SimulatedAccount.of(appOf());
    await expect(encrypt(account)).resolves.toHaveProperty('CiphertextBlob');
    expect(account.inert.map(({ type }) => type)).toEqual([]);
  });

  it('lead replicas to their primary key', async () => {
    const account = await SimulatedAccount.of(appOf({ replica: true }));
    expect(account.keyArn('Here/Replica')).toBe(account.keyArn('There/Key').replace('eu-west-1', 'us-east-1'));
  });

  it('are added one by one, and cannot be withdrawn while they are in use', async () => {
    const account = await SimulatedAccount.of(appOf({ used: ['Key'] }));
    await expect(encrypt(account, 'There/Other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await account.update(appOf());
    await expect(encrypt(account, 'There/Other')).resolves.toHaveProperty('CiphertextBlob');
    await expect(account.update(appOf({ used: ['Key'] }))).rejects.toThrow(/Exports cannot be updated: \n\/cdk\/exports\/Here\/\S+ is in use by stack\(s\) Here/);
    await expect(encrypt(account, 'There/Other')).resolves.toHaveProperty('CiphertextBlob');
  });

  it('end with their stacks, the consumer first', async () => {
    const account = await SimulatedAccount.of(appOf());
    await account.delete();
    await account.update(appOf());
    await expect(encrypt(account)).resolves.toHaveProperty('CiphertextBlob');
  });

  it('work in each of several accounts and stages', async () => {
    const app = new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) });
    for (const [id, account] of [['Test', '111111111111'], ['Prod', '222222222222']] as const) {
      const stage = new Stage(app, id);
      const stackIn = (name: string, region: string) => new Stack(stage, name, { env: { account, region }, crossRegionReferences: true });
      const [there, here] = [stackIn('There', 'eu-west-1'), stackIn('Here', 'us-east-1')];
      const key = new kms.Key(there, 'Key');
      new iam.Role(here, 'Reader', { assumedBy: new iam.AccountRootPrincipal() })
        .addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [key.keyArn] }));
    }
    const account = await SimulatedAccount.of(app);
    const call = (who: string, key: string) => account.as(`${who}/Here/Reader`, { region: 'eu-west-1' }).kms
      .encrypt({ KeyId: account.keyArn(`${key}/There/Key`), Plaintext: Buffer.from('x') });
    for (const stage of ['Test', 'Prod']) await expect(call(stage, stage)).resolves.toHaveProperty('CiphertextBlob');
    await expect(call('Test', 'Prod')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(new Set(account.principals().map(({ arn }) => arn.split(':')[4]))).toEqual(new Set(['111111111111', '222222222222']));
  });
});
