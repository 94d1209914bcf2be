import { readFileSync } from 'node:fs';
import { proveAccess } from '../../examples/access';
import { sealAndOpen } from '../../examples/envelope';
import { ordersApp } from '../../examples/orders/orders-stack';
import { ask } from '../../examples/proof';
import { LocalKms } from '../../src/testing';

const README = readFileSync('README.md', 'utf8');

function region(file: string): string {
  const [, code] = /\/\/ README: \w+\n([^]*?)\n *\/\/ README: end/.exec(readFileSync(file, 'utf8')) ?? [];
  return code!.replace(/^ {2}/gm, '');
}

describe('the snippets of the README that other languages cannot have', () => {
  it.each(['examples/envelope.ts', 'examples/access.ts', 'examples/proof.ts'])('are those of %s', (file) => {
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

  it('show that the reader can read and the writer cannot', async () => {
    expect(await proveAccess(ordersApp().app)).toMatch(/is not authorized to perform: kms:Decrypt/);
  });
});
