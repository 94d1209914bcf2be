import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnParameter, IPolicyValidationContext, LegacyStackSynthesizer, NestedStack, PolicyViolation, Stack, StackProps, Stage, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import cases from './key-policies.json';
import { CustomerManagedKey } from '../../src';
import { KeyPolicyValidationPlugin } from '../../src/governance/key-policy-validation-plugin';
import { ACCOUNT, REGION } from '../deployed';

const PUBLIC = 'cdk-customer-managed-keys:publicKey';
const env = { account: ACCOUNT, region: REGION };
const reason = 'a test';

const newStack = (props: StackProps = { env }) => new Stack(new App(), 'Stack', props);

/** Open to every principal of every account, but to no service. */
const publicKey = (scope: Construct, id = 'Key') => {
  const key = new kms.Key(scope, id);
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()], actions: ['kms:Decrypt'], resources: ['*'], conditions: { Bool: { 'aws:PrincipalIsAWSService': false } },
  }));
  return key;
};

/** A key with the KeyPolicy as it is written, whatever its type. */
const rawKey = (scope: Construct, id: string, keyPolicy: unknown) => {
  const key = new kms.CfnKey(scope, id);
  key.addPropertyOverride('KeyPolicy', keyPolicy);
  return key;
};

function validate(scope: IConstruct) {
  const templatePaths = (scope.node.root as App).synth({ force: true }).stacksRecursively.map(({ templateFullPath }) => templateFullPath);
  return new KeyPolicyValidationPlugin().validate({ templatePaths } as IPolicyValidationContext);
}

const inBrief = ({ ruleName, violatingResources: [resource] }: PolicyViolation) => `${ruleName} ${resource?.resourceLogicalId}`;
const violationsOf = (scope: IConstruct) => validate(scope).violations.map(inBrief);

describe('a key policy in a template', () => {
  const all = newStack();
  cases.forEach(({ statements }, i) => rawKey(all, `Key${i}`, { Version: '2012-10-17', Statement: statements }));
  const { violations } = validate(all);

  it.each(cases.map((each, i) => ({ ...each, logicalId: `Key${i}` })))('of $name: $findings', ({ logicalId, findings, because }) => {
    const own = violations.filter(({ violatingResources: [resource] }) => resource?.resourceLogicalId === logicalId);
    expect(own.map(({ ruleName, violatingResources: [resource] }) => `${ruleName} ${resource?.locations}`)).toEqual(findings);
    own.forEach(({ description }) => expect(description).toContain(because ?? ''));
  });

  it('may be text, of JSON', () => {
    const text = newStack();
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } } }];
    rawKey(text, 'Key', JSON.stringify({ Version: '2012-10-17', Statement }));
    rawKey(text, 'Sub', { 'Fn::Sub': JSON.stringify({ Version: '2012-10-17', Statement }).replace('"*"', '{"AWS":"arn:aws:iam::${AWS::AccountId}:root"}') });
    expect(violationsOf(text)).toEqual(['publicKey Key']);
  });

  it.each(['no JSON', '{"Statement":[null]}', '[]', { Version: '2012-10-17' }, { Statement: ['text'] }, 7])('is refused as %j', (keyPolicy) => {
    const stack = newStack();
    rawKey(stack, 'Key', keyPolicy);
    expect(violationsOf(stack)).toEqual(['refusedPolicy Key']);
  });

  it.each([{ Ref: 'Parameter' }, { 'Fn::If': ['IsProd', {}, {}] }, { 'Fn::Sub': '{"Statement":${Parameter}}' }])('is undecided as %j, by name', (keyPolicy) => {
    const stack = newStack();
    rawKey(stack, 'Key', keyPolicy);
    const { success, violations: [undecided] } = validate(stack);
    expect(undecided).toMatchObject({ ruleName: 'undecided', severity: 'warning', description: expect.stringContaining(JSON.stringify(keyPolicy)) });
    expect(success).toBe(true);
  });

  it('is that of AWS KMS where there is none', () => {
    const stack = newStack();
    new kms.CfnKey(stack, 'Key');
    expect(violationsOf(stack)).toEqual([]);
  });

  it('is looked at in keys only', () => {
    const stack = newStack();
    new kms.CfnAlias(stack, 'Alias', { aliasName: 'alias/orders', targetKeyId: 'x' });
    new CfnParameter(stack, 'Parameter');
    expect(violationsOf(stack)).toEqual([]);
  });
});

describe('a stock key', () => {
  it.each([{ env }, {}, { env: { region: 'cn-north-1' } }])('is fine in a stack with %j', (props) => {
    const stack = newStack(props);
    const key = new kms.Key(stack, 'Key');
    key.grantDecrypt(new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
    expect(violationsOf(stack)).toEqual([]);
  });

  it('that CDK opens to S3 for its notifications is unscoped, in the statement that does it', () => {
    const stack = newStack({});
    const queue = new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.KMS });
    new s3.Bucket(stack, 'Bucket').addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(queue));
    const { violations: [violation, ...others], success } = validate(stack);
    expect(others).toEqual([]);
    expect(success).toBe(true);
    expect(violation).toMatchObject({ ruleName: 'unscopedService', severity: 'warning', violatingResources: [{ locations: ['Properties/KeyPolicy/Statement/2'] }] });
    expect(violation?.description).toContain('s3.amazonaws.com can call kms:');
  });

  it('that is public says so with a request that shows it, the remedy and the AWS page', () => {
    const { success, violations: [violation] } = validate(publicKey(newStack()));
    expect(success).toBe(false);
    expect(violation).toMatchObject({
      ruleName: 'publicKey',
      severity: 'error',
      fix: expect.stringContaining('Name the accounts'),
      ruleMetadata: { source: expect.stringContaining('AWS KMS Developer Guide') },
      violatingResources: [{ templatePath: expect.stringMatching(/Stack\.template\.json$/) }],
    });
    expect(violation?.description).toMatch(/role\/\w+ can call kms:Decrypt.*Witness: \{"request":.*on Stack\/Key or above/);
  });

  it('may be a replica', () => {
    const stack = newStack();
    const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Reader` }, Action: 'kms:Decrypt', Resource: '*' }];
    new kms.CfnReplicaKey(stack, 'Replica', { primaryKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/mrk-1`, keyPolicy: { Statement } });
    expect(violationsOf(stack)).toEqual(['lockedOut Replica']);
  });

  it('is judged by the account of its stack', () => {
    const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }];
    const [own, foreign] = [newStack(), newStack({ env: { account: '444455556666', region: REGION } })];
    [own, foreign].forEach((stack) => rawKey(stack, 'Key', { Version: '2012-10-17', Statement }));
    expect(violationsOf(own)).toEqual([]);
    expect(violationsOf(foreign)).toEqual(['lockedOut Key']);
  });
});

it('has no finding about a key of this library', () => {
  expect(violationsOf(new CustomerManagedKey(newStack(), 'Key'))).toEqual([]);
});

describe('where keys are found', () => {
  it.each([true, false])('in nested stacks and those nested in them, asset metadata: %s', (metadata) => {
    const stack = new Stack(new App({ context: { 'aws:cdk:enable-asset-metadata': metadata } }), 'Stack');
    const outer = new NestedStack(stack, 'Outer');
    publicKey(outer, 'OuterKey');
    publicKey(new NestedStack(outer, 'Inner'), 'InnerKey');
    const found = validate(stack).violations.map(({ violatingResources: [resource] }) => resource);
    expect(found).toEqual([
      expect.objectContaining({ resourceLogicalId: expect.stringMatching(/^OuterKey/), templatePath: expect.stringMatching(/StackOuter\w+\.nested\.template\.json$/) }),
      expect.objectContaining({ resourceLogicalId: expect.stringMatching(/^InnerKey/), templatePath: expect.stringMatching(/StackOuterInner\w+\.nested\.template\.json$/) }),
    ]);
  });

  it('in nested stacks of the legacy synthesizer', () => {
    const stack = newStack({ synthesizer: new LegacyStackSynthesizer() });
    publicKey(new NestedStack(stack, 'Nested'));
    expect(violationsOf(stack)).toEqual([expect.stringMatching(/^publicKey Key/)]);
  });

  it('not in a nested stack that no given template refers to', () => {
    const app = new App();
    publicKey(new NestedStack(new Stack(app, 'Other'), 'Nested'));
    const { templateFullPath } = (new Stack(app, 'Stack'), app.synth().getStackByName('Stack'));
    expect(new KeyPolicyValidationPlugin().validate({ templatePaths: [templateFullPath] } as IPolicyValidationContext).violations).toEqual([]);
  });

  it('in stages', () => {
    const app = new App();
    publicKey(new NestedStack(new Stack(new Stage(app, 'Prod', { env }), 'Stack'), 'Nested'));
    expect(violationsOf(app)).toEqual([expect.stringMatching(/^publicKey Key/)]);
  });

  it('refuses a template that is of no stack', () => {
    const { directory } = new App().synth();
    expect(() => new KeyPolicyValidationPlugin().validate({ templatePaths: [join(directory, 'Gone.template.json')] } as IPolicyValidationContext))
      .toThrow(/No stack of the cloud assembly '.*' has the template '.*Gone\.template\.json'/);
  });
});

describe('acknowledgement', () => {
  const acknowledge = (construct: IConstruct, id = PUBLIC) => Validations.of(construct).acknowledge({ id, reason });

  it('on a key is for that key', () => {
    const stack = newStack();
    acknowledge(publicKey(stack, 'Known'));
    publicKey(stack, 'Unknown');
    expect(violationsOf(stack)).toEqual([expect.stringMatching(/^publicKey Unknown/)]);
  });

  it('on an L1, and on the L1 in an L2', () => {
    const stack = newStack();
    acknowledge(rawKey(stack, 'Raw', 'no JSON'), 'cdk-customer-managed-keys:refusedPolicy');
    acknowledge(publicKey(stack, 'Key').node.defaultChild!);
    expect(violationsOf(stack)).toEqual([]);
  });

  it('is for its rule', () => {
    const key = publicKey(newStack());
    acknowledge(key, 'cdk-customer-managed-keys:lockedOut');
    expect(violationsOf(key)).toHaveLength(1);
  });

  it.each(['Stack', 'Stack/Group', 'Stack/Group/Nested'])('above a key, on %s', (path) => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const group = new Construct(stack, 'Group');
    publicKey(new NestedStack(group, 'Nested'));
    publicKey(new Stack(app, 'StackOfAnother'), 'Other');
    acknowledge([stack, ...stack.node.findAll()].find(({ node }) => node.path === path)!);
    expect(violationsOf(app)).toEqual([expect.stringMatching(/^publicKey Other/)]);
  });

  it('tells keys of nested stacks apart that have the same logical id', () => {
    const stack = newStack();
    const [one, two] = ['One', 'Two'].map((id) => publicKey(new NestedStack(stack, id)));
    acknowledge(one!);
    expect(validate(stack).violations.map(({ description }) => description)).toEqual([expect.stringContaining(`on ${two!.node.path} or above it`)]);
  });

  it('on the stack is all there is where CDK is told not to name constructs', () => {
    const app = new App({ context: { 'aws:cdk:disable-logicalId-metadata': true } });
    const [one, two] = ['One', 'Two'].map((id) => publicKey(new Stack(app, id)));
    acknowledge(one!.stack);
    acknowledge(two!);
    expect(validate(app).violations.map(({ description }) => description)).toEqual([expect.stringContaining('on Two or above it')]);
  });
});

describe('in the synthesis of an app', () => {
  beforeEach(() => { jest.spyOn(console, 'error').mockImplementation(); });
  afterEach(() => jest.restoreAllMocks());

  /** CDK sets an exit code, or, when it is newer, throws in tests. */
  function synthesize(stack: Stack, plugin = new KeyPolicyValidationPlugin()) {
    const app = stack.node.root as App;
    Validations.of(app).addPlugins(plugin);
    const { exitCode } = process;
    let failed = false;
    try {
      app.synth();
    } catch (error) {
      failed = String(error).includes('cdk-customer-managed-keys');
    }
    failed ||= process.exitCode === 1;
    process.exitCode = exitCode;
    const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'policy-validation-report.json'), 'utf8'));
    return { failed, report: pluginReports.find(({ summary }: any) => summary.pluginName === plugin.name) };
  }

  const appStack = () => new Stack(new App({ context: { '@aws-cdk/core:validationReportJson': true } }), 'Stack', { env });

  it('fails it for an error, and is in its report', () => {
    const { failed, report } = synthesize(publicKey(appStack()).stack);
    expect(failed).toBe(true);
    expect(report).toMatchObject({
      summary: { pluginName: 'cdk-customer-managed-keys', status: 'failure' },
      violations: [{ ruleName: 'publicKey', severity: 'error', violatingConstructs: [{ constructPath: expect.stringMatching(/^Stack\/Key/) }] }],
    });
  });

  it('does not for a warning', () => {
    const stack = appStack();
    new kms.Key(stack, 'Key').grantDecrypt(new iam.ServicePrincipal('sns.amazonaws.com'));
    const { failed, report } = synthesize(stack);
    expect(failed).toBe(false);
    expect(report).toMatchObject({ summary: { status: 'success' }, violations: [{ ruleName: 'unscopedService' }] });
  });

  it.each([PUBLIC, PUBLIC.replace(':', '::')])('does not for what is acknowledged as %s', (id) => {
    const key = publicKey(appStack());
    Validations.of(key).acknowledge({ id, reason });
    expect(synthesize(key.stack).failed).toBe(false);
  });

  it('does not for what is acknowledged on the app, with CDK\'s two colons', () => {
    const key = publicKey(appStack());
    Validations.of(key.node.root).acknowledge({ id: PUBLIC.replace(':', '::'), reason });
    expect(synthesize(key.stack).failed).toBe(false);
  });
});

it('has names that stay', () => {
  const { name, version, ruleIds } = new KeyPolicyValidationPlugin();
  expect(name).toBe('cdk-customer-managed-keys');
  expect(version).toBe(JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')).version);
  expect(ruleIds).toEqual(['refusedPolicy', 'publicKey', 'lockedOut', 'unscopedService', 'idleStatement', 'undecided']);
});
