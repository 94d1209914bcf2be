import { App, CfnElement, Duration, PropertyInjectors, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CustomerManagedKey, CustomerManagedKeyProps, EncryptedLogGroup, KeyAccess, KeyProfile, KeySharing, KeyUse, SharedKey } from '../../src';
import { ACCOUNT, ADMINISTRATOR_ACCESS, decide, keyPolicyOf, warningsOf } from '../deployed';

const env = { account: ACCOUNT, region: 'eu-west-1' };
const newStack = () => new Stack(new App(), 'Stack', { env });
const newKey = (props?: CustomerManagedKeyProps) => new CustomerManagedKey(newStack(), 'Key', props);
const keyProperties = (key: kms.Key) => Object.values<any>(Template.fromStack(Stack.of(key)).findResources('AWS::KMS::Key'))[0];
const aliasOf = (key: kms.Key) => Object.values<any>(Template.fromStack(Stack.of(key)).findResources('AWS::KMS::Alias'))[0].Properties.AliasName;

const inject = (stack: Stack, injected: kms.KeyProps) => PropertyInjectors.of(stack).add({
  constructUniqueId: kms.Key.PROPERTY_INJECTION_ID,
  inject: (props) => ({ ...props, ...injected }),
});

describe('in place of the stock key', () => {
  it.each([undefined, { alias: 'orders' }, { keySpec: kms.KeySpec.RSA_2048, keyUsage: kms.KeyUsage.SIGN_VERIFY }])('keeps the logical ids with props %p', (props) => {
    const logicalIds = (construct: kms.Key) => construct.node.findAll().filter(CfnElement.isCfnElement)
      .map((each) => Stack.of(construct).resolve(each.logicalId) as string);
    const stock = logicalIds(new kms.Key(newStack(), 'Key', props));
    expect(logicalIds(newKey(props))).toEqual(expect.arrayContaining(stock));
  });

  it('keeps the logical ids of aliases that are added later', () => {
    const aliases = (key: kms.Key) => {
      ['orders', 'billing'].forEach((alias) => key.addAlias(alias));
      const resources = Template.fromStack(key.stack).findResources('AWS::KMS::Alias');
      return Object.fromEntries(Object.entries<any>(resources).map(([id, { Properties }]) => [id, Properties.AliasName]));
    };
    expect(aliases(newKey())).toMatchObject(aliases(new kms.Key(newStack(), 'Key')));
  });

  it('is accepted wherever a key is', () => {
    const key: kms.Key & kms.IKey = newKey();
    expect(new sqs.Queue(key.stack, 'Queue', { encryptionMasterKey: key }).encryptionMasterKey).toBe(key);
  });
});

describe('defaults', () => {
  it('rotates, is enabled, outlives its stack, and leaves the window of 30 days to AWS KMS', () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = keyProperties(newKey());
    expect(Properties).toMatchObject({ EnableKeyRotation: true, Enabled: true });
    expect(Properties).not.toHaveProperty('PendingWindowInDays');
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  it.each([
    { keySpec: kms.KeySpec.RSA_4096, keyUsage: kms.KeyUsage.SIGN_VERIFY },
    { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC },
  ])('does not ask AWS KMS to rotate %p', (props) => {
    expect(keyProperties(newKey(props)).Properties).not.toHaveProperty('EnableKeyRotation');
  });

  it('derives an alias from the stack name and the construct path', () => {
    expect(aliasOf(newKey())).toBe('alias/Stack/Key');
    const stack = new Stack(new Stage(new App(), 'Beta'), 'Stack', { env, stackName: 'orders-branch-7' });
    expect(aliasOf(new CustomerManagedKey(new Construct(stack, 'Data'), 'Key'))).toBe('alias/orders-branch-7/Data/Key');
    expect(aliasOf(new CustomerManagedKey(newStack(), 'A key with spaces'))).toMatch(/^alias\/[a-zA-Z0-9:/_-]+$/);
  });

  it('never gives the account kms:*', () => {
    const actions = keyPolicyOf(newKey()).Statement as any[];
    expect(actions.flatMap(({ Action }) => Action)).not.toContain('kms:*');
  });

  it('gives the account, through IAM, administration, explicit use, and grants for AWS services only', () => {
    const key = newKey();
    const byIam = (action: string, context = {}) => decide(key, `arn:aws:iam::${ACCOUNT}:role/R`, action, context, [ADMINISTRATOR_ACCESS]).decision;
    for (const action of ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:TagResource', 'kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey']) {
      expect([action, byIam(action)]).toEqual([action, 'allow']);
    }
    expect(byIam('kms:CreateGrant', { 'kms:GrantIsForAWSResource': 'true' })).toBe('allow');
    expect(byIam('kms:CreateGrant')).toBe('implicitDeny');
    expect(byIam('kms:ReplicateKey')).toBe('implicitDeny');
    expect(decide(key, `arn:aws:iam::${ACCOUNT}:role/R`, 'kms:Decrypt').decision).toBe('implicitDeny');
  });

  it('lets multi-Region keys be replicated', () => {
    const key = newKey({ multiRegion: true });
    expect(decide(key, `arn:aws:iam::${ACCOUNT}:role/R`, 'kms:ReplicateKey', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('allow');
  });

  it('renders a user-given policy in place of its own statements, and wires it all the same', () => {
    const policy = new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ sid: 'Mine', actions: ['kms:*'], resources: ['*'], principals: [new iam.AccountRootPrincipal()] })] });
    const key = newKey({ policy });
    new logs.LogGroup(key.stack, 'Logs', { encryptionKey: key });
    policy.addStatements(new iam.PolicyStatement({ sid: 'Later', actions: ['kms:DescribeKey'], resources: ['*'], principals: [new iam.AccountRootPrincipal()] }));
    expect((keyPolicyOf(key).Statement as any[]).map(({ Sid }) => Sid)).toEqual(
      ['Mine', 'Later', 'Allow CloudWatch Logs to encrypt the log groups of this account and Region']);
  });
});

describe('profiles', () => {
  it('make keys of a sandbox go with their stack after seven days', () => {
    const { Properties, DeletionPolicy } = keyProperties(newKey({ profile: KeyProfile.SANDBOX }));
    expect([Properties.PendingWindowInDays, DeletionPolicy]).toEqual([7, 'Delete']);
  });

  it('hold for everything below the scope that uses them, and the nearest wins', () => {
    const app = new App();
    KeyProfile.use(app, KeyProfile.SANDBOX);
    const stage = new Stage(app, 'Production', { env });
    KeyProfile.use(stage, KeyProfile.PRODUCTION);
    const [outside, inside] = [app, stage].map((scope) => new CustomerManagedKey(new Stack(scope, 'Stack'), 'Key'));
    expect(keyProperties(outside!).DeletionPolicy).toBe('Delete');
    expect(keyProperties(inside!).DeletionPolicy).toBe('Retain');
  });

  it('give way to the props of a key', () => {
    const key = newKey({ profile: KeyProfile.SANDBOX, removalPolicy: RemovalPolicy.RETAIN, pendingWindow: Duration.days(14) });
    expect(keyProperties(key)).toMatchObject({ DeletionPolicy: 'Retain', Properties: { PendingWindowInDays: 14 } });
  });
});

describe('administrators', () => {
  const admin = `arn:aws:iam::${ACCOUNT}:role/Security`;
  const withAdmin = () => newKey({ admins: [new iam.ArnPrincipal(admin)] });

  it('administer without a policy in IAM', () => {
    expect(decide(withAdmin(), admin, 'kms:ScheduleKeyDeletion').decision).toBe('allow');
    expect(decide(withAdmin(), `arn:aws:iam::${ACCOUNT}:role/Other`, 'kms:ScheduleKeyDeletion').decision).toBe('implicitDeny');
  });

  it.each(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:CreateGrant'])('are denied %s, whatever IAM says', (action) => {
    expect(decide(withAdmin(), admin, action, {}, [ADMINISTRATOR_ACCESS]).decision).toBe('explicitDeny');
  });

  it('can be roles of the same stack and of another, without a reference to the other', () => {
    const app = new App();
    const [keys, people] = [new Stack(app, 'Keys', { env }), new Stack(app, 'People', { env })];
    const role = new iam.Role(people, 'Admin', { assumedBy: new iam.AccountRootPrincipal(), roleName: 'Admin' });
    const near = new iam.Role(keys, 'Near', { assumedBy: new iam.AccountRootPrincipal() });
    const key = new CustomerManagedKey(keys, 'Key', { admins: [role, near] });
    expect(decide(key, `arn:aws:iam::${ACCOUNT}:role/Admin`, 'kms:Decrypt', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('explicitDeny');
    expect(decide(key, `arn:aws:iam::${ACCOUNT}:role/Admin`, 'kms:PutKeyPolicy', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('allow');
    expect(decide(key, near, 'kms:PutKeyPolicy').decision).toBe('allow');
    expect(decide(key, near, 'kms:Decrypt', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('explicitDeny');
    app.synth();
    expect(keys.dependencies).toEqual([]);
  });

  it('cannot use the key either when the condition under which they administer does not hold', () => {
    const mfa = new iam.PrincipalWithConditions(new iam.ArnPrincipal(admin), { Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
    const key = newKey({ admins: [mfa] });
    expect(decide(key, admin, 'kms:PutKeyPolicy', { 'aws:MultiFactorAuthPresent': 'true' }).decision).toBe('allow');
    expect(decide(key, admin, 'kms:PutKeyPolicy').decision).toBe('implicitDeny');
    expect(decide(key, admin, 'kms:Decrypt', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('explicitDeny');
  });

  it('are the same through key.grants', () => {
    const key = newKey();
    key.grants.admin(new iam.ArnPrincipal(admin));
    expect(decide(key, admin, 'kms:PutKeyPolicy').decision).toBe('allow');
    expect(decide(key, admin, 'kms:Decrypt', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('explicitDeny');
  });

  it('of another stack need a name, because a pattern could deny others', () => {
    const app = new App();
    const role = new iam.Role(new Stack(app, 'People', { env }), 'Admin', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => new CustomerManagedKey(new Stack(app, 'Keys', { env }), 'Key', { admins: [role] })).toThrow(/People\/Admin .* Give it a roleName/);
  });

  it.each<[string, (key: CustomerManagedKey, role: iam.Role) => unknown]>([
    ['after', (key, role) => { key.grantAdmin(role); new sqs.Queue(key.stack, 'Queue', { encryptionMasterKey: key }).grantSendMessages(role); }],
    ['through a golden resource', (key, role) => { key.grantAdmin(role); new EncryptedLogGroup(key.stack, 'Logs', { encryptionKey: key }).grantRead(role); }],
    ['before', (key, role) => { key.grantDecrypt(new iam.PrincipalWithConditions(role, {})); key.grantAdmin(role); }],
  ])('cannot be granted the use of the key %s they become administrators', (_, both) => {
    const key = newKey();
    const role = new iam.Role(key.stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => both(key, role)).toThrow('Stack/Role is to administer Stack/Key and to use it; administrators are denied the use');
  });

  it('can be told about the key', () => {
    const key = newKey({ admins: [new iam.ArnPrincipal(admin)] });
    expect(key.grant(new iam.ArnPrincipal(admin), 'kms:DescribeKey').success).toBe(true);
  });

  it('are of the account of the key', () => {
    expect(() => newKey({ admins: [new iam.ArnPrincipal('arn:aws:iam::444455556666:role/Security')] })).toThrow(/a key is administered in its own account only/);
  });

  it.each([
    new iam.AccountRootPrincipal(), new iam.AccountPrincipal('444455556666'), new iam.ServicePrincipal('lambda.amazonaws.com'),
    new iam.AnyPrincipal(), new iam.OrganizationPrincipal('o-a1b2c3d4e5'), new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:root`),
  ])('cannot be more than roles and users', (principal) => {
    expect(() => newKey({ admins: [principal] })).toThrow(/administrators are roles and users.*Name a role or a user/);
  });
});

describe('errors at synth', () => {
  it.each<[string, CustomerManagedKeyProps, RegExp]>([
    ['a short rotation period', { rotationPeriod: Duration.days(30) }, /'rotationPeriod' is 30 days; AWS KMS accepts 90 to 2560 days. Set Duration.days\(90\) or more./],
    ['a long rotation period', { rotationPeriod: Duration.days(2561) }, /'rotationPeriod' is 2561 days; .* Set Duration.days\(2560\) or less./],
    ['a rotation period in half days', { rotationPeriod: Duration.hours(90 * 24 + 12) }, /'rotationPeriod' is 90.5 days; .* Set whole days./],
    ['a period without rotation', { rotationPeriod: Duration.days(90), enableKeyRotation: false }, /a period needs rotation/],
    ['rotation of an RSA key', { keySpec: kms.KeySpec.RSA_2048, enableKeyRotation: true }, /rotates only SYMMETRIC_DEFAULT keys/],
    ['a rotation period of an RSA key', { keySpec: kms.KeySpec.RSA_2048, rotationPeriod: Duration.days(90) }, /'rotationPeriod' is given on a key of spec RSA_2048/],
    ['rotation of an HMAC key', { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC, enableKeyRotation: true }, /'enableKeyRotation' is true/],
    ['a short window', { pendingWindow: Duration.days(6) }, /'pendingWindow' is 6 days; AWS KMS accepts 7 to 30 days. Set Duration.days\(7\)/],
    ['a long window', { pendingWindow: Duration.days(31) }, /'pendingWindow' is 31 days/],
    ['a reserved alias', { alias: 'alias/aws/orders' }, /reserved for AWS managed keys/],
    ['a reserved alias without prefix', { alias: 'aws/orders' }, /reserved for AWS managed keys/],
    ['an alias with a space', { alias: 'my orders' }, /The alias is 'my orders'; AWS KMS accepts/],
    ['Ed25519 for key agreement', { keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519, keyUsage: kms.KeyUsage.KEY_AGREEMENT }, /can be used for SIGN_VERIFY/],
    ['Ed25519 for encryption', { keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519 }, /'keyUsage' is ENCRYPT_DECRYPT on a key of spec ECC_NIST_EDWARDS25519/],
    ['a symmetric key for signing', { keyUsage: kms.KeyUsage.SIGN_VERIFY }, /such a key can be used for ENCRYPT_DECRYPT/],
    ['a secp256k1 key for key agreement', { keySpec: kms.KeySpec.ECC_SECG_P256K1, keyUsage: kms.KeyUsage.KEY_AGREEMENT }, /can be used for SIGN_VERIFY/],
  ])('refuses %s', (_, props, message) => {
    expect(() => newKey(props)).toThrow(message);
  });

  it.each([
    [() => KeyUse.of('logs:loggroup'), /'logs:loggroup' is no use of a key.*Known are cloudwatch:alarm/],
    [() => KeyUse.of('logs:log-group', { account: '22' }), /'account' of a KeyUse is '22'; it is 12 digits/],
    [() => KeyUse.of('logs:log-group', { region: 'Mars' }), /'region' of a KeyUse is 'Mars'/],
  ])('refuses a use that cannot be', (use, message) => {
    expect(use).toThrow(message);
  });

  it('refuses a resource that needs a symmetric key', () => {
    const key = newKey({ keySpec: kms.KeySpec.RSA_2048 });
    new logs.LogGroup(key.stack, 'Logs', { encryptionKey: key });
    expect(() => Template.fromStack(key.stack)).toThrow(/Stack\/Logs names a key of spec RSA_2048 in its KmsKeyId; services encrypt under SYMMETRIC_DEFAULT keys only/);
  });

  it('refuses a policy that is too large for AWS KMS, and gives both numbers', () => {
    const key = newKey();
    for (let index = 0; index < 400; index++) { key.grant(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/consumer-of-the-order-events-${index}`), 'kms:Decrypt'); }
    expect(() => Template.fromStack(key.stack)).toThrow(/The policy of Stack\/Key has \d{5} bytes; AWS KMS accepts 32768/);
  });

  it('refuses characters that AWS KMS refuses', () => {
    const key = newKey();
    key.addToResourcePolicy(new iam.PolicyStatement({ sid: 'für → alle', actions: ['kms:Decrypt'], resources: ['*'], principals: [new iam.AccountRootPrincipal()] }));
    expect(() => Template.fromStack(key.stack)).toThrow(/holds the character '→' in "für → alle"/);
  });

  it('refuses a policy that a property injector put in its place', () => {
    const stack = newStack();
    inject(stack, { policy: new iam.PolicyDocument() });
    expect(() => new CustomerManagedKey(stack, 'Key')).toThrow(/A property injector replaced the policy of Stack\/Key/);
  });
});

describe('warnings', () => {
  it('name rotation that is switched off, with an id that can be acknowledged', () => {
    const key = newKey({ enableKeyRotation: false });
    expect(warningsOf(key)).toEqual([expect.stringMatching(/'enableKeyRotation' of Stack\/Key is false.*cdk-customer-managed-keys:rotationOff\]/)]);
    expect(warningsOf(newKey())).toEqual([]);
  });

  it('are taken back by the acknowledgement that they name, on the key and above it', () => {
    const acknowledged = [(key: kms.Key) => key, (key: kms.Key) => key.stack].map((scopeOf) => {
      const key = newKey({ enableKeyRotation: false });
      Validations.of(scopeOf(key)).acknowledge({ id: 'cdk-customer-managed-keys:rotationOff', reason: 'a test' });
      return warningsOf(key);
    });
    expect(acknowledged).toEqual([[], []]);
  });

  it('name rotation that a property injector switched off', () => {
    const stack = newStack();
    inject(stack, { enableKeyRotation: false });
    expect(warningsOf(new CustomerManagedKey(stack, 'Key'))).toEqual([expect.stringContaining('rotationOff')]);
  });

  it('do not speak of rotation to keys that cannot rotate', () => {
    expect(warningsOf(newKey({ keySpec: kms.KeySpec.RSA_2048, enableKeyRotation: false }))).toEqual([]);
  });
});

describe('a policy of the user', () => {
  const policyOf = (...actions: string[]) => new iam.PolicyDocument({
    statements: [new iam.PolicyStatement({ actions, resources: ['*'], principals: [new iam.AccountRootPrincipal()] })],
  });

  it.each([['kms:*'], ['kms:Describe*', 'kms:Put*']])('that leaves %s to IAM is completed where a grant needs it', (...actions) => {
    const key = newKey({ policy: policyOf(...actions) });
    const role = new iam.Role(key.stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    key.grantDecrypt(role);
    expect(decide(key, role, 'kms:Decrypt').decision).toBe('allow');
    expect(keyPolicyOf(key).Statement).toHaveLength(actions.includes('kms:*') ? 1 : 2);
  });

  it('cannot be put in its place afterwards', () => {
    const key = newKey();
    (key.node.defaultChild as kms.CfnKey).keyPolicy = policyOf('kms:*');
    expect(() => Template.fromStack(key.stack)).toThrow(/The keyPolicy of Stack\/Key\/Resource was replaced/);
  });
});

describe('previous keys', () => {
  const pair = () => {
    const stack = newStack();
    const old = new CustomerManagedKey(stack, 'Old', { access: KeyAccess.KEY_POLICY_ONLY });
    const key = new CustomerManagedKey(stack, 'New', { previousKeys: [old], access: KeyAccess.KEY_POLICY_ONLY });
    return { stack, old, key };
  };

  it('stay readable for whoever may decrypt with the new key, and for no other action', () => {
    const { stack, old, key } = pair();
    const [reader, writer] = ['Reader', 'Writer'].map((id) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() }));
    key.grantDecrypt(reader!);
    key.grantEncrypt(writer!);
    expect(decide(old, reader!, 'kms:Decrypt').decision).toBe('allow');
    expect(decide(old, reader!, 'kms:Encrypt').decision).toBe('implicitDeny');
    expect(decide(old, writer!, 'kms:Decrypt').decision).toBe('implicitDeny');
  });

  it('stay readable for the services of the new key', () => {
    const { stack, old, key } = pair();
    new logs.LogGroup(stack, 'Logs', { encryptionKey: key });
    const context = { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:any` };
    expect(decide(old, 'logs.eu-west-1.amazonaws.com', 'kms:Decrypt', context).decision).toBe('allow');
    expect(decide(old, 'logs.eu-west-1.amazonaws.com', 'kms:Encrypt', context).decision).toBe('implicitDeny');
    expect(decide(key, 'logs.eu-west-1.amazonaws.com', 'kms:Encrypt', context).decision).toBe('allow');
  });

  it('stay readable through a chain of keys, for services and for accounts that the new key is shared with', () => {
    const stack = newStack();
    const first = new CustomerManagedKey(stack, 'First');
    const second = new CustomerManagedKey(stack, 'Second', { previousKeys: [first] });
    const third = new CustomerManagedKey(stack, 'Third', { previousKeys: [second] });
    new logs.LogGroup(stack, 'Logs', { encryptionKey: third });
    third.shareWith(KeySharing.account('444455556666'));
    const context = { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:any` };
    const reader = 'arn:aws:iam::444455556666:role/Reader';
    expect(decide(first, 'logs.eu-west-1.amazonaws.com', 'kms:Decrypt', context).decision).toBe('allow');
    expect(decide(first, 'logs.eu-west-1.amazonaws.com', 'kms:Encrypt', context).decision).toBe('implicitDeny');
    expect(decide(first, reader, 'kms:Decrypt', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('allow');
    expect(decide(first, reader, 'kms:Encrypt', {}, [ADMINISTRATOR_ACCESS]).decision).toBe('implicitDeny');
  });

  it('can be imported, though services cannot be let in there', () => {
    const stack = newStack();
    const old = SharedKey.fromSharedKeyArn(stack, 'Old', 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab');
    const key = new CustomerManagedKey(stack, 'New', { previousKeys: [old] });
    key.grantDecrypt(new iam.ServicePrincipal('s3.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } }));
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    key.grantDecrypt(role);
    expect(warningsOf(stack)).toEqual([expect.stringMatching(/Stack\/Old does not wire itself.*Where it is made, add/)]);
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toContain(old.keyArn);
  });

  it('raise a warning when they are stock keys, whose services cannot be wired', () => {
    const stack = newStack();
    new CustomerManagedKey(stack, 'New', { previousKeys: [new kms.Key(stack, 'Old')] });
    expect(warningsOf(stack)).toEqual([expect.stringContaining('previousKeyNotWired')]);
  });
});
