import { App, CfnParameter, Lazy, NestedStack, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { SharedKey } from '../../src/key/shared-key';
import { evaluate, PolicyDocument } from '../../src/proof';
import { SecureStringParameter, SecureStringParameterProps } from '../../src/resources/secure-string-parameter';
import { GeneratedValueOptions, SecureStringValue } from '../../src/resources/secure-string-value';

const ACCOUNT = '111122223333';
const env = { account: ACCOUNT, region: 'eu-west-1' };
const KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/one`;
const ARN = `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/orders/db`;
const TYPE = 'Custom::SecureStringParameter';

const stackOf = (id = 'Stack', app = new App(), at: object = env) => new Stack(app, id, { env: at });

function parameterIn(stack: Stack, props: Partial<SecureStringParameterProps> = {}, id = 'DbPassword'): SecureStringParameter {
  return new SecureStringParameter(stack, id, {
    encryptionKey: props.encryptionKey ?? kms.Key.fromKeyArn(stack, `${id}Key`, KEY_ARN),
    parameterName: '/orders/db',
    value: SecureStringValue.generated({ passwordLength: 32 }),
    ...props,
  });
}

const roleIn = (stack: Stack, id: string) => new iam.Role(stack, id, { roleName: id, assumedBy: new iam.AccountRootPrincipal() });

/** The template with ARNs in place of what CloudFormation fills in. */
function policiesOf(stack: Stack, logicalIdPrefix: string, type = 'AWS::IAM::Policy', property = 'PolicyDocument'): PolicyDocument[] {
  const json = JSON.stringify(Template.fromStack(stack).findResources(type))
    .replaceAll('{"Ref":"AWS::Partition"}', '"aws"')
    .replaceAll(/\{"Fn::GetAtt":\["(\w*?)Role\w{8}","Arn"\]\}/g, `"arn:aws:iam::${ACCOUNT}:role/$1Role"`)
    .replaceAll(/\{"Fn::GetAtt":\["(\w*?)\w{8}","Arn"\]\}/g, `"arn:aws:iam::${ACCOUNT}:role/$1"`)
    .replaceAll(/\{"Fn::Join":\["",(\["[^[\]]*"\])\]\}/g, (_, parts: string) => JSON.stringify((JSON.parse(parts) as string[]).join('')));
  return Object.entries(JSON.parse(json) as Record<string, { Properties: Record<string, PolicyDocument> }>)
    .filter(([id]) => id.startsWith(logicalIdPrefix))
    .map(([, { Properties }]) => Properties[property]!);
}

describe('A SecureStringParameter', () => {
  it('asks its handler for a SecureString, and holds no value', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    parameterIn(stack, { encryptionKey: key, description: 'For orders', value: SecureStringValue.generated({ excludePunctuation: true }) });
    Template.fromStack(stack).hasResource(TYPE, {
      DeletionPolicy: 'Delete',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': [Match.anyValue(), 'Arn'] },
        ServiceTimeout: '360',
        Name: '/orders/db',
        Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ssm:eu-west-1:${ACCOUNT}:parameter/orders/db`]] },
        KeyId: stack.resolve(key.keyArn),
        Tier: 'Standard',
        Description: 'For orders',
        Value: { Source: 'generated', PasswordLength: '32', ExcludePunctuation: 'true' },
      },
    });
  });

  it('tells its name, ARN and version once it exists', () => {
    const stack = stackOf();
    const parameter = parameterIn(stack);
    const id = stack.getLogicalId(parameter.node.findChild('Resource').node.defaultChild as never);
    expect(stack.resolve([parameter.parameterName, parameter.parameterRef.parameterName, parameter.parameterArn, parameter.version])).toEqual([
      { Ref: id }, { Ref: id }, { 'Fn::GetAtt': [id, 'Arn'] }, { 'Fn::GetAtt': [id, 'Version'] },
    ]);
  });

  it('shares one function with the others of the stack', () => {
    const stack = stackOf();
    parameterIn(stack);
    parameterIn(stack, { parameterName: '/orders/api' }, 'ApiKey');
    Template.fromStack(stack).resourceCountIs(TYPE, 2);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  });

  it('carries the tags of its scopes', () => {
    const stack = stackOf();
    const parameter = parameterIn(stack);
    Tags.of(stack.node.root).add('team', 'orders');
    Tags.of(parameter).add('for', 'db');
    Template.fromStack(stack).hasResourceProperties(TYPE, { Tags: { team: 'orders', for: 'db' } });
  });

  it('is kept when the user says so', () => {
    const stack = stackOf();
    parameterIn(stack, { removalPolicy: RemovalPolicy.RETAIN });
    Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('passes all packs of cdk-nag', () => {
    const stack = stackOf();
    const encryptionKey = new CustomerManagedKey(stack, 'Key');
    parameterIn(stack, { encryptionKey });
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:db-AbCdEf`);
    parameterIn(stack, { encryptionKey, parameterName: 'copy', value: SecureStringValue.fromSecret(secret, 'password') }, 'Copy');
    for (const Pack of [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks]) {
      expect(new Pack().validateScope(stack).violations).toEqual([]);
    }
  });

  it('can be handed to constructs that take a parameter', () => {
    const stack = stackOf();
    const parameter = parameterIn(stack);
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app'), secrets: { DB: ecs.Secret.fromSsmParameter(parameter) } });
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Secrets: [{ Name: 'DB', ValueFrom: stack.resolve(parameter.parameterArn) }] })],
    });
  });
});

describe('The name of a parameter', () => {
  it.each([
    ['/orders/db', `:ssm:eu-west-1:${ACCOUNT}:parameter/orders/db`],
    ['db', `:ssm:eu-west-1:${ACCOUNT}:parameter/db`],
  ])('%s has the ARN …%s', (parameterName, arn) => {
    const stack = stackOf();
    parameterIn(stack, { parameterName });
    Template.fromStack(stack).hasResourceProperties(TYPE, { Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, arn]] } });
  });

  it('may end in what is known only at deployment', () => {
    const stack = stackOf();
    const name = new CfnParameter(stack, 'Stage').valueAsString;
    parameterIn(stack, { parameterName: `/${name}/db` });
    Template.fromStack(stack).hasResourceProperties(TYPE, { Name: { 'Fn::Join': ['', ['/', { Ref: 'Stage' }, '/db']] } });
  });

  it('may not begin with it', () => {
    const stack = stackOf();
    expect(() => parameterIn(stack, { parameterName: `${new CfnParameter(stack, 'Stage').valueAsString}/db` })).toThrow(
      "[Stack/DbPassword] 'parameterName' begins with a value that is known only at deployment, so that its ARN is not known: "
      + '/a/b and c make different ones. Begin the name with a literal /.');
  });

  it.each(['db', 'a.b-c_d', '/db', '/Orders/db.1', '/awsome/x', '/x/aws', `/${'a/'.repeat(14)}a`, `/${'x'.repeat(965)}`])('can be %s', (parameterName) => {
    expect(() => parameterIn(stackOf(), { parameterName })).not.toThrow();
  });

  it.each([
    ['empty', ''],
    ['with a character that is not allowed', '/orders/dé'],
    ['with a space', '/orders db'],
    ['with levels that do not begin with /', 'orders/db'],
    ['with an empty level', '/orders//db'],
    ['with an end that is missing', '/orders/'],
    ['with more than 15 levels', `/${'a/'.repeat(15)}a`],
    ['too long', `/${'x'.repeat(966)}`],
    ['an ARN', ARN],
    ['reserved', 'awsThing'],
    ['reserved in another case', 'SSM-thing'],
    ['reserved as a level', '/aws/thing'],
  ])('cannot be %s', (_, parameterName) => {
    expect(() => parameterIn(stackOf(), { parameterName })).toThrow(`[Stack/DbPassword] 'parameterName' is '${parameterName}'; Parameter Store accepts letters, `);
  });

  it('is that of one parameter of a stack', () => {
    const stack = stackOf();
    parameterIn(stack);
    parameterIn(stack, {}, 'Again');
    expect(() => Template.fromStack(stack)).toThrow("'parameterName' of Stack/Again is \"/orders/db\", which Stack/DbPassword has already. "
      + 'Choose another name, or use the parameter that is there.');
  });
});

describe('What Parameter Store or IAM cannot hold', () => {
  const many = (count: number, stack = stackOf()) => {
    for (let i = 0; i < count; i++) parameterIn(stack, { parameterName: `/orders/production/password-${i}` }, `Parameter${i}`);
    return stack;
  };

  it('is refused: a description of more than 1024 characters', () => {
    expect(() => parameterIn(stackOf(), { description: 'x'.repeat(1025) })).toThrow(
      "[Stack/DbPassword] 'description' has 1025 characters; Parameter Store accepts 1024. Make it shorter.");
    expect(() => parameterIn(stackOf(), { description: 'x'.repeat(1024) })).not.toThrow();
  });

  it.each([[46, true], [47, false]])('is refused: %s tags beside its own: %s', (count, accepted) => {
    const stack = stackOf();
    const parameter = parameterIn(stack);
    for (let i = 0; i < count; i++) Tags.of(parameter).add(`tag-${i}`, 'value');
    if (accepted) expect(() => Template.fromStack(stack)).not.toThrow();
    else expect(() => Template.fromStack(stack)).toThrow('Stack/DbPassword has 47 tags; a parameter holds 50, of which the handler needs 4. Leave some out:');
  });

  it('is refused: a tag that tells the handler whose the parameter is', () => {
    const stack = stackOf();
    Tags.of(parameterIn(stack)).add('cdk-customer-managed-keys:stack-id', 'mine');
    expect(() => Template.fromStack(stack)).toThrow("has the tag 'cdk-customer-managed-keys:stack-id', by which the handler knows whose the parameter is.");
  });

  it('is refused: more parameters than the policies of one role can name, which fit in two stacks', () => {
    const stack = many(14);
    expect(() => Template.fromStack(many(9, new NestedStack(stack, 'Nested')))).not.toThrow();
    expect(() => Template.fromStack(many(20))).toThrow(/The 20 SecureString parameters of this stack take \d{5} characters in the policies of their handler's role; /);
  });
});

describe('Settings of a value', () => {
  it.each<[string, GeneratedValueOptions, string]>([
    ['no character left', { excludeLowercase: true, excludeUppercase: true, excludeNumbers: true, excludePunctuation: true }, 'No character is left'],
    ['too short for each type', { passwordLength: 3 }, "'passwordLength' is 3; with these characters it must be a whole number from 4 on"],
    ['no whole number', { passwordLength: 8.5 }, "'passwordLength' is 8.5"],
    ['a length that is not known yet', { passwordLength: Lazy.number({ produce: () => 8 }) }, "'passwordLength' is known only at deployment. Give a number."],
    ['nothing', { passwordLength: 0, requireEachIncludedType: false }, "'passwordLength' is 0; with these characters it must be a whole number from 1 on"],
  ])('that no value fits are refused: %s', (_, options, message) => {
    expect(() => SecureStringValue.generated(options)).toThrow(message);
  });

  it('that need another tier are refused', () => {
    const value = SecureStringValue.generated({ passwordLength: 5000 });
    expect(() => parameterIn(stackOf(), { value })).toThrow(
      "[Stack/DbPassword] 'passwordLength' is 5000; a parameter of this tier holds 4096 bytes at most. "
      + 'Make it shorter, or use ParameterTier.ADVANCED, which holds 8192.');
    expect(() => parameterIn(stackOf(), { value, tier: ssm.ParameterTier.ADVANCED })).not.toThrow();
    expect(() => parameterIn(stackOf(), { value: SecureStringValue.generated({ passwordLength: 8193 }), tier: ssm.ParameterTier.ADVANCED })).toThrow(
      "'passwordLength' is 8193; a parameter of this tier holds 8192 bytes at most. Make it shorter.");
  });
});

describe('The key of a parameter', () => {
  it.each<[string, (stack: Stack) => kms.IKey, string]>([
    ['of another Region', (stack) => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN.replace('eu-west-1', 'us-east-1')), "'encryptionKey' is a key of us-east-1; a resource in"],
    ['that is not symmetric', (stack) => new CustomerManagedKey(stack, 'Key', { keySpec: kms.KeySpec.RSA_2048 }), "'encryptionKey' is a key of spec RSA_2048"],
  ])('cannot be one %s', (_, keyOf, message) => {
    const stack = stackOf();
    expect(() => parameterIn(stack, { encryptionKey: keyOf(stack) })).toThrow(`[Stack/DbPassword] ${message}`);
  });

  it('cannot be known by its alias only, which carries no permissions', () => {
    const stack = stackOf();
    expect(() => parameterIn(stack, { encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/orders') })).toThrow(
      "'encryptionKey' of Stack/DbPassword is an alias of which only the name is known; its key cannot be named in a policy. Give the key itself.");
  });

  it('can be known by an alias whose key the app knows', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    parameterIn(stack, { encryptionKey: new kms.Alias(stack, 'Alias', { aliasName: 'orders', targetKey: key }) });
    expect(JSON.stringify(policiesOf(stack, 'DbPasswordAccess')[0])).toContain('kms:GenerateDataKey');
  });

  it('can be one of another account, which that account shares', () => {
    const stack = stackOf();
    const arn = 'arn:aws:kms:eu-west-1:999999999999:key/one';
    parameterIn(stack, { encryptionKey: SharedKey.fromSharedKeyArn(stack, 'Key', arn) });
    expect(policiesOf(stack, 'DbPasswordAccess')[0]!.Statement).toContainEqual(expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource: arn,
    }));
  });
});

describe('Plain JavaScript', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no key', { encryptionKey: undefined }, "'encryptionKey' is missing; a SecureStringParameter is encrypted under a key. Give one, such as new CustomerManagedKey("],
    ['the ARN of a key', { encryptionKey: KEY_ARN }, "'encryptionKey' is of type string; a SecureStringParameter"],
    ['no name', { parameterName: undefined }, "'parameterName' is missing; Parameter Store knows a parameter by its name. Give one, such as /orders/db."],
    ['no value', { value: undefined }, "'value' is missing and no SecureStringValue; a value of its own would be in the template"],
    ['the value itself', { value: 'hunter2' }, "'value' is of type string and no SecureStringValue"],
    ['settings', { value: { passwordLength: 32 } }, "'value' is of type object and no SecureStringValue; a value of its own would be in the template for all to read. "
      + 'Give SecureStringValue.generated() or SecureStringValue.fromSecret(secret).'],
  ])('is told what is missing or wrong, and nothing that may be secret: %s', (_, props, message) => {
    const stack = stackOf();
    const given = { encryptionKey: new CustomerManagedKey(stack, 'Key'), parameterName: '/orders/db', value: SecureStringValue.generated(), ...props };
    const make = (id: string) => new SecureStringParameter(stack, id, given as SecureStringParameterProps);
    expect(() => make('DbPassword')).toThrow(`[Stack/DbPassword] ${message}`);
    expect(() => make('Again')).not.toThrow(/hunter2/);
  });
});

describe('The handler', () => {
  const handlerRole = `arn:aws:iam::${ACCOUNT}:role/Handler`;
  const forwarded = { 'kms:ViaService': 'ssm.eu-west-1.amazonaws.com', 'kms:EncryptionContext:PARAMETER_ARN': ARN };

  it('may do what it needs to this parameter and no other', () => {
    const stack = stackOf();
    parameterIn(stack);
    const [policy] = policiesOf(stack, 'DbPasswordAccess');
    expect(policy!.Statement).toContainEqual({
      Effect: 'Allow',
      Action: [
        'ssm:AddTagsToResource', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:PutParameter',
        'ssm:RemoveTagsFromResource',
      ],
      Resource: ARN,
    });
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['encrypts this parameter', 'kms:Encrypt', forwarded, 'allow'],
    ['encrypts this parameter in the tier Advanced', 'kms:GenerateDataKey', forwarded, 'allow'],
    ['decrypts this parameter', 'kms:Decrypt', forwarded, 'allow'],
    ['does not decrypt another parameter', 'kms:Decrypt', { ...forwarded, 'kms:EncryptionContext:PARAMETER_ARN': `${ARN}2` }, 'implicitDeny'],
    ['does not decrypt through another service', 'kms:Decrypt', { ...forwarded, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }, 'implicitDeny'],
    ['does not decrypt in another Region', 'kms:Decrypt', { ...forwarded, 'kms:ViaService': 'ssm.eu-west-2.amazonaws.com' }, 'implicitDeny'],
    ['does not decrypt by itself', 'kms:Decrypt', { 'kms:EncryptionContext:PARAMETER_ARN': ARN }, 'implicitDeny'],
    ['does not re-encrypt', 'kms:ReEncryptFrom', forwarded, 'implicitDeny'],
  ])('%s', (_, action, context, expected) => {
    const stack = stackOf();
    parameterIn(stack);
    const keyPolicy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' }] } as const;
    const identityPolicies = policiesOf(stack, 'DbPasswordAccess');
    const { decision } = evaluate({ keyPolicy, identityPolicies, request: { principal: handlerRole, action, resource: KEY_ARN, context } });
    expect(decision).toBe(expected);
  });

  it.each<[string, Record<string, string>, string]>([
    ['is let in', forwarded, 'allow'],
    ['is not let in for another parameter', { ...forwarded, 'kms:EncryptionContext:PARAMETER_ARN': `${ARN}2` }, 'implicitDeny'],
    ['is not let in by itself', {}, 'implicitDeny'],
  ])('%s by the key policy where that decides alone', (_, context, expected) => {
    const stack = stackOf();
    const encryptionKey = new CustomerManagedKey(stack, 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    parameterIn(stack, { encryptionKey });
    const [keyPolicy] = policiesOf(stack, 'Key', 'AWS::KMS::Key', 'KeyPolicy');
    const principal = [keyPolicy!.Statement].flat().flatMap((statement) => Object.values(statement.Principal ?? {}))
      .find((name) => /:role\/\w+Role$/.test(String(name))) as string;
    expect(principal).toBeDefined();
    expect(evaluate({ keyPolicy, request: { principal, action: 'kms:Decrypt', resource: KEY_ARN, context } }).decision).toBe(expected);
  });

  it('reaches a central key whose policy decides alone, without a cycle', () => {
    const app = new App();
    const [keys, orders] = [stackOf('Keys', app), stackOf('Orders', app)];
    parameterIn(orders, { encryptionKey: new CustomerManagedKey(keys, 'Key', { access: KeyAccess.KEY_POLICY_ONLY }) });
    expect(() => app.synth()).not.toThrow();
    expect(orders.dependencies).toEqual([keys]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['Orders-CustomerManagedKeysSecure-1A2B3C', forwarded, 'allow'],
    ['Orders-CustomerManagedKeysSecure-1A2B3C', { ...forwarded, 'kms:EncryptionContext:PARAMETER_ARN': `${ARN}2` }, 'implicitDeny'],
    ['Orders-CustomerManagedKeysSecure-1A2B3C', {}, 'implicitDeny'],
    ['Returns-CustomerManagedKeysSecure-1A2B3C', forwarded, 'implicitDeny'],
  ])('(%s, %j) uses a central key whose policy decides alone: %s, and nobody is asked to name its role', (roleName, context, expected) => {
    const app = new App();
    const [keys, orders] = [stackOf('Keys', app), stackOf('Orders', app)];
    const key = new CustomerManagedKey(keys, 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    parameterIn(orders, { encryptionKey: key });
    Annotations.fromStack(keys).hasNoWarning('*', Match.stringLikeRegexp('unnamedGrantee'));
    const [keyPolicy] = policiesOf(keys, 'Key', 'AWS::KMS::Key', 'KeyPolicy');
    const identityPolicies = [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } as const];
    const request = { principal: `arn:aws:iam::${ACCOUNT}:role/${roleName}`, action: 'kms:Decrypt', resource: KEY_ARN, context };
    expect(evaluate({ keyPolicy, identityPolicies, request }).decision).toBe(expected);
  });

  it('may read the secret that a value comes from', () => {
    const stack = stackOf();
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new CustomerManagedKey(stack, 'SecretKey') });
    parameterIn(stack, { value: SecureStringValue.fromSecret(secret, 'password', 'v1') });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(TYPE, { Value: { Source: 'secret', SecretId: stack.resolve(secret.secretArn), JsonField: 'password', VersionId: 'v1' } });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: Match.arrayWith(['secretsmanager:GetSecretValue']), Resource: stack.resolve(secret.secretArn),
        })]),
      },
    });
  });

  it('keeps its permissions for the old name and the old key until CloudFormation cleans up', () => {
    const accessOf = (props: Partial<SecureStringParameterProps>) => {
      const stack = stackOf();
      parameterIn(stack, props);
      return Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy')).find((id) => id.startsWith('DbPasswordAccess'));
    };
    const otherKey = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Other', `${KEY_ARN}2`);
    expect(accessOf({ description: 'Another' })).toBe(accessOf({}));
    expect(accessOf({ parameterName: '/orders/db2' })).not.toBe(accessOf({}));
    expect(accessOf({ encryptionKey: otherKey(stackOf()) })).not.toBe(accessOf({}));
  });

  it('is created before its parameter and deleted after it, with all its permissions', () => {
    const stack = stackOf();
    parameterIn(stack);
    const policies = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const [resource] = Object.values(Template.fromStack(stack).findResources(TYPE));
    expect(policies).toHaveLength(2);
    expect(resource).toMatchObject({ DependsOn: expect.arrayContaining(policies) });
  });
});

describe('A grant', () => {
  const forwarded = (arn: string) => ({ 'kms:ViaService': 'ssm.eu-west-1.amazonaws.com', 'kms:EncryptionContext:PARAMETER_ARN': arn });

  it.each<[string, (parameter: SecureStringParameter, role: iam.IRole) => iam.Grant, Record<string, string>]>([
    ['to read', (parameter, role) => parameter.grantRead(role), { 'kms:Decrypt': 'allow', 'kms:Encrypt': 'implicitDeny', 'kms:GenerateDataKey': 'implicitDeny' }],
    ['to write', (parameter, role) => parameter.grantWrite(role), { 'kms:Decrypt': 'implicitDeny', 'kms:Encrypt': 'allow', 'kms:GenerateDataKey': 'allow' }],
  ])('%s gives the use of the key for this parameter through Parameter Store', (_, grant, expected) => {
    const stack = stackOf();
    const encryptionKey = new CustomerManagedKey(stack, 'Key');
    const role = roleIn(stack, 'App');
    expect(grant(parameterIn(stack, { encryptionKey }), role).success).toBe(true);
    const keyPolicy = policiesOf(stack, 'Key', 'AWS::KMS::Key', 'KeyPolicy')[0];
    const identityPolicies = JSON.parse(JSON.stringify(policiesOf(stack, 'App')).replaceAll(/"arn:aws:iam:[^"]*role\/Key"/g, JSON.stringify(KEY_ARN)));
    const decide = (action: string, context: Record<string, string>) => evaluate({
      keyPolicy, identityPolicies, request: { principal: `arn:aws:iam::${ACCOUNT}:role/App`, action, resource: KEY_ARN, context },
    }).decision;
    for (const [action, decision] of Object.entries(expected)) {
      expect([action, decide(action, forwarded(ARN))]).toEqual([action, decision]);
      expect([action, decide(action, forwarded(`${ARN}2`))]).toEqual([action, 'implicitDeny']);
      expect([action, decide(action, {})]).toEqual([action, 'implicitDeny']);
    }
  });

  it('names this parameter alone', () => {
    const stack = stackOf();
    const parameter = parameterIn(stack);
    const role = roleIn(stack, 'App');
    parameter.grantRead(role);
    parameter.grantWrite(role);
    const statements = policiesOf(stack, 'App').flatMap(({ Statement }) => Statement).filter(({ Resource }) => Resource === ARN);
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'ssm:DescribeParameters', 'ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:PutParameter',
    ]);
  });
});

describe('In China', () => {
  it('the ARN is of the partition, and the service has the same name', () => {
    const stack = stackOf('Stack', new App(), { account: ACCOUNT, region: 'cn-north-1' });
    parameterIn(stack, { encryptionKey: new CustomerManagedKey(stack, 'Key') });
    const [policy] = policiesOf(stack, 'DbPasswordAccess');
    expect(policy!.Statement).toContainEqual(expect.objectContaining({
      Condition: { StringEquals: { 'kms:ViaService': 'ssm.cn-north-1.amazonaws.com', 'kms:EncryptionContext:PARAMETER_ARN': expect.stringContaining(':ssm:cn-north-1:') } },
    }));
  });
});
