import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomerManagedKey } from '../../src';
import { prove } from '../../src/proof';
import { SimulatedAccount } from '../../src/testing';

/** An order service, with one more role that is let in on a condition. */
function ordersApp({ leak = false } = {}): App {
  const app = new App();
  const stack = new Stack(app, 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
  const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
  const key = new CustomerManagedKey(stack, 'Key', { alias: 'orders' });
  key.grantDecrypt(role('Reader'));
  key.grantEncrypt(role('Writer'));
  const conditions = { StringLike: { 'kms:EncryptionContext:order': '1*' } };
  if (leak) role('Report').addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn], conditions }));
  return app;
}

async function onlyTheReaderReads(app: App): Promise<void> {
  // README: readers
  const account = await SimulatedAccount.of(app);
  const order = { KeyId: account.keyArn('alias/orders'), EncryptionContext: { order: '7' } };
  const { CiphertextBlob } = await account.as('Orders/Writer').kms.generateDataKey({ ...order, KeySpec: 'AES_256' });
  await account.as('Orders/Reader').kms.decrypt({ ...order, CiphertextBlob }); // a refusal throws

  const { cells } = account.matrix({ keys: ['alias/orders'], actions: ['kms:Decrypt'] });
  const readers = cells.filter(({ decision }) => decision !== 'deny'); // deny: no request is allowed, whatever its context
  expect(readers.map(({ who }) => who)).toEqual(['Orders/Reader', 'root of 111122223333']);

  const outsiders = { actions: ['kms:Decrypt'], who: { anyone: true }, except: { accounts: ['111122223333'] } };
  expect(prove(account.keyPolicy('alias/orders')!, outsiders).answer).toBe('no');
  // README: end
}

describe('the recipe', () => {
  it('proves that the reader can read an order and nobody else can', async () => {
    await onlyTheReaderReads(ordersApp());
  });

  it('fails for a role that can on a condition', async () => {
    await expect(onlyTheReaderReads(ordersApp({ leak: true }))).rejects.toThrow('Orders/Report');
  });
});
