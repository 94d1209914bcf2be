import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { readersApp, whoCanRead } from '../../examples/who-can-read';
import { prove } from '../../src/proof';
import { SimulatedAccount } from '../../src/testing';

async function onlyTheReaderReads(app: App): Promise<void> {
  // README: readers
  const account = await SimulatedAccount.of(app);
  await account.deploy(); // custom resources, and the roles and policies that wait for them
  const order = { KeyId: account.keyArn('alias/orders'), EncryptionContext: { order: '7' } };
  const { CiphertextBlob } = await account.as('Orders/Writer').kms.generateDataKey({ ...order, KeySpec: 'AES_256' });
  await account.as('Orders/Reader').kms.decrypt({ ...order, CiphertextBlob }); // a refusal throws

  // Of the app: its roles and users, the root user, and the services that the key policy names. deny: whatever the context
  const { cells } = account.matrix({ keys: ['alias/orders'], actions: ['kms:Decrypt'] });
  expect(cells.filter(({ decision }) => decision !== 'deny').map(({ who }) => who)).toEqual(['Orders/Reader', 'root of 111122223333']);
  // Of all others: everybody in the world. A key that services use takes them in as well: { accounts: [...], services: ['s3.amazonaws.com'] }
  const others = { actions: ['kms:Decrypt'], who: { anyone: true }, except: { accounts: ['111122223333'] } };
  expect(prove(account.keyPolicy('alias/orders'), others).answer).toBe('no');
  await account.close();
  // README: end
}

describe('the recipe', () => {
  it('proves that the reader can read an order and nobody else can', async () => {
    await onlyTheReaderReads(readersApp());
  });

  it('fails for a role that can on a condition', async () => {
    await expect(onlyTheReaderReads(readersApp({ leak: true }))).rejects.toThrow('Orders/Report');
  });

  it('has the matrix of the README', async () => {
    expect(readFileSync('README.md', 'utf8')).toContain(`<!-- matrix -->\n\`\`\`text\n${await whoCanRead()}\n\`\`\`\n<!-- end of matrix -->`); // else: npm run readme
  });
});
