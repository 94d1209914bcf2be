import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { SimulatedAccount } from '../../../src/testing/simulated-account/simulated-account';

const ACCOUNT = '111122223333';
const [HERE, THERE] = ['us-east-1', 'eu-west-1'] as const;
const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'replica-keys-'));

afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

const OPEN = new iam.PolicyDocument({
  statements: [new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [new iam.AccountPrincipal(ACCOUNT)] })],
});

/** A primary key in one Region and, once its ARN is known, replicas in another. */
function app(replicas: Readonly<Record<string, Partial<kms.CfnReplicaKeyProps> & { readonly primaryKeyArn: string }>> = {}): App {
  const made = new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) });
  const stackIn = (id: string, region: string) => new Stack(made, id, { env: { account: ACCOUNT, region } });
  const here = stackIn('Here', HERE);
  for (const id of ['Key', 'OtherKey']) new kms.CfnKey(here, id, { multiRegion: true, keyPolicy: OPEN });
  const there = stackIn('There', THERE);
  for (const [id, properties] of Object.entries(replicas)) {
    const replica = new kms.CfnReplicaKey(there, id, { keyPolicy: OPEN, ...properties });
    new kms.CfnAlias(there, `${id}Alias`, { aliasName: `alias/${id}`, targetKeyId: replica.ref });
  }
  const role = new iam.Role(there, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [`arn:aws:kms:${THERE}:${ACCOUNT}:key/*`] }));
  return made;
}

async function withReplica(properties: Partial<kms.CfnReplicaKeyProps> = {}) {
  const account = await SimulatedAccount.of(app());
  const primaryKeyArn = account.keyArn('Here/Key');
  await account.update(app({ Replica: { primaryKeyArn, ...properties } }));
  const root = (region: string) => account.kms.as(`arn:aws:iam::${ACCOUNT}:root`, { region });
  const KeyId = primaryKeyArn.split('/')[1]!;
  return { account, primaryKeyArn, KeyId, here: root(HERE), there: root(THERE) };
}

describe('replica keys', () => {
  it('are made in the Region of their stack, of the primary key of another', async () => {
    const { account, primaryKeyArn, KeyId, here } = await withReplica();
    expect(account.keyArn('There/Replica')).toBe(primaryKeyArn.replace(HERE, THERE));
    expect(account.attribute('There/Replica', 'Ref')).toBe(KeyId);
    expect(account.keyArn('alias/Replica')).toBe(account.keyArn('There/Replica'));
    expect(account.keyPolicy('There/Replica')).toMatchObject({ Statement: [{ Action: 'kms:*' }] });
    expect(account.inert).toEqual([]);
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Buffer.from('order 1') });
    const reader = account.as('There/Reader').kms;
    expect(Buffer.from((await reader.decrypt({ CiphertextBlob })).Plaintext).toString()).toBe('order 1');
    await expect(reader.encrypt({ KeyId, Plaintext: Buffer.from('order 2') })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(account.as('There/Reader', { region: HERE }).kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('have and change what is their own: description, tags, policy, state', async () => {
    const { account, primaryKeyArn, KeyId, here, there } = await withReplica({ description: 'old', enabled: false, tags: [{ key: 'a', value: '1' }] });
    expect((await there.describeKey({ KeyId })).KeyMetadata).toMatchObject({ Description: 'old', KeyState: 'Disabled' });
    expect((await there.listResourceTags({ KeyId })).Tags).toEqual([{ TagKey: 'a', TagValue: '1' }]);
    await account.update(app({ Replica: { primaryKeyArn, description: 'new', tags: [{ key: 'b', value: '1' }] } }));
    expect((await there.describeKey({ KeyId })).KeyMetadata).toMatchObject({ Description: 'new', KeyState: 'Enabled' });
    expect((await there.listResourceTags({ KeyId })).Tags).toEqual([{ TagKey: 'b', TagValue: '1' }]);
    expect((await here.describeKey({ KeyId })).KeyMetadata).toMatchObject({ Description: '', KeyState: 'Enabled' });
  });

  it('of another primary key replace the former, which is scheduled for deletion', async () => {
    const { account, KeyId, there } = await withReplica({ pendingWindowInDays: 7 });
    const primaryKeyArn = account.keyArn('Here/OtherKey');
    await account.update(app({ Replica: { primaryKeyArn } }));
    expect(account.keyArn('There/Replica')).toBe(primaryKeyArn.replace(HERE, THERE));
    const { KeyMetadata: { KeyState, DeletionDate, CreationDate } } = await there.describeKey({ KeyId });
    expect(KeyState).toBe('PendingDeletion');
    expect(Math.round((DeletionDate!.getTime() - CreationDate.getTime()) / 86_400_000)).toBe(7);
  });

  it('go before their primary key when the stacks are deleted, which then waits for them', async () => {
    const { account, KeyId, here, there } = await withReplica();
    await account.delete();
    expect((await there.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingDeletion');
    expect((await here.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingReplicaDeletion');
    await account.delete(); // nothing more to do
  });

  it('stay inert, with their aliases, when nobody here knows the primary key', async () => {
    const primaryKeyArn = `arn:aws:kms:${HERE}:${ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab`;
    const account = await SimulatedAccount.of(app({ Foreign: { primaryKeyArn } }));
    expect(account.inert.map(({ logicalId }) => logicalId)).toEqual(['Foreign', 'ForeignAlias']);
    expect(account.attribute('There/Foreign', 'Arn')).toBe(primaryKeyArn.replace(HERE, THERE));
  });

  it.each([
    ['lock CloudFormation out', () => ({ keyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'kms:*', Resource: '*' }] } }), /will not allow you to update the key policy/],
    ['are of what is a replica itself', (arn: string) => ({ primaryKeyArn: arn.replace(HERE, THERE) }), /not a multi-Region primary key/],
  ])('fail to be made, and leave nothing, when they %s', async (_, wrong, reason) => {
    const { account, primaryKeyArn, there } = await withReplica();
    const arn = account.keyArn('Here/OtherKey');
    const properties = { primaryKeyArn: arn, ...wrong(primaryKeyArn) };
    await expect(account.update(app({ Replica: { primaryKeyArn }, Second: properties }))).rejects.toThrow(reason);
    expect((await there.listKeys()).Keys).toHaveLength(1);
  });
});
