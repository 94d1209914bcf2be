import { readFileSync } from 'node:fs';
import { CfnElement } from 'aws-cdk-lib';
import { proveAccess } from '../../examples/access';
import { assertKeyPolicy } from '../../examples/assertions';
import { claimedKey, refuted, unknown } from '../../examples/claims';
import { sealAndOpen } from '../../examples/envelope';
import { ordersApp } from '../../examples/orders/orders-stack';
import { ask } from '../../examples/proof';
import { CustomerManagedKey, KeySharing } from '../../src';
import { ruleTable } from '../../src/claims/rule-table';
import { LocalKms } from '../../src/testing';

const README = readFileSync('README.md', 'utf8');

function region(file: string): string {
  const [, code] = /\/\/ README: \w+\n([^]*?)\n *\/\/ README: end/.exec(readFileSync(file, 'utf8')) ?? [];
  return code!.replace(/^ {2}/gm, '');
}

describe('the snippets of the README that other languages cannot have', () => {
  it.each(['examples/envelope.ts', 'examples/access.ts', 'examples/proof.ts', 'examples/assertions.ts'])('are those of %s', (file) => {
    expect(README).toContain(`\n${region(file)}\n\`\`\``);
  });

  it('seal an order and open it', async () => {
    const kms = new LocalKms().as('arn:aws:iam::111122223333:root');
    const { KeyMetadata } = await kms.createKey();
    const order = Buffer.from('one coffee');
    expect(await sealAndOpen(kms, KeyMetadata.Arn, order)).toEqual(order);
  });

  it('ask a key policy, for one request and for all', () => {
    const statement = (account: string) => ({ Effect: 'Allow' as const, Principal: { AWS: `arn:aws:iam::${account}:role/Reader` }, Action: 'kms:Decrypt', Resource: '*' });
    const policyFor = (...accounts: string[]) => ({ Version: '2012-10-17', Statement: accounts.map(statement) });
    expect(ask(policyFor('111122223333'))).toMatchObject({ decision: 'allow', answer: 'no' });
    expect(ask(policyFor('444455556666'))).toMatchObject({ decision: 'implicitDeny', answer: 'yes', witness: { request: { action: 'kms:Decrypt' } } });
  });

  it('assert what the policy of a shared key allows, and fail for one that is not shared', () => {
    const [shared, own] = [claimedKey(), claimedKey()];
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
