import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { EnvelopeRoundTrip, EnvelopeRoundTripProps } from '../../src/envelope/envelope-round-trip';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';

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

const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

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
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 300, Handler: 'index.handler' });
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

  it('is named in the policy of a key that IAM policies do not open', () => {
    const stack = stackOf();
    const encryptionKey = new CustomerManagedKey(stack, 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
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
    const { stack } = proof({ encryptionKey }, stackOf(app, 'Probes'));
    Template.fromStack(Stack.of(encryptionKey)).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: USE,
          Condition: {
            ArnLike: { 'aws:PrincipalArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, Match.stringLikeRegexp(`:iam::${ACCOUNT}:role/Probes-`)]] } },
            StringEquals: { 'kms:EncryptionContext:envelope-round-trip': Match.stringLikeRegexp('^ProbesProof') },
          },
        })]),
      },
    });
    Template.fromStack(stack).resourceCountIs('Custom::EnvelopeRoundTrip', 1);
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

  it('tells what the owner of a foreign key has to add', () => {
    const stack = stackOf();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Foreign', 'arn:aws:kms:eu-west-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab');
    proof({ encryptionKey }, stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Proof', Match.stringLikeRegexp('belongs to account 999999999999.*kms:DescribeKey.*kms:EncryptionContext:envelope-round-trip'));
  });

  it.each<[string, Partial<EnvelopeRoundTripProps>, RegExp]>([
    ['a negative size', { payloadSizes: [-1] }, /'payloadSizes' holds -1; a payload has 0 to 16777216 bytes/],
    ['a broken size', { payloadSizes: [1.5] }, /'payloadSizes' holds 1.5/],
    ['too large a size', { payloadSizes: [16777217] }, /'payloadSizes' holds 16777217/],
    ['no size', { payloadSizes: [] }, /'payloadSizes' holds 0 sizes; a round trip takes 1 to 16/],
    ['too many sizes', { payloadSizes: Array.from({ length: 17 }, () => 1) }, /'payloadSizes' holds 17 sizes/],
    ['a context that names the pair of the probe', { encryptionContext: { 'envelope-round-trip': 'x' } }, /are taken\. Use another name/],
    ['a context that names a pair of the format', { encryptionContext: { 'aws-crypto-public-key': 'x' } }, /are taken/],
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
});
