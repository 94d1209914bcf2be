import { App, CfnParameter, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { EnvelopeRoundTrip, EnvelopeRoundTripProps } from '../../src/envelope/envelope-round-trip';
import { CustomerManagedKey, CustomerManagedKeyProps } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { SharedKey } from '../../src/key/shared-key';

const ACCOUNT = '111122223333';
const env = { account: ACCOUNT, region: 'eu-west-1' };
const stackOf = (app = new App(), id = 'Stack') => new Stack(app, id, { env });

function proof(props: Partial<EnvelopeRoundTripProps> = {}, stack = stackOf()) {
  const encryptionKey = props.encryptionKey ?? new CustomerManagedKey(stack, 'Key');
  const roundTrip = new EnvelopeRoundTrip(stack, 'Proof', { encryptionKey, ...props });
  return { stack, roundTrip, template: () => Template.fromStack(stack) };
}

/** The statements of all policies of the probe's role that concern AWS KMS. */
function statementsOfRole(template: Template): any[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  return policies.flatMap((policy) => policy['Properties'].PolicyDocument.Statement).filter(({ Action }) => [Action].flat()[0].startsWith('kms:'));
}

/** The statements of the one key of a stack. */
const keyStatements = (stack: Stack): any[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'))[0]!['Properties'].KeyPolicy.Statement;

const roleIs = (name: string) => ({ 'aws:PrincipalArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ACCOUNT}:role/${name}`]] } });

const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
const ADMINISTRATION = { Effect: 'Allow', Action: ['kms:Describe*', 'kms:Put*'], Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Resource: '*' };

describe('An envelope round trip', () => {
  it('is a custom resource that CloudFormation does not wait an hour for', () => {
    const template = proof().template();
    template.hasResourceProperties('Custom::EnvelopeRoundTrip', {
      KeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
      EncryptionContext: { 'envelope-round-trip': Match.stringLikeRegexp('^StackProof[A-Za-z0-9]+$') },
      PayloadSizes: [0, 1, 4096, 4097, 1048576],
      PropagationSeconds: 180,
      ServiceTimeout: '360',
    });
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 300, MemorySize: 512, Handler: 'index.handler' });
  });

  it('offers its evidence as attributes', () => {
    const { stack, roundTrip } = proof();
    const { algorithm, bytes, milliseconds, keyMaterialId, casesPassed, cases } = roundTrip;
    const names = [algorithm, bytes, milliseconds, keyMaterialId, casesPassed, cases].map((attribute) => stack.resolve(attribute)['Fn::GetAtt'][1]);
    expect(names).toEqual(['Algorithm', 'Bytes', 'Milliseconds', 'KeyMaterialId', 'CasesPassed', 'Cases']);
  });

  it('may use the key with its own encryption context only, and describe it', () => {
    const statements = statementsOfRole(proof().template());
    const Resource = { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] };
    expect(statements).toEqual([
      { Effect: 'Allow', Action: USE, Resource, Condition: { StringEquals: { 'kms:EncryptionContext:envelope-round-trip': expect.stringMatching(/^StackProof/) } } },
      { Effect: 'Allow', Action: 'kms:DescribeKey', Resource },
    ]);
  });

  it('exists after and goes before its permissions', () => {
    const template = proof().template();
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy'));
    template.hasResource('Custom::EnvelopeRoundTrip', { DependsOn: Match.arrayWith([policy]) });
  });

  it('leaves the policy of a key alone that IAM policies may open', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    proof({ encryptionKey: key }, stack);
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::KMS::Key'))).not.toContain('envelope-round-trip');
  });

  it.each<[string, CustomerManagedKeyProps]>([
    ['that IAM policies do not open', { access: KeyAccess.KEY_POLICY_ONLY }],
    ['whose own policy leaves its use to nobody', { policy: iam.PolicyDocument.fromJson({ Statement: [ADMINISTRATION] }) }],
  ])('is named in the policy of a key %s', (_, props) => {
    const stack = stackOf();
    const encryptionKey = new CustomerManagedKey(stack, 'Key', props);
    proof({ encryptionKey }, stack).template().hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: Match.stringLikeRegexp('^Allow the probe StackProof.* to use the key$'),
            Action: USE,
            Principal: { AWS: { 'Fn::GetAtt': [Match.stringLikeRegexp('Role'), 'Arn'] } },
            Condition: { StringEquals: { 'kms:EncryptionContext:envelope-round-trip': Match.stringLikeRegexp('^StackProof') } },
          }),
          Match.objectLike({ Sid: Match.stringLikeRegexp('to describe the key$'), Action: 'kms:DescribeKey', Condition: Match.absent() }),
        ]),
      },
    });
  });

  it('makes no cycle with such a key in another stack', () => {
    const app = new App();
    const encryptionKey = new CustomerManagedKey(stackOf(app, 'Keys'), 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    const { stack, roundTrip } = proof({ encryptionKey, roleName: 'Prober' }, stackOf(app, 'Probes'));
    expect(roundTrip.role.node.path).toContain('Probes/');
    Template.fromStack(Stack.of(encryptionKey)).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: USE,
          Condition: {
            ArnLike: { 'aws:PrincipalArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ACCOUNT}:role/Prober`]] } },
            StringEquals: { 'kms:EncryptionContext:envelope-round-trip': Match.stringLikeRegexp('^ProbesProof') },
          },
        })]),
      },
    });
    Template.fromStack(stack).resourceCountIs('Custom::EnvelopeRoundTrip', 1);
  });

  it('is let in by a key of a nested stack around it, under a name that is known before', () => {
    const stack = stackOf();
    const encryptionKey = new CustomerManagedKey(stack, 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    const nested = new NestedStack(stack, 'Nested');
    proof({ encryptionKey }, nested as Stack);
    const name = Object.values(Template.fromStack(nested).findResources('AWS::IAM::Role'))[0]!['Properties'].RoleName;
    expect(keyStatements(stack).filter(({ Action }) => Action === 'kms:DescribeKey' || Action[0] === USE[0])).toEqual([
      expect.objectContaining({ Action: USE, Condition: expect.objectContaining({ ArnLike: roleIs(name) }) }),
      expect.objectContaining({ Action: 'kms:DescribeKey', Condition: { ArnLike: roleIs(name) } }),
    ]);
  });

  it.each([
    ['CustomerManagedKey', (stack: Stack) => new CustomerManagedKey(stack, 'Key')],
    ['stock Key', (stack: Stack) => new kms.Key(stack, 'Key')],
  ])('is let in by a %s of another account in the same app, and says nothing', (_, keyIn) => {
    const app = new App();
    const keys = new Stack(app, 'Keys', { env: { ...env, account: '999999999999' } });
    const { stack } = proof({ encryptionKey: keyIn(keys) }, stackOf(app, 'Probes'));
    const name = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'))[0]!['Properties'].RoleName;
    expect(name).toMatch(/^probes/);
    const marker = { 'kms:EncryptionContext:envelope-round-trip': expect.stringMatching(/^ProbesProof/) };
    expect(keyStatements(keys)).toEqual(expect.arrayContaining([
      expect.objectContaining({ Action: USE, Principal: { AWS: expect.anything() }, Condition: { ArnLike: roleIs(name), StringEquals: marker } }),
      expect.objectContaining({ Action: 'kms:DescribeKey', Condition: { ArnLike: roleIs(name) } }),
    ]));
    expect(statementsOfRole(Template.fromStack(stack)).map(({ Action }) => Action)).toEqual([USE, 'kms:DescribeKey']);
    expect(Annotations.fromStack(stack).findWarning('/Probes/Proof', Match.anyValue())).toEqual([]);
  });

  it('shares one function and one role in a stack, each probe with a context of its own', () => {
    const { stack } = proof();
    new EnvelopeRoundTrip(stack, 'Other', { encryptionKey: new CustomerManagedKey(stack, 'OtherKey') });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    const markers = statementsOfRole(template).map(({ Condition }) => Condition?.StringEquals['kms:EncryptionContext:envelope-round-trip']).filter(Boolean);
    expect(new Set(markers).size).toBe(2);
  });

  it('adds what a key policy asks for to the encryption context', () => {
    proof({ encryptionContext: { tenant: 'blue' } }).template().hasResourceProperties('Custom::EnvelopeRoundTrip', {
      EncryptionContext: { 'tenant': 'blue', 'envelope-round-trip': Match.anyValue() },
    });
  });

  it('runs where and logs how it is told', () => {
    const stack = stackOf();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
    const template = proof({ vpc, timeout: Duration.minutes(2), logRetention: logs.RetentionDays.ONE_YEAR }, stack).template();
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: { SubnetIds: ['subnet-1'] }, Timeout: 120 });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    template.hasResourceProperties('Custom::EnvelopeRoundTrip', { ServiceTimeout: '180' });
  });

  it('works with a log group under the very key that it proves', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    const template = proof({ encryptionKey: key, logEncryptionKey: key }, stack).template();
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } });
  });

  it('proves again on a schedule, and alarms when that fails', () => {
    const { roundTrip, template } = proof({ schedule: events.Schedule.rate(Duration.hours(6)) });
    const [scheduled] = Object.entries(template().findResources('AWS::Lambda::Function')).find(([id]) => id.includes('ScheduledProof'))!;
    template().hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(6 hours)',
      Targets: [{ Arn: { 'Fn::GetAtt': [scheduled, 'Arn'] }, Input: { 'Fn::Join': Match.arrayWith([Match.arrayWith([Match.stringLikeRegexp('"EncryptionContext":.*"PropagationSeconds":180')])]) } }],
    });
    template().hasResourceProperties('AWS::Lambda::Permission', { Principal: 'events.amazonaws.com', FunctionName: { 'Fn::GetAtt': [scheduled, 'Arn'] } });
    template().hasResourceProperties('AWS::Lambda::EventInvokeConfig', { FunctionName: { Ref: scheduled }, MaximumRetryAttempts: 0 });
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: scheduled } }],
      Threshold: 1,
      TreatMissingData: 'ignore',
    });
    expect(roundTrip.failureAlarm).toBeDefined();
    expect(proof().roundTrip.failureAlarm).toBeUndefined();
  });

  it('keeps its service token when a schedule is added, for CloudFormation refuses another one', () => {
    const tokens = [{}, { schedule: events.Schedule.rate(Duration.days(1)) }].map((props) =>
      Object.values(proof(props).template().findResources('Custom::EnvelopeRoundTrip'))[0]!['Properties'].ServiceToken);
    expect(tokens[0]).toEqual(tokens[1]);
  });

  it.each([false, true])('passes every rule of cdk-nag or says why not (on a schedule: %s)', (scheduled) => {
    const { stack } = proof(scheduled ? { schedule: events.Schedule.rate(Duration.days(1)) } : {});
    for (const Pack of [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks]) {
      expect(new Pack().validateScope(stack).violations).toEqual([]);
    }
  });

  it('says nothing to learn to ignore', () => {
    const { stack } = proof({ schedule: events.Schedule.rate(Duration.days(1)) });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('proves the key behind an alias, and refuses an alias of which only the name is known', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    proof({ encryptionKey: key.addAlias('alias/other') }, stack).template().hasResourceProperties('Custom::EnvelopeRoundTrip', {
      KeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
    const other = stackOf();
    expect(() => proof({ encryptionKey: kms.Alias.fromAliasName(other, 'Alias', 'alias/known') }, other)).toThrow(/only the name is known.*Give the key itself/);
  });

  const FOREIGN = 'arn:aws:kms:eu-west-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab';

  it.each<[string, Stack, object, string, string]>([
    ['a role that CloudFormation names', stackOf(), {}, ACCOUNT, 'Stack-CustomerManagedKeysRound*'],
    ['a role with a name', stackOf(), { roleName: 'Prober' }, ACCOUNT, 'Prober'],
    ['a stack without an account', new Stack(new App(), 'Stack'), {}, '<AccountId>', 'Stack-CustomerManagedKeysRound*'],
  ])('gives the owner of a foreign key the statements to add, for %s', (_, stack, props, account, name) => {
    proof({ encryptionKey: kms.Key.fromKeyArn(stack, 'Foreign', FOREIGN), ...props }, stack);
    const [warning] = Annotations.fromStack(stack).findWarning('/Stack/Proof', Match.stringLikeRegexp('must add'));
    const ArnLike = { 'aws:PrincipalArn': expect.stringMatching(new RegExp(`^arn:(aws|<Partition>):iam::${account}:role/${name.replace('*', '\\*')}$`)) };
    const StringEquals = { 'kms:EncryptionContext:envelope-round-trip': expect.stringMatching(/^StackProof/) };
    const Principal = { AWS: expect.stringMatching(new RegExp(`^arn:(aws|<Partition>):iam::${account}:root$`)) };
    const Sid = expect.stringMatching(/^Allow the probe StackProof\w+ to (use|describe) the key$/);
    expect(JSON.parse(/must add: (\[.*\])\. With/.exec(warning!.entry.data as string)![1]!)).toEqual([
      { Sid, Effect: 'Allow', Principal, Action: USE, Resource: '*', Condition: { ArnLike, StringEquals } },
      { Sid, Effect: 'Allow', Principal, Action: 'kms:DescribeKey', Resource: '*', Condition: { ArnLike } },
    ]);
  });

  it('leaves the policy of a shared key to the app that shares it', () => {
    const stack = stackOf();
    proof({ encryptionKey: SharedKey.fromSharedKeyArn(stack, 'Shared', FOREIGN) }, stack);
    expect(statementsOfRole(Template.fromStack(stack)).map(({ Resource }) => Resource)).toEqual([FOREIGN, FOREIGN]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('says nothing about an imported key of its own account', () => {
    const stack = stackOf();
    proof({ encryptionKey: kms.Key.fromKeyArn(stack, 'Own', FOREIGN.replace('999999999999', ACCOUNT)) }, stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it.each<[string, kms.KeyProps, RegExp]>([
    ['signs', { keySpec: kms.KeySpec.RSA_2048, keyUsage: kms.KeyUsage.SIGN_VERIFY }, /'encryptionKey' of Stack\/Proof has KeySpec RSA_2048 and KeyUsage SIGN_VERIFY; data keys/],
    ['is disabled', { enabled: false }, /'encryptionKey' of Stack\/Proof is disabled.*Enable the key/],
  ])('refuses a key that %s', (_, keyProps, message) => {
    for (const KeyClass of [CustomerManagedKey, kms.Key]) {
      const stack = stackOf();
      expect(() => proof({ encryptionKey: new KeyClass(stack, 'Key', keyProps) }, stack)).toThrow(message);
    }
  });

  it('takes a context of which a value is known only at deployment', () => {
    const stack = stackOf();
    const tenant = new CfnParameter(stack, 'Tenant').valueAsString;
    proof({ encryptionContext: { tenant } }, stack).template().hasResourceProperties('Custom::EnvelopeRoundTrip', { EncryptionContext: { tenant: { Ref: 'Tenant' } } });
  });

  it('tries no longer than it runs', () => {
    proof({ timeout: Duration.minutes(1) }).template().hasResourceProperties('Custom::EnvelopeRoundTrip', { PropagationSeconds: 60 });
  });

  it.each<[string, Partial<EnvelopeRoundTripProps>, RegExp]>([
    ['a negative size', { payloadSizes: [-1] }, /'payloadSizes' holds -1; a payload has 0 to 16777216 bytes/],
    ['a broken size', { payloadSizes: [1.5] }, /'payloadSizes' holds 1.5/],
    ['too large a size', { payloadSizes: [16777217] }, /'payloadSizes' holds 16777217/],
    ['no size', { payloadSizes: [] }, /'payloadSizes' holds 0 sizes; a round trip takes 1 to 16/],
    ['too many sizes', { payloadSizes: Array.from({ length: 17 }, () => 1) }, /'payloadSizes' holds 17 sizes/],
    ['a context that names the pair of the probe', { encryptionContext: { 'envelope-round-trip': 'x' } }, /are taken\. Use another name/],
    ['a context that names a pair of the format', { encryptionContext: { 'aws-crypto-public-key': 'x' } }, /are taken/],
    ['a context that names the pair of the probe in other letters', { encryptionContext: { 'Envelope-Round-Trip': 'x' } }, /'Envelope-Round-Trip'.*are taken/],
    ['a context without a name', { encryptionContext: { '': 'x' } }, /holds a pair without a name/],
    ['too large a context', { encryptionContext: { big: 'x'.repeat(8150) } }, /'encryptionContext' takes 82\d\d bytes with the pairs of the probe; a message takes 8192/],
    ['a context that is no text', { encryptionContext: { bad: '\ud800' } }, /'bad' in the encryption context must be well-formed Unicode/],
    ['a size of the deployment', { payloadSizes: [new CfnParameter(new Stack(), 'Size', { type: 'Number' }).valueAsNumber] }, /holds a value that is known only at deployment/],
    ['a time-out of the deployment', { timeout: Duration.seconds(new CfnParameter(new Stack(), 'Time', { type: 'Number' }).valueAsNumber) }, /'timeout' is known only at/],
    ['a propagation time of the deployment', {
      propagationTimeout: Duration.seconds(new CfnParameter(new Stack(), 'Time', { type: 'Number' }).valueAsNumber),
    }, /'propagationTimeout' is known only at deployment/],
    ['to wait longer than it runs', { propagationTimeout: Duration.minutes(20) }, /'propagationTimeout' is 20 minutes and 'timeout' 5 minutes/],
    ['too short a time-out', { timeout: Duration.seconds(10) }, /'timeout' is 10 seconds; the proof takes 30 seconds to 15 minutes/],
    ['too long a time-out', { timeout: Duration.minutes(16) }, /'timeout' is 16 minutes/],
  ])('refuses %s', (_, props, message) => {
    expect(() => proof(props)).toThrow(message);
  });

  it.each(['cn-north-1', 'us-gov-west-1'])('names no partition in %s', (region) => {
    const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region } });
    const template = proof({ schedule: events.Schedule.rate(Duration.days(1)) }, stack).template();
    expect(JSON.stringify(template.toJSON())).not.toMatch(/arn:aws:/);
  });

  it('refuses a key of another Region', () => {
    const stack = stackOf();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Elsewhere', `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`);
    expect(() => proof({ encryptionKey }, stack)).toThrow('Stack/Proof is in eu-west-1 and its key in us-east-1; a key is proved where it is. Put the EnvelopeRoundTrip into a stack in us-east-1.');
  });

  it.each<[string, unknown, string]>([
    ['props without a key', {}, 'undefined'],
    ['no props', undefined, 'undefined'],
    ['null', { encryptionKey: null }, 'null'],
    ['an ARN', { encryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b' }, 'string'],
    ['an object of another kind', { encryptionKey: new App() }, 'App'],
  ])('says to JavaScript what it needs when it is given %s', (_, props, type) => {
    expect(() => new EnvelopeRoundTrip(stackOf(), 'Proof', props as EnvelopeRoundTripProps)).toThrow(
      `'encryptionKey' of Stack/Proof is of type ${type}; a proof takes a key. Give a CustomerManagedKey, a kms.Key, or kms.Key.fromKeyArn() of its ARN.`);
  });
});
