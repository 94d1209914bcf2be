import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomerManagedKey } from '../src';
import { SimulatedAccount } from '../src/testing';

/** An order service, with one more role that is let in on a condition. */
export function readersApp({ leak = false } = {}): App {
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

/** Who can do what in it, as the README shows it. */
export async function whoCanRead(): Promise<string> {
  const account = await SimulatedAccount.of(readersApp({ leak: true }));
  return String(account.matrix({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'] }));
}
