import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnElement } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { proveAccess } from '../../examples/access';
import { assertKeyPolicy } from '../../examples/assertions';
import { claimedKey, refuted, unknown } from '../../examples/claims';
import { sealAndOpen } from '../../examples/envelope';
import { ordersApp } from '../../examples/orders/orders-stack';
import { ask } from '../../examples/proof';
import { dataKeysOfSeveral } from '../../examples/several-keys';
import { CustomerManagedKey, KeySharing } from '../../src';
import { ruleTable } from '../../src/claims/rule-table';
import { DataKeyClient, Envelope, KmsDataKeys, RawAesDataKeys } from '../../src/envelope/engine';
import { LocalKms } from '../../src/testing';

const README = readFileSync('README.md', 'utf8');

function region(file: string): string {
  const [, code] = /\/\/ README: \w+\n([^]*?)\n *\/\/ README: end/.exec(readFileSync(file, 'utf8')) ?? [];
  return code!.replace(/^ {2}/gm, '');
}

async function newKey(): Promise<{ kms: DataKeyClient; keyArn: string }> {
  const kms = new LocalKms().as('arn:aws:iam::111122223333:root');
  const { KeyMetadata } = await kms.createKey();
  return { kms, keyArn: KeyMetadata.Arn };
}

describe('the snippets of the README that other languages cannot have', () => {
  const FILES = [...['envelope', 'several-keys', 'access', 'proof', 'assertions'].map((name) => `examples/${name}.ts`), 'test/examples/who-can-read.test.ts'];

  it.each(FILES)('are those of %s', (file) => {
    expect(README).toContain(`\n${region(file)}\n\`\`\``);
  });

  it('seal an order and a file, and open them', async () => {
    const { kms, keyArn } = await newKey();
    const [order, folder] = [Buffer.from('one coffee'), mkdtempSync(join(tmpdir(), 'readme-'))];
    const file = join(folder, 'orders');
    writeFileSync(file, randomBytes(3_000_000));
    expect(await sealAndOpen(kms, keyArn, order, file)).toEqual(order);
    expect(readFileSync(`${file}.opened`).equals(readFileSync(file))).toBe(true);
    expect(readFileSync(`${file}.sealed`).includes(readFileSync(file).subarray(0, 16))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('seal for several keys, of which each opens and no other does', async () => {
    const [own, other, foreign] = [await newKey(), await newKey(), await newKey()];
    const wrappingKey = randomBytes(32);
    const order = Buffer.from('one coffee');
    const message = await Envelope.seal(order, { dataKeys: dataKeysOfSeveral(own, other, wrappingKey) });
    const kmsDataKeys = ({ kms, keyArn }: typeof own) => new KmsDataKeys({ client: kms, keyId: keyArn });
    const escrow = new RawAesDataKeys({ keyNamespace: 'escrow', keyName: '2026', wrappingKey });
    for (const dataKeys of [kmsDataKeys(own), kmsDataKeys(other), escrow]) {
      expect((await Envelope.open(message, { dataKeys })).plaintext).toEqual(order);
    }
    await expect(Envelope.open(message, { dataKeys: kmsDataKeys(foreign) })).rejects.toThrow(/opens no data key of the message; they are for aws-kms/);
  });

  it('ask a key policy, for one request and for all', () => {
    const statement = (account: string) => ({ Effect: 'Allow' as const, Principal: { AWS: `arn:aws:iam::${account}:role/Reader` }, Action: 'kms:Decrypt', Resource: '*' });
    const policyFor = (...accounts: string[]) => ({ Version: '2012-10-17', Statement: accounts.map(statement) });
    expect(ask(policyFor('111122223333'))).toMatchObject({ decision: 'allow', answer: 'no' });
    expect(ask(policyFor('444455556666'))).toMatchObject({ decision: 'implicitDeny', answer: 'yes', witness: { request: { action: 'kms:Decrypt' } } });
  });

  it('assert what the policy of a shared key allows, and fail for one that is not shared', () => {
    const [shared, own] = [claimedKey(), claimedKey()];
    for (const key of [shared, own]) { new logs.LogGroup(key.stack, 'Logs', { encryptionKey: key }); }
    shared.shareWith(KeySharing.account('444455556666').decryptOnly());
    const assertOf = (key: CustomerManagedKey) => () => assertKeyPolicy(key.stack, key.stack.getLogicalId(key.node.defaultChild as CfnElement));
    expect(assertOf(shared)).not.toThrow();
    expect(assertOf(own)).toThrow(/does not allow kms:Decrypt to arn:aws:iam::444455556666:role\/Backup/);
  });

  it('show that the reader can read and the writer cannot', async () => {
    expect(await proveAccess(ordersApp().app)).toMatch(/is not authorized to perform: kms:Decrypt/);
  });
});

describe('the section about proof', () => {
  it.each([
    ['rules', ruleTable()],
    ['refuted', `\`\`\`text\n${refuted()}\n\`\`\``],
    ['unknown', `\`\`\`text\n${unknown()}\n\`\`\``],
  ])('has the %s of today', (name, part) => {
    expect(README).toContain(`<!-- ${name} -->\n${part}\n<!-- end of ${name} -->`); // else: npm run readme
  });

  it('shows a refutation with its witness, and an honest unknown', () => {
    expect(refuted()).toMatch(/is false\. .*arn:aws:iam::444455556665:role\/Backup can call kms:Decrypt.*Witness: \{"request":/);
    expect(unknown()).toMatch(/is unknown\. .*the policy variable \$\{aws:ResourceTag\/tenant\} of statement 'Tenant'/);
  });
});
