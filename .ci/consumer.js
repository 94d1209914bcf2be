// What a user of the npm package does, with nothing of the repository at hand: synthesise, deploy into a simulated account, call.
const { execFileSync } = require('node:child_process');
const { createRequire } = require('node:module');
const load = createRequire(`${process.cwd()}/`);
const { App, Stack, Validations } = load('aws-cdk-lib');
const { AccountRootPrincipal, Role } = load('aws-cdk-lib/aws-iam');
const { CustomerManagedKey, EnvelopeRoundTrip, KeyClaim, KeyPolicyValidationPlugin } = load('cdk-customer-managed-keys');
const { Envelope } = load('cdk-customer-managed-keys/envelope');
const { evaluate } = load('cdk-customer-managed-keys/proof');
const { SimulatedAccount } = load('cdk-customer-managed-keys/testing');

const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' };

async function main() {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Consumer');
  const key = new CustomerManagedKey(stack, 'Key', { alias: 'consumer' });
  key.claim(KeyClaim.usableOnlyBy({}));
  Validations.of(app).addPlugins(new KeyPolicyValidationPlugin());
  key.grantEncryptDecrypt(new Role(stack, 'User', { assumedBy: new AccountRootPrincipal() }));
  new EnvelopeRoundTrip(stack, 'Proof', { encryptionKey: key });
  const account = await SimulatedAccount.of(app);
  await account.deploy();
  console.log(`${account.attribute('Consumer/Proof', 'CasesPassed')} cases proved`);
  const { Plaintext } = await account.as('Consumer/User').kms.generateDataKey({ KeyId: account.keyArn('alias/consumer'), KeySpec: 'AES_256' });
  console.log(`a data key of ${Plaintext.length} bytes, ${typeof Envelope.seal}, ${typeof evaluate}`);
  await account.delete();
  await account.close();
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [root] });
  console.log(execFileSync('npx', ['cdk-customer-managed-keys', 'prove', '-', '--only-accounts', '111122223333'], { input: policy, encoding: 'utf8' }));
}

main();
