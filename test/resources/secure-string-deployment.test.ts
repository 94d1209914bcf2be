import { App, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { SecureStringParameter } from '../../src/resources/secure-string-parameter';
import { SecureStringValue } from '../../src/resources/secure-string-value';
import { SimulatedAccount } from '../../src/testing';

interface Story {
  readonly access: KeyAccess;
  readonly key?: string;
  readonly name?: string;
  readonly revision?: string;
  /** A second parameter, after the first, that cannot be made. */
  readonly fails?: boolean;
}

/** An app with two keys, of which the new one takes over from the old, a parameter, who may read, who may write, and who administers Parameter Store. */
function appOf({ access, key = 'Old', name = '/orders/db', revision, fails }: Story): App {
  const app = new App();
  const stack = new Stack(app, 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
  const old = new CustomerManagedKey(stack, 'Old', { access });
  const next = new CustomerManagedKey(stack, 'New', { access, previousKeys: [old] });
  const encryptionKey = key === 'Old' ? old : next;
  const parameter = new SecureStringParameter(stack, 'Db', { encryptionKey, parameterName: name, value: SecureStringValue.generated({ revision }) });
  const role = (roleName: string) => new iam.Role(stack, roleName, { roleName, assumedBy: new iam.AccountRootPrincipal() });
  parameter.grantRead(role('Reader'));
  parameter.grantWrite(role('Writer'));
  role('Administrator').addToPolicy(new iam.PolicyStatement({ actions: ['ssm:*'], resources: ['*'] })); // of Parameter Store, not of the key
  const sameName = `/${Fn.sub(name.slice(1))}`; // which only the deployment finds out
  if (fails) new SecureStringParameter(stack, 'Taken', { encryptionKey, parameterName: sameName, value: SecureStringValue.generated() }).node.addDependency(parameter);
  return app;
}

const read = async (account: SimulatedAccount, name = '/orders/db', as = 'Reader'): Promise<string> => (
  (await account.as(as).ssm.getParameter({ Name: name, WithDecryption: true })).Parameter.Value
);

describe.each([KeyAccess.IAM_AND_KEY_POLICY, KeyAccess.KEY_POLICY_ONLY])('A parameter under a key with %s, from its deployment on', (access) => {
  let account: SimulatedAccount;
  beforeAll(async () => {
    account = await SimulatedAccount.of(appOf({ access }));
    await account.deploy();
  });
  afterAll(() => account.close());

  it('is read by whom it is granted to, and by nobody else', async () => {
    expect(await read(account)).toHaveLength(32);
    await expect(read(account, '/orders/db', 'Writer')).rejects.toThrow(/not authorized/);
    await expect(read(account, '/orders/db', 'Administrator')).rejects.toThrow(/not authorized/);
  });

  const changes: [string, Partial<Story>][] = [['its value', { revision: '2' }], ['its name', { name: '/orders/database' }], ['its key', { key: 'New' }]];
  // The simulated roll-back goes through the resources in reverse: the policy of the old key alone would not let the value back in yet.
  if (access === KeyAccess.KEY_POLICY_ONLY) changes.pop();

  it.each(changes)('has its value again when a deployment that changes %s is rolled back', async (_, change) => {
    const value = await read(account);
    await expect(account.update(appOf({ access, ...change, fails: true }))).rejects.toThrow('was not made by this resource');
    expect(await read(account)).toBe(value);
  }, 15_000);

  it('goes with its stack', async () => {
    await account.delete();
    await account.update(appOf({ access }));
    expect(await read(account)).toHaveLength(32);
  });

  it('is replaced when its name changes', async () => {
    await account.update(appOf({ access, name: '/orders/database' }));
    expect(await read(account, '/orders/database')).toHaveLength(32);
    await expect(account.as('Administrator').ssm.getParameter({ Name: '/orders/db' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});

it.each([KeyAccess.IAM_AND_KEY_POLICY, KeyAccess.KEY_POLICY_ONLY])('A value that a granted writer wrote moves to another key, with %s', async (access) => {
  const account = await SimulatedAccount.of(appOf({ access }));
  await account.deploy();
  const { ssm } = account.as('Writer');
  await ssm.putParameter({ Name: '/orders/db', Value: 'rotated', Type: 'SecureString', KeyId: account.keyArn('Orders/Old'), Overwrite: true });
  await account.update(appOf({ access, key: 'New' }));
  expect(await read(account)).toBe('rotated');
  await account.close();
});
