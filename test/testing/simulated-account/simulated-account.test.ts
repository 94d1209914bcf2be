import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { KMS } from '@aws-sdk/client-kms';
import { App, Aws, CfnCondition, CfnOutput, CfnParameter, CustomResource, Duration, Fn, NestedStack, RemovalPolicy, Stack, Stage, Tags } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { DeploymentFailed } from '../../../src/testing/simulated-account/deployment/deployment-event';
import { SimulatedAccount } from '../../../src/testing/simulated-account/simulated-account';

const ANYONE = new iam.AccountRootPrincipal();
const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'simulated-account-'));

afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

function appIn(directory = fs.mkdtempSync(path.join(TEMPORARY, 'out-'))): App {
  return new App({ outdir: directory });
}

function stackIn(app = appIn()): Stack {
  return new Stack(app, 'App');
}

function load(stack: Stack, options = {}): Promise<SimulatedAccount> {
  return SimulatedAccount.of(stack.node.root as App, options);
}

function encrypt(account: SimulatedAccount, who: string, key: string) {
  return account.as(who).kms.encrypt({ KeyId: account.keyArn(key), Plaintext: Buffer.from('x') });
}

const REFUSED = { name: 'AccessDeniedException' };

describe('roles', () => {
  it('do what their policies and the key policy let them, and nothing else', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    const reader = new iam.Role(stack, 'Reader', { assumedBy: ANYONE });
    const writer = new iam.Role(stack, 'Writer', { assumedBy: ANYONE });
    new iam.Role(stack, 'Other', { assumedBy: ANYONE });
    key.grantDecrypt(reader);
    key.grantEncrypt(writer);
    const account = await load(stack);

    const { CiphertextBlob } = await encrypt(account, 'App/Writer', 'App/Key');
    const decrypt = (who: string) => account.as(who).kms.decrypt({ CiphertextBlob: CiphertextBlob! });
    expect(Buffer.from((await decrypt('App/Reader')).Plaintext!).toString()).toBe('x');
    await expect(decrypt('App/Writer')).rejects.toMatchObject(REFUSED);
    await expect(decrypt('App/Other')).rejects.toMatchObject(REFUSED);
    await expect(encrypt(account, 'App/Reader', 'App/Key')).rejects.toMatchObject(REFUSED);
  });

  it('are told apart by their tags', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    for (const team of ['orders', 'billing']) {
      const role = new iam.Role(stack, team, { assumedBy: ANYONE });
      Tags.of(role).add('team', team);
      const conditions = { StringEquals: { 'aws:PrincipalTag/team': 'orders' } };
      role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt', 'ssm:PutParameter'], resources: ['*'], conditions }));
    }
    const account = await load(stack);
    const put = (who: string) => account.as(who).ssm.putParameter({ Name: '/a', Type: 'SecureString', Value: 'x', KeyId: account.keyArn(key.node.path), Overwrite: true });
    await expect(encrypt(account, 'App/orders', 'App/Key')).resolves.toHaveProperty('CiphertextBlob');
    await expect(put('App/orders')).resolves.toHaveProperty('Version');
    await expect(encrypt(account, 'App/billing', 'App/Key')).rejects.toMatchObject(REFUSED);
    await expect(put('App/billing')).rejects.toMatchObject(REFUSED);
  });

  it('are listed with the policies that nobody here knows', async () => {
    const stack = stackIn();
    const theirs = (name: string) => iam.ManagedPolicy.fromManagedPolicyArn(stack, name, `arn:aws:iam::111122223333:policy/${name}`);
    new iam.Role(stack, 'Role', { assumedBy: ANYONE, managedPolicies: [theirs('Shared')], permissionsBoundary: theirs('Boundary') });
    expect((await load(stack)).inert.map(({ type }) => type)).toEqual(['arn:aws:iam::111122223333:policy/Shared', 'arn:aws:iam::111122223333:policy/Boundary']);
  });

  it('get inline, managed and shared policies, and lose what a boundary leaves out', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    const statement = () => new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [key.keyArn] });
    const document = () => new iam.PolicyDocument({ statements: [statement()] });
    new iam.Role(stack, 'Inline', { assumedBy: ANYONE, inlinePolicies: { mine: document() } });
    const managed = new iam.ManagedPolicy(stack, 'Managed', { document: document() });
    new iam.Role(stack, 'ByArn', { assumedBy: ANYONE, managedPolicies: [managed] });
    const attached = new iam.Role(stack, 'Attached', { assumedBy: ANYONE });
    new iam.ManagedPolicy(stack, 'Attaching', { document: document(), roles: [attached] });
    const separate = new iam.Role(stack, 'Separate', { assumedBy: ANYONE });
    new iam.CfnRolePolicy(stack, 'RolePolicy', { policyName: 'p', roleName: separate.roleName, policyDocument: document() });
    new iam.User(stack, 'User').addToPolicy(statement());
    const imported = iam.Role.fromRoleName(stack, 'Imported', 'legacy-reader');
    key.grantEncrypt(imported);
    const limit = new iam.ManagedPolicy(stack, 'Limit', { statements: [new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'] })] });
    new iam.Role(stack, 'Limited', { assumedBy: ANYONE, inlinePolicies: { mine: document() }, permissionsBoundary: limit });
    const account = await load(stack);

    for (const who of ['App/Inline', 'App/ByArn', 'App/Attached', 'App/Separate', 'App/User', 'legacy-reader']) {
      await expect(encrypt(account, who, 'App/Key')).resolves.toHaveProperty('CiphertextBlob');
    }
    await expect(encrypt(account, 'App/Limited', 'App/Key')).rejects.toMatchObject(REFUSED);
    expect(account.as('legacy-reader').arn).toBe('arn:aws:iam::111122223333:role/legacy-reader');
  });

  it('are found by logical id, path and name, and listed', async () => {
    const stack = stackIn();
    const role = new iam.Role(stack, 'Reader', { assumedBy: ANYONE, roleName: 'orders-reader', path: '/team/' });
    const account = await load(stack);
    const arn = 'arn:aws:iam::111122223333:role/team/orders-reader';
    for (const who of [stack.getLogicalId(role.node.defaultChild as iam.CfnRole), 'App/Reader', 'App/Reader/Resource', 'orders-reader', arn]) {
      expect(account.as(who).arn).toBe(arn);
    }
    expect(account.principals()).toEqual([{ arn, name: 'orders-reader', path: 'App/Reader/Resource' }]);
    expect(() => account.as('nobody')).toThrow("'nobody' is none of the roles and users of the app: App/Reader/Resource.");
  });

  it('call over HTTP, too, with the policies that they have', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    key.grantDecrypt(new iam.Role(stack, 'Reader', { assumedBy: ANYONE }));
    const account = await load(stack);
    account.kms.addPrincipal('AKIAREADER', account.as('App/Reader').principal);
    const { url, close } = await account.kms.listen();
    const reader = new KMS({ endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'AKIAREADER', secretAccessKey: 'x' }, maxAttempts: 1 });
    const KeyId = account.keyArn('App/Key');
    await expect(reader.decrypt({ KeyId, CiphertextBlob: Buffer.alloc(200), DryRun: true })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(reader.encrypt({ KeyId, Plaintext: Buffer.of(1), DryRun: true })).rejects.toMatchObject(REFUSED);
    reader.destroy();
    await close();
  });

  it('with the same logical id in two stacks need their path', async () => {
    const app = appIn();
    for (const id of ['One', 'Two']) new iam.CfnRole(new Stack(app, id), 'Reader', { assumeRolePolicyDocument: {} });
    const account = await SimulatedAccount.of(app);
    expect(() => account.as('Reader')).toThrow("'Reader' means several roles and users: One/Reader, Two/Reader. Give the construct path.");
    expect(account.as('Two/Reader').arn).toMatch(/role\/Two-Reader-[0-9A-F]{12}$/);
  });
});

describe('keys', () => {
  it('have their synthesised policy, alias, rotation and tags', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key', { alias: 'orders', enableKeyRotation: true, rotationPeriod: Duration.days(180), description: 'Orders' });
    key.addToResourcePolicy(new iam.PolicyStatement({ sid: 'Logs', principals: [new iam.ServicePrincipal('logs.amazonaws.com')], actions: ['kms:Encrypt'], resources: ['*'] }));
    Tags.of(key).add('team', 'orders');
    const account = await load(stack);
    const { kms: admin } = { kms: account.kms.as('arn:aws:iam::111122223333:root') };
    const KeyId = account.keyArn('alias/orders');

    expect(account.keyArn('App/Key')).toBe(KeyId);
    expect(account.keyArn('App/Key/Alias')).toBe(KeyId);
    expect(account.keyPolicy('App/Key').Statement).toEqual([
      { Action: 'kms:*', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Resource: '*' },
      { Sid: 'Logs', Action: 'kms:Encrypt', Effect: 'Allow', Principal: { Service: 'logs.amazonaws.com' }, Resource: '*' },
    ]);
    expect(JSON.parse((await admin.getKeyPolicy({ KeyId })).Policy!)).toEqual(account.keyPolicy('App/Key'));
    expect(await admin.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 180 });
    expect(await admin.listResourceTags({ KeyId })).toMatchObject({ Tags: [{ TagKey: 'team', TagValue: 'orders' }] });
    expect(await admin.describeKey({ KeyId: 'alias/orders' })).toMatchObject({ KeyMetadata: { Arn: KeyId, Description: 'Orders', Enabled: true } });
  });

  it('let services in under their conditions, and no others', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('sns.amazonaws.com')],
      actions: ['kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }));
    const account = await load(stack);
    const KeyId = account.keyArn('App/Key');
    const generate = (service: string, call = {}) => account.asService(service, call).kms.generateDataKey({ KeyId, KeySpec: 'AES_256' });
    await expect(generate('sns.amazonaws.com', { sourceAccount: '111122223333' })).resolves.toHaveProperty('CiphertextBlob');
    await expect(generate('sns.amazonaws.com', { sourceAccount: '444455556666' })).rejects.toMatchObject(REFUSED);
    await expect(generate('sns.amazonaws.com')).rejects.toMatchObject(REFUSED);
    await expect(generate('sqs.amazonaws.com', { sourceAccount: '111122223333' })).rejects.toMatchObject(REFUSED);
  });

  it.each([
    ['sns.amazonaws.com', ['eu-west-1', 'eu-west-1'], 'eu-west-1'],
    ['sns.amazonaws.com', ['eu-west-1', 'eu-central-1'], 'us-east-1'],
    ['logs.eu-central-1.amazonaws.com', ['eu-west-1'], 'eu-central-1'],
  ])('are called by %s of an app in %j in %s', async (service, regions, region) => {
    const app = appIn();
    regions.forEach((home, index) => new kms.Key(new Stack(app, `App${index}`, { env: { region: home } }), 'Key'));
    const { kms: client } = (await SimulatedAccount.of(app)).asService(service);
    await expect(client.encrypt({ KeyId: 'alias/absent', Plaintext: Buffer.from('x') })).rejects.toThrow(`arn:aws:kms:${region}:111122223333:alias/absent`);
  });

  it('are not called by what is no service principal', async () => {
    const account = await load(stackIn());
    for (const name of ['logs', 'logs.example.com', 'logs.amazonaws.com.']) {
      expect(() => account.asService(name)).toThrow(TypeError);
      expect(() => account.asService(name)).toThrow(`'${name}' cannot call AWS KMS; principals are ARNs`);
    }
  });

  it('change with the app: policy, description, tags, rotation, state, alias', async () => {
    const appWith = (change: boolean) => {
      const stack = stackIn();
      const key = new kms.Key(stack, 'Key', { enabled: !change, enableKeyRotation: !change, description: change ? 'new' : 'old', alias: change ? 'two' : 'one' });
      Tags.of(key).add(change ? 'b' : 'a', '1');
      if (change) key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.ServicePrincipal('logs.amazonaws.com')], actions: ['kms:Encrypt'], resources: ['*'] }));
      return stack.node.root as App;
    };
    const account = await SimulatedAccount.of(appWith(false));
    const KeyId = account.keyArn('App/Key');
    await account.update(appWith(true));
    const admin = account.kms.as('arn:aws:iam::111122223333:root');
    expect(account.keyArn('App/Key')).toBe(KeyId);
    expect(await admin.describeKey({ KeyId })).toMatchObject({ KeyMetadata: { Description: 'new', Enabled: false } });
    expect((await admin.listResourceTags({ KeyId })).Tags).toEqual([{ TagKey: 'b', TagValue: '1' }]);
    expect((await admin.listAliases({ KeyId })).Aliases!.map(({ AliasName }) => AliasName)).toEqual(['alias/two']);
    expect(JSON.parse((await admin.getKeyPolicy({ KeyId })).Policy!).Statement).toHaveLength(2);
    await admin.enableKey({ KeyId });
    expect(await admin.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: false });
  });

  it('of one or several Regions, of every spec, with own or imported material, are made; those that AWS KMS does not know stay inert with their aliases', async () => {
    const stack = stackIn();
    const key = (id: string, properties: Partial<kms.CfnKeyProps>) => {
      const made = new kms.CfnKey(stack, id, properties);
      new kms.CfnAlias(stack, `${id}Alias`, { aliasName: `alias/${id}`, targetKeyId: made.ref });
    };
    key('Everywhere', { multiRegion: true });
    key('Imported', { origin: 'EXTERNAL' });
    key('Signing', { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' });
    key('Mac', { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' });
    key('Future', { keySpec: 'RSA_9000', keyUsage: 'SIGN_VERIFY' });
    new kms.CfnAlias(stack, 'Foreign', { aliasName: 'alias/Foreign', targetKeyId: 'arn:aws:kms:us-east-1:444455556666:key/x' });
    const account = await load(stack);
    const describe = (KeyId: string) => account.kms.as('arn:aws:iam::111122223333:root').describeKey({ KeyId });
    expect(await describe('alias/Everywhere')).toMatchObject({ KeyMetadata: { MultiRegion: true, KeyId: expect.stringMatching(/^mrk-/) } });
    expect(await describe('alias/Imported')).toMatchObject({ KeyMetadata: { Origin: 'EXTERNAL', KeyState: 'PendingImport' } });
    expect(await describe('alias/Signing')).toMatchObject({ KeyMetadata: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } });
    expect(await describe('alias/Mac')).toMatchObject({ KeyMetadata: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } });
    expect(account.inert.map(({ logicalId }) => logicalId)).toEqual(['Future', 'FutureAlias', 'Foreign']);
  });

  it('lose a policy to the default one, keep it in the face of the lock-out check when told to, and are gone when they are', async () => {
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:PutKeyPolicy', Resource: '*', Condition: { StringLike: { 'aws:PrincipalArn': '*cfn-exec*' } } };
    const allow = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${Aws.ACCOUNT_ID}:root` }, Action: 'kms:*', Resource: '*' };
    const appWith = (properties: kms.CfnKeyProps) => {
      const stack = stackIn();
      new kms.CfnKey(stack, 'Key', { keySpec: 'SYMMETRIC_DEFAULT', ...properties });
      return stack.node.root as App;
    };
    const account = await SimulatedAccount.of(appWith({ keyPolicy: { Version: '2012-10-17', Statement: [allow, { ...allow, Sid: 'Two' }] } }));
    const [root, KeyId] = [account.kms.as('arn:aws:iam::111122223333:root'), account.keyArn('App/Key')];
    await account.update(appWith({ keySpec: undefined }));
    expect((await root.getKeyPolicy({ KeyId })).Policy).toContain('Enable IAM User Permissions');
    await account.update(appWith({ bypassPolicyLockoutSafetyCheck: true, keyPolicy: { Version: '2012-10-17', Statement: [allow, deny] } }));
    expect((await root.getKeyPolicy({ KeyId })).Policy).toContain('cfn-exec');
    await root.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await account.delete();
    expect((await root.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingDeletion');
  });

  it('that fail half-way are deleted', async () => {
    const stack = stackIn();
    new kms.CfnKey(stack, 'Key', { enableKeyRotation: true, rotationPeriodInDays: 30 });
    const statuses: string[] = [];
    const account = await load(stackIn());
    await expect(account.update(stack.node.root as App, { onProgress: ({ status }) => statuses.push(status) })).rejects.toThrow('rotationPeriodInDays');
    expect(statuses).toEqual(['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE']);
    const root = account.kms.as('arn:aws:iam::111122223333:root');
    const [key] = (await root.listKeys()).Keys;
    expect((await root.describeKey({ KeyId: key!.KeyId })).KeyMetadata.KeyState).toBe('PendingDeletion');
  });

  it('cannot change their usage', async () => {
    const appWith = (keyUsage: string) => {
      const stack = stackIn();
      new kms.CfnKey(stack, 'Key', { keyUsage, keyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${Aws.ACCOUNT_ID}:root` }, Action: 'kms:*', Resource: '*' }] } });
      return stack.node.root as App;
    };
    const account = await SimulatedAccount.of(appWith('ENCRYPT_DECRYPT'));
    await expect(account.update(appWith('SIGN_VERIFY'))).rejects.toThrow("UPDATE_FAILED AWS::KMS::Key 'App/Key' (Key): 'KeyUsage' of a key cannot change.");
    expect(account.keyArn('App/Key')).toMatch(/:key\//);
  });

  it('may name a role that exists, and none of the app that comes after them', async () => {
    const stackWith = (order: (role: iam.CfnRole, key: kms.CfnKey) => void) => {
      const stack = stackIn();
      const role = new iam.CfnRole(stack, 'Role', { roleName: 'Reader', assumeRolePolicyDocument: {} });
      const names = ['Reader', 'MadeElsewhere'].map((name) => stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: name }));
      const statement = { Effect: 'Allow', Principal: { AWS: [Aws.ACCOUNT_ID, ...names] }, Action: 'kms:*', Resource: '*' };
      order(role, new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: [statement] } }));
      return stack;
    };
    await load(stackWith((role, key) => key.addDependency(role)));
    await expect(load(stackWith((role, key) => role.addDependency(key)))).rejects.toThrow('Policy contains a statement with one or more invalid principals.');
  });

  it('fail to load when their policy locks everybody out', async () => {
    const stack = stackIn();
    new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:*', Resource: '*' }] } });
    const error = await load(stack).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DeploymentFailed);
    expect(error.message).toMatch(/^CREATE_FAILED AWS::KMS::Key 'App\/Key' \(Key\): The new key policy will not allow you to update the key policy/);
  });
});

describe('stacks', () => {
  it('import from one another, in the order of their dependencies', async () => {
    const app = appIn();
    const users = new Stack(app, 'Users');
    const role = new iam.Role(users, 'Reader', { assumedBy: ANYONE });
    const keys = new Stack(app, 'Keys');
    const key = new kms.Key(keys, 'Key');
    role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [key.keyArn] }));
    const account = await SimulatedAccount.of(app);
    await expect(encrypt(account, 'Users/Reader', 'Keys/Key')).resolves.toHaveProperty('CiphertextBlob');
  });

  it('live in their own accounts and Regions, or in those of the options', async () => {
    const app = appIn();
    const stage = new Stage(app, 'Prod', { env: { account: '222222222222', region: 'eu-west-1' } });
    for (const scope of [stage, app]) {
      const stack = new Stack(scope, 'Orders');
      new kms.Key(stack, 'Key', { alias: 'orders' });
      new iam.Role(stack, 'Admin', { assumedBy: ANYONE, managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')] });
    }
    const account = await SimulatedAccount.of(app, { account: '333333333333', region: 'cn-north-1' });
    expect(account.keyArn('Prod/Orders/Key')).toMatch(/^arn:aws[\w-]*:kms:eu-west-1:222222222222:key\//);
    expect(account.keyArn('Orders/Key')).toMatch(/^arn:aws-cn:kms:cn-north-1:333333333333:key\//);
    expect(account.as('Orders/Admin').arn).toMatch(/^arn:aws-cn:iam::333333333333:role\//);
    await expect(encrypt(account, 'Orders/Admin', 'Orders/Key')).resolves.toHaveProperty('CiphertextBlob');
    await expect(encrypt(account, 'Orders/Admin', 'Prod/Orders/Key')).rejects.toMatchObject({ name: expect.any(String) });
    expect((await account.as('Prod/Orders/Admin').kms.describeKey({ KeyId: 'alias/orders' })).KeyMetadata!.Arn).toBe(account.keyArn('Prod/Orders/Key'));
  });

  it('of one name in one place are refused', async () => {
    const app = appIn();
    for (const id of ['Test', 'Prod']) new kms.Key(new Stack(new Stage(app, id), 'Orders', { stackName: 'Orders' }), 'Key');
    await expect(SimulatedAccount.of(app)).rejects.toThrow("'Test/Orders' and 'Prod/Orders' are both the stack 'Orders' of 111122223333 in us-east-1;");
    expect((await SimulatedAccount.of(app.node.findChild('Prod') as Stage)).keyArn('Prod/Orders/Key')).toMatch(/:key\//);
  });

  it('nest, with parameters down and outputs up', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    const nested = new NestedStack(stack, 'Nested');
    const role = new iam.Role(nested, 'Reader', { assumedBy: ANYONE });
    key.grantEncrypt(role);
    const inner = new kms.Key(nested, 'Key');
    new CfnOutput(stack, 'Inner', { value: inner.keyArn });
    const outer = new iam.Role(stack, 'Outer', { assumedBy: ANYONE });
    outer.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [inner.keyArn] }));
    const account = await load(stack);
    await expect(encrypt(account, 'App/Nested/Reader', 'App/Key')).resolves.toHaveProperty('CiphertextBlob');
    await expect(encrypt(account, 'App/Outer', 'App/Nested/Key')).resolves.toHaveProperty('CiphertextBlob');
    await expect(encrypt(account, 'App/Outer', 'App/Key')).rejects.toMatchObject(REFUSED);
  });

  it('take parameters and conditions', async () => {
    const stack = stackIn();
    const stage = new CfnParameter(stack, 'StageName', { default: 'test' });
    const team = new CfnParameter(stack, 'Team');
    const isProd = new CfnCondition(stack, 'IsProd', { expression: Fn.conditionEquals(stage.valueAsString, 'prod') });
    const key = new kms.Key(stack, 'Key', { description: Fn.conditionIf('IsProd', 'production', `for ${team.valueAsString}`).toString() });
    const alias = new kms.Alias(stack, 'ProdAlias', { aliasName: 'prod', targetKey: key });
    (alias.node.defaultChild as kms.CfnAlias).cfnOptions.condition = isProd;

    const test = await load(stack, { parameters: { Team: 'orders' } });
    const description = async (account: SimulatedAccount) =>
      (await account.kms.as('arn:aws:iam::111122223333:root').describeKey({ KeyId: account.keyArn('App/Key') })).KeyMetadata!.Description;
    expect(await description(test)).toBe('for orders');
    expect(() => test.keyArn('alias/prod')).toThrow('none of the keys');
    const prod = await load(stack, { parameters: { Team: 'orders', StageName: 'prod' } });
    expect(await description(prod)).toBe('production');
    expect(prod.keyArn('alias/prod')).toBe(prod.keyArn('App/Key'));
    await expect(load(stack)).rejects.toThrow("Parameter 'Team' (String) of stack 'App' has no value. Give it in 'parameters'.");
  });

  it('take lists as parameters, split at the commas', async () => {
    const stack = stackIn();
    const names = new CfnParameter(stack, 'Names', { type: 'CommaDelimitedList', default: 'a,b' });
    new kms.Key(stack, 'Key', { description: Fn.join('+', names.valueAsList) });
    const description = async (options: object) => {
      const account = await load(stack, options);
      return (await account.kms.as('arn:aws:iam::111122223333:root').describeKey({ KeyId: account.keyArn('App/Key') })).KeyMetadata.Description;
    };
    expect(await description({})).toBe('a+b');
    expect(await description({ parameters: { Names: 'x,y,z' } })).toBe('x+y+z');
  });

  it('import what is exported, and not before it is there', async () => {
    const app = appIn();
    const [early, late] = [new Stack(app, 'Early'), new Stack(app, 'Late')];
    const key = new kms.Key(late, 'Key');
    const output = new CfnOutput(late, 'Out', { value: key.keyArn, exportName: 'key' });
    new kms.Key(early, 'Mine', { description: Fn.importValue('key') });
    await expect(SimulatedAccount.of(app)).rejects.toThrow("The AWS::KMS::Key 'Late/Key/Resource' is not deployed yet; what refers to it must come after it.");
    const again = appIn();
    const exporter = new Stack(again, 'Exporter');
    const never = new CfnCondition(exporter, 'Never', { expression: Fn.conditionEquals(Aws.REGION, 'nowhere') });
    new CfnOutput(exporter, 'Out', { value: 'x', exportName: output.exportName! }).condition = never;
    new kms.Key(new Stack(again, 'Importer'), 'Mine', { description: Fn.importValue('key') });
    await expect(SimulatedAccount.of(again)).rejects.toThrow("imports 'key', which no stack of account 111122223333 exports");
  });

  it('import what their own account and Region exports, and no other', async () => {
    const appWith = (importer: object) => {
      const app = appIn();
      const env = { account: '111111111111', region: 'eu-west-1' };
      new CfnOutput(new Stack(app, 'Exporter', { env }), 'Out', { value: 'exported', exportName: 'text' });
      const importing = new Stack(app, 'Importer', { env: { ...env, ...importer } });
      new kms.Key(importing, 'Key', { description: Fn.importValue('text') });
      return SimulatedAccount.of(app);
    };
    const account = await appWith({});
    const root = account.kms.as('arn:aws:iam::111111111111:root', { region: 'eu-west-1' });
    expect((await root.describeKey({ KeyId: account.keyArn('Importer/Key') })).KeyMetadata.Description).toBe('exported');
    await expect(appWith({ region: 'eu-central-1' })).rejects.toThrow("imports 'text', which no stack of account 111111111111 exports in eu-central-1");
    await expect(appWith({ account: '222222222222' })).rejects.toThrow("imports 'text', which no stack of account 222222222222 exports in eu-west-1");
  });

  it('are read from a cloud assembly directory, or the error says what is missing', async () => {
    const directory = fs.mkdtempSync(path.join(TEMPORARY, 'out-'));
    const app = appIn(directory);
    new kms.Key(new Stack(app, 'App'), 'Key');
    app.synth();
    expect((await SimulatedAccount.of(directory)).keyArn('App/Key')).toMatch(/:key\//);
    await expect(SimulatedAccount.of(TEMPORARY)).rejects.toThrow(`'${TEMPORARY}' holds no manifest.json. Give an App, a Stage, or the directory`);
  });

  it.each([
    ['a stack', (app: App) => new Stack(app, 'One'), 'Stack'],
    ['a cloud assembly', (app: App) => app.synth(), 'CloudAssembly'],
    ['nothing', () => undefined, 'undefined'],
  ])('are not read from %s, and the error says from what', async (_, sourceOf, type) => {
    const work = SimulatedAccount.of(sourceOf(appIn()) as unknown as App);
    await expect(work).rejects.toThrow(TypeError);
    await expect(work).rejects.toThrow(`is of the type ${type}; it can be an App, a Stage, or the directory of a cloud assembly (cdk.out).`);
  });

  it('with references in a circle are refused', async () => {
    const stack = stackIn();
    const [one, two] = ['One', 'Two'].map((id) => new iam.CfnRole(stack, id, { assumeRolePolicyDocument: {} }));
    one!.addPropertyOverride('Description', { Ref: 'Two' });
    two!.addPropertyOverride('Description', { Ref: 'One' });
    await expect(load(stack)).rejects.toThrow('Circular dependency between resources: App/One -> App/Two -> App/One.');
  });
});

describe('what is not simulated', () => {
  it('is listed, and its names can be referred to', async () => {
    const stack = stackIn();
    const queue = new sqs.Queue(stack, 'Queue', { queueName: 'orders' });
    const topic = new sns.Topic(stack, 'Topic', { topicName: 'orders' });
    const stream = new kinesis.Stream(stack, 'Stream', { streamName: 'clicks' });
    const bucket = new s3.Bucket(stack, 'Bucket');
    const group = new logs.LogGroup(stack, 'Logs', { logGroupName: '/orders' });
    const key = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
    const arns = [queue.queueArn, topic.topicArn, stream.streamArn, bucket.bucketArn, group.logGroupArn];
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('logs.amazonaws.com')], actions: ['kms:Encrypt'], resources: ['*'], conditions: { ArnEquals: { 'aws:SourceArn': arns } },
    }));
    new kms.CfnKey(stack, 'Future', { keySpec: 'RSA_9000', keyUsage: 'SIGN_VERIFY' });
    new iam.Role(stack, 'Role', { assumedBy: ANYONE, managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')] });
    const account = await load(stack);

    expect((account.keyPolicy('App/Key').Statement as any)[1].Condition.ArnEquals['aws:SourceArn']).toEqual([
      'arn:aws:sqs:us-east-1:111122223333:orders',
      'arn:aws:sns:us-east-1:111122223333:orders',
      'arn:aws:kinesis:us-east-1:111122223333:stream/clicks',
      expect.stringMatching(/^arn:aws:s3:::app-bucket[0-9a-f]+-[0-9a-f]{12}$/),
      'arn:aws:logs:us-east-1:111122223333:log-group:/orders:*',
    ]);
    expect(account.attribute('App/Queue', 'Ref')).toBe('https://sqs.us-east-1.amazonaws.com/111122223333/orders');
    expect(account.inert.map(({ type }) => type).sort()).toEqual([
      'AWS::KMS::Key', 'AWS::Kinesis::Stream', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue',
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
    ]);
    expect(account.inert).toContainEqual({ logicalId: expect.stringMatching(/^Queue/), type: 'AWS::SQS::Queue', stack: 'App' });
    expect(() => account.keyArn('App/Future')).toThrow('none of the keys');
  });

  it('has the names that CloudFormation would give it', async () => {
    const stack = stackIn();
    const rule = new events.Rule(stack, 'Rule', { ruleName: 'placed', eventPattern: { source: ['x'] }, eventBus: new events.EventBus(stack, 'Bus', { eventBusName: 'orders' }) });
    new events.Rule(stack, 'Default', { ruleName: 'hourly', eventPattern: { source: ['x'] } });
    const queue = new sqs.Queue(stack, 'Queue', { fifo: true });
    new kms.CfnReplicaKey(stack, 'Replica', { primaryKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1', keyPolicy: {} });
    const account = await load(stack);
    const names = [['App/Rule', 'Arn'], ['App/Rule', 'Ref'], ['App/Default', 'Arn'], ['App/Replica', 'Arn']].map(([id, name]) => account.attribute(id!, name!));
    expect(names).toEqual([
      'arn:aws:events:us-east-1:111122223333:rule/orders/placed', 'orders|placed', 'arn:aws:events:us-east-1:111122223333:rule/hourly',
      'arn:aws:kms:us-east-1:111122223333:key/mrk-1',
    ]);
    expect([rule.node.path, account.attribute(queue.node.path, 'QueueName')]).toEqual(['App/Rule', expect.stringMatching(/\.fifo$/)]);
  });

  it('is an error only where somebody needs to know it', async () => {
    const stack = stackIn();
    const address = new ec2.CfnEIP(stack, 'Address');
    const role = new iam.Role(stack, 'Role', { assumedBy: ANYONE });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ec2:ReleaseAddress'], resources: [address.attrAllocationId] }));
    expect((await load(stack)).principals()).toHaveLength(1);

    role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [address.attrAllocationId] }));
    const again = stackIn();
    const other = new ec2.CfnEIP(again, 'Address');
    new iam.Role(again, 'Role', { assumedBy: ANYONE }).addToPolicy(new iam.PolicyStatement({ actions: ['kms:*'], resources: [other.attrAllocationId] }));
    await expect(load(again)).rejects.toThrow("Nothing is known of AllocationId of the AWS::EC2::EIP 'App/Address'");
  });

  it('a custom resource whose function is not of the app, nor for Node.js, stays inert', async () => {
    const stack = stackIn();
    const python = new lambda.Function(stack, 'Python', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromAsset(__dirname) });
    const inline = new lambda.Function(stack, 'Inline', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
    const topic = new sns.Topic(stack, 'Topic');
    const zip = path.join(TEMPORARY, 'handler.zip');
    fs.writeFileSync(zip, 'PK');
    const zipped = new lambda.Function(stack, 'Zipped', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(zip) });
    const framework = new Provider(stack, 'Framework', { onEventHandler: inline });
    const tokens = [python.functionArn, inline.functionArn, topic.topicArn, zipped.functionArn, framework.serviceToken, 'arn:aws:lambda:us-east-1:444455556666:function:theirs'];
    tokens.forEach((serviceToken, index) => new CustomResource(stack, `C${index}`, { serviceToken, resourceType: `Custom::C${index}` }));
    new s3.Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
    const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const account = await load(stack);
    await account.deploy();
    expect(account.inert.map(({ type }) => type)).toEqual(expect.arrayContaining(['Custom::C0', 'Custom::C1', 'Custom::C2', 'Custom::C3', 'Custom::C4', 'Custom::C5', 'Custom::S3AutoDeleteObjects', 'AWS::DynamoDB::Table']));
    expect(account.attribute(table.node.path, 'Arn')).toMatch(/^arn:aws:dynamodb:us-east-1:111122223333:table\/App-Table/);
    await account.close();
  });
});
