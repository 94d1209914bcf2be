import { App } from 'aws-cdk-lib';
import { SimulatedAccount } from '../src/testing';

/** Proves, without AWS, that the reader of the order service can read an order, and that its writer cannot. */
export async function proveAccess(app: App): Promise<string> {
  // README: access
  const account = await SimulatedAccount.of(app);
  const order = { KeyId: account.keyArn('alias/orders'), EncryptionContext: { order: '7' } };
  const { CiphertextBlob } = await account.as('Orders/OrdersWriter').kms.generateDataKey({ ...order, KeySpec: 'AES_256' });

  await account.as('Orders/OrdersReader').kms.decrypt({ ...order, CiphertextBlob }); // allowed
  const refusal = await account.as('Orders/OrdersWriter').kms.decrypt({ ...order, CiphertextBlob })
    .then(() => { throw new Error('the writer can decrypt'); }, (error) => error.message); // which action, which policy said no
  await account.close();
  // README: end
  return refusal;
}
