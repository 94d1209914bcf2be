import { App, Duration, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { HandlerFunction, HandlerFunctionProps } from '../../src/custom-resource/handler-function';

const PROPS: HandlerFunctionProps = { bundle: 'envelope/round-trip', description: 'Proves keys', timeout: Duration.minutes(5) };
const env = { account: '111122223333', region: 'eu-west-1' };
const stackOf = () => new Stack(new App(), 'Stack', { env });
const vpcOf = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'],
});

describe('The function behind custom resources', () => {
  it('is one per stack for all resources of a kind', () => {
    const stack = stackOf();
    const first = HandlerFunction.ofStack(stack, PROPS);
    expect(HandlerFunction.ofStack(stack, { ...PROPS, timeout: Duration.seconds(300) })).toBe(first);
    expect(HandlerFunction.ofStack(stack, { ...PROPS, logRetention: logs.RetentionDays.ONE_MONTH, memorySize: 256, vpc: undefined })).toBe(first);
    expect(HandlerFunction.ofStack(stackOf(), PROPS)).not.toBe(first);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  });

  it('keeps its logical id whatever its props are, for CloudFormation refuses another service token', () => {
    const ids = [PROPS, { ...PROPS, timeout: Duration.minutes(9), memorySize: 512 }].map((props) => {
      const stack = stackOf();
      return stack.getLogicalId(HandlerFunction.ofStack(stack, props).function.node.defaultChild as never);
    });
    expect(ids[0]).toBe(ids[1]);
  });

  it('fails when a second resource of the stack wants it elsewhere', () => {
    const stack = stackOf();
    HandlerFunction.ofStack(stack, PROPS);
    expect(() => HandlerFunction.ofStack(stack, { ...PROPS, vpc: vpcOf(stack) })).toThrow(
      "'vpc' of Stack is not that of the first resource of its kind in stack Stack; all of them run in one Lambda function. " +
      "Give each the same 'vpc', or put this one into another stack.");
  });

  it('fails when its bundle was not built, and says how to build it', () => {
    expect(() => new HandlerFunction(stackOf(), 'H', { ...PROPS, bundle: 'envelope/nowhere' })).toThrow(/nowhere\.lambda is missing.*npm run bundle/);
  });

  it('may do nothing but write its own log', () => {
    const stack = stackOf();
    new HandlerFunction(stack, 'H', PROPS);
    const template = Template.fromStack(stack);
    const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), Policies: Match.absent() });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] } }],
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 300, LoggingConfig: { LogGroup: { Ref: logGroup } } });
  });

  it('manages network interfaces only in a VPC', () => {
    const stack = stackOf();
    new HandlerFunction(stack, 'H', { ...PROPS, vpc: vpcOf(stack) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: { SubnetIds: ['subnet-1'] } });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface']), Resource: '*' })]) },
    });
  });

  it('logs for a month into a group that goes with the stack, or as told', () => {
    const stack = stackOf();
    new HandlerFunction(stack, 'A', PROPS);
    new HandlerFunction(stack, 'B', { ...PROPS, logRetention: logs.RetentionDays.ONE_YEAR, logEncryptionKey: new kms.Key(stack, 'Key') });
    const template = Template.fromStack(stack);
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30, KmsKeyId: Match.absent() } });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } } });
  });

  it.each([['logRetention', logs.RetentionDays.ONE_YEAR], ['logEncryptionKey', 'a key']])('does not drop %s when it logs elsewhere', (name, value) => {
    const stack = stackOf();
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Central', 'central');
    expect(() => new HandlerFunction(stack, 'H', { ...PROPS, logGroup, [name]: value })).toThrow(
      `'${name}' is for a log group of the function's own, and 'logGroup' is Stack/Central. Set it there, or leave one of them out.`);
  });

  it('leaves the name of its role to CloudFormation, but in a nested stack', () => {
    const nameIn = (stack: Stack, props = PROPS) => {
      new HandlerFunction(stack, 'H', props);
      return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'))[0]!['Properties'].RoleName;
    };
    expect(nameIn(stackOf())).toBeUndefined();
    expect(nameIn(stackOf(), { ...PROPS, roleName: 'Mine' })).toBe('Mine');
    const nested = nameIn(new NestedStack(stackOf(), 'N'));
    expect(nested).toMatch(/^StackNH[0-9A-F]{8}-[0-9a-f]{8}$/);
    expect(nameIn(new NestedStack(stackOf(), 'N'))).toBe(nested);
    expect(nameIn(new NestedStack(new Stack(new App(), 'Stack', { env: { ...env, region: 'eu-north-1' } }), 'N'))).not.toBe(nested);
  });

  it('gives reasons that are true of what starts a function', () => {
    const stack = stackOf();
    const handler = new HandlerFunction(stack, 'H', PROPS);
    const [deployed, scheduled] = [handler.function, handler.addFunction(stack, 'Second', 'schedule')].map(({ node }) =>
      JSON.stringify(node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY).map(({ data }) => data)));
    expect(deployed).toMatch(/LambdaDLQ.*presigned URL/);
    expect(scheduled).toMatch(/LambdaDLQ.*alarm/);
    expect(scheduled).not.toMatch(/CloudFormation|deployment|presigned/);
  });

  it.each([['in no VPC', 'own'], ['in a VPC', 'own'], ['in no VPC', 'imported']])('passes every rule of cdk-nag or says why not (%s, logging to its %s log group)', (where, log) => {
    const stack = stackOf();
    const handler = new HandlerFunction(stack, 'H', {
      ...PROPS,
      vpc: where === 'in a VPC' ? vpcOf(stack) : undefined,
      logGroup: log === 'imported' ? logs.LogGroup.fromLogGroupName(stack, 'Central', 'central') : undefined,
    });
    handler.addFunction(stack, 'Second', 'schedule');
    for (const Pack of [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks]) {
      expect(new Pack().validateScope(stack).violations).toEqual([]);
    }
  });
});
