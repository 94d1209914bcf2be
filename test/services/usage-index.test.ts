import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aspects, Aws, CfnOutput, CfnResource, Fn, Lazy, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct, IConstruct } from 'constructs';
import { serviceStatements, warningsIn, writtenKeyPolicy } from './key-policy';
import { keyProperties } from './key-properties';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { CATALOGUE } from '../../src/services/catalogue';
import { isHazard, KeySlot, ProducerEdge } from '../../src/services/service-facts';
import { UsageIndex } from '../../src/services/usage-index';

const ESCAPES = 'cdk-customer-managed-keys:keyArnEscapes';

/** The ways in which a property can say which key it means, as text. */
const WORDS: Record<string, (stack: Stack, key: CustomerManagedKey) => string> = {
  'the ARN': (_, key) => key.keyArn,
  'the id': (_, key) => key.keyId,
  'the ARN of an imported key': (stack, key) => kms.Key.fromKeyArn(stack, 'Imported', key.keyArn).keyArn,
  'an interpolated ARN': (_, key) => `arn:${Aws.PARTITION}:kms:${Aws.REGION}:${Aws.ACCOUNT_ID}:key/${key.keyId}`,
  'a formatted ARN': (stack, key) => stack.formatArn({ service: 'kms', resource: 'key', resourceName: key.keyId }),
  'Fn::Join': (_, key) => Fn.join('/', ['arn:aws:kms:eu-west-1:111122223333:key', key.keyId]),
  'Fn::Select of Fn::Split': (_, key) => Fn.select(1, Fn.split('/', key.keyArn)),
  'a variable of Fn::Sub': (_, key) => Fn.sub('${Arn}', { Arn: key.keyArn }),
  'Fn::If': (_, key) => Fn.conditionIf('AWS::NoValue', key.keyArn, 'alias/aws/sns').toString(),
  'a lazy value': (_, key) => Lazy.string({ produce: () => key.keyArn }),
  'a lazy value that is a lazy value': (_, key) => Lazy.string({ produce: () => Lazy.string({ produce: () => key.keyArn }) }),
  'an alias added to the key': (stack, key) => key.addAlias(`alias/${stack.stackName}`).aliasName,
  'an alias beside the key': (stack, targetKey) => new kms.Alias(stack, 'Alias', { aliasName: `alias/${stack.stackName}`, targetKey }).aliasName,
  'the ARN of an alias': (stack, targetKey) => new kms.Alias(stack, 'Alias', { aliasName: `alias/${stack.stackName}`, targetKey }).keyArn,
  'an alias as text': (stack, key) => {
    key.addAlias(`alias/${stack.stackName}`);
    return `alias/${stack.stackName}`;
  },
  'an imported alias': (stack, key) => {
    key.addAlias(`alias/${stack.stackName}`);
    return kms.Alias.fromAliasName(stack, 'Imported', `alias/${stack.stackName}`).keyArn;
  },
  'a reference to an L1 alias': (stack, key) =>
    new kms.CfnAlias(stack, 'Alias', { aliasName: `alias/${stack.stackName}`, targetKeyId: key.keyId }).ref,
};

/** The ways in which a topic with a key can get into an app. */
const TOPICS: Record<string, (stack: Stack, key: CustomerManagedKey) => void> = {
  'stock topic': (stack, key) => alarmInto(stack, new sns.Topic(stack, 'Topic', { masterKey: key }).topicArn),
  'stock topic with an imported key': (stack, key) => {
    alarmInto(stack, new sns.Topic(stack, 'Topic', { masterKey: kms.Key.fromKeyArn(stack, 'Imported', key.keyArn) }).topicArn);
  },
  'stock topic with an alias for a key': (stack, key) => {
    alarmInto(stack, new sns.Topic(stack, 'Topic', { masterKey: key.addAlias(`alias/${stack.stackName}`) }).topicArn);
  },
  'property override': (stack, key) => {
    const topic = new sns.CfnTopic(stack, 'Topic', { kmsMasterKeyId: 'alias/aws/sns' });
    topic.addPropertyOverride('KmsMasterKeyId', key.keyArn);
    alarmInto(stack, topic.ref);
  },
  'property set after construction': (stack, key) => {
    const topic = new sns.CfnTopic(stack, 'Topic');
    topic.kmsMasterKeyId = key.keyArn;
    alarmInto(stack, topic.ref);
  },
  'resource without an L1 class': (stack, key) => {
    alarmInto(stack, new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { KmsMasterKeyId: key.keyArn } }).ref);
  },
  'producer without an L1 class': (stack, key) => {
    const properties = { AlarmActions: [new sns.Topic(stack, 'Topic', { masterKey: key }).topicArn] };
    new CfnResource(stack, 'Alarm', { type: 'AWS::CloudWatch::Alarm', properties });
  },
  'included template': (stack, key) => {
    new CfnInclude(stack, 'Included', { templateFile: join(__dirname, 'included.template.json'), parameters: { KeyId: key.keyArn } });
  },
  'nested stack': (stack, key) => topicWithAlarm(new NestedStack(stack, 'Nested'), key.keyArn),
  'nested stack in a nested stack': (stack, key) => topicWithAlarm(new NestedStack(new NestedStack(stack, 'Outer'), 'Inner'), key.keyArn),
  'alarm in a nested stack': (stack, key) => alarmInto(new NestedStack(stack, 'Nested'), new sns.Topic(stack, 'Topic', { masterKey: key }).topicArn),
  'another stack': (stack, key) => topicWithAlarm(new Stack(Stage.of(stack)!, `${stack.stackName}Consumer`), key.keyArn),
  'aspect': (stack, key) => {
    Aspects.of(stack).add({
      visit: (node: IConstruct) => { if (node === stack && !stack.node.tryFindChild('Late')) { topicWithAlarm(new Construct(stack, 'Late'), key.keyArn); } },
    });
  },
  'aspect that sets the key': (stack, key) => {
    const topic = new sns.CfnTopic(stack, 'Topic');
    alarmInto(stack, topic.ref);
    Aspects.of(stack).add({ visit: (node: IConstruct) => { if (node === topic) { topic.kmsMasterKeyId = key.keyArn; } } });
  },
};

/** Neither the key, nor the alias of the key. */
const OTHER_WORDS: Record<string, (stack: Stack, key: CustomerManagedKey, other: CustomerManagedKey) => string> = {
  'another key': (_, __, other) => other.keyArn,
  'an alias that begins with the alias of the key': (stack, key) => {
    key.addAlias(`alias/${stack.stackName}`);
    return `alias/${stack.stackName}-2`;
  },
  'an alias that ends with the alias of the key': (stack, key) => {
    key.addAlias(`alias/${stack.stackName}`);
    return `alias/my-alias/${stack.stackName}`;
  },
  'an AWS managed key': () => 'alias/aws/sns',
};

const app = new App();
const used = new Map<string, { readonly key: CustomerManagedKey; readonly other: CustomerManagedKey }>();

beforeAll(() => {
  for (const [name, word] of Object.entries({ ...WORDS, ...OTHER_WORDS })) {
    build(name, (stack, key, other) => topicWithAlarm(stack, word(stack, key, other)));
  }
  for (const [name, topic] of Object.entries(TOPICS)) { build(name, topic); }
  app.synth();
});

function build(name: string, use: (stack: Stack, key: CustomerManagedKey, other: CustomerManagedKey) => void): void {
  const stack = new Stack(app, `Stack${used.size}`);
  const [key, other] = [new CustomerManagedKey(stack, 'Key'), new CustomerManagedKey(stack, 'Other')];
  use(stack, key, other);
  used.set(name, { key, other });
}

describe('a key is found', () => {
  it.each([...Object.keys(WORDS), ...Object.keys(TOPICS)])('by %s, and no other with it', (name) => {
    const { key, other } = used.get(name)!;
    expect(serviceStatements(writtenKeyPolicy(key)).map(({ Principal }) => Principal)).toEqual([{ Service: 'cloudwatch.amazonaws.com' }]);
    expect(serviceStatements(writtenKeyPolicy(other))).toEqual([]);
  });

  it.each(Object.keys(OTHER_WORDS))('not by %s', (name) => {
    expect(serviceStatements(writtenKeyPolicy(used.get(name)!.key))).toEqual([]);
  });

  it('by its alias in its own Region, in an app that is deployed to two', () => {
    const regional = new App();
    const keys = ['eu-west-1', 'us-east-1'].map((region) => {
      const stack = new Stack(regional, `Orders-${region}`, { env: { account: '111122223333', region } });
      const key = new CustomerManagedKey(stack, 'Key', { alias: 'orders' });
      region === 'eu-west-1' ? topicWithAlarm(stack, 'alias/orders') : new sqs.CfnQueue(stack, 'Queue', { kmsMasterKeyId: 'alias/orders' });
      return key;
    });
    regional.synth();
    expect(keys.map((key) => serviceStatements(writtenKeyPolicy(key)).length)).toEqual([1, 0]);
  });
});

describe('a key with two users', () => {
  it('belongs to both, and each key of the app only to its own', () => {
    const stack = new Stack(new App(), 'Stack');
    const [first, second] = [new CustomerManagedKey(stack, 'First'), new CustomerManagedKey(stack, 'Second')];
    topicWithAlarm(new Construct(stack, 'A'), first.keyArn);
    new sqs.Queue(stack, 'Queue', { encryptionMasterKey: first });
    new s3.Bucket(stack, 'Bucket', { encryptionKey: second });
    const index = UsageIndex.of(stack);
    const holders = [first, second].map((key) => index.usageOf(key.node.defaultChild!).holders);
    expect(holders.map((each) => each.map(({ resource }) => resource.node.path))).toEqual([['Stack/A/Topic', 'Stack/Queue/Resource'], ['Stack/Bucket/Resource']]);
  });

  it('that is used in another Stage is an error of CDK, not a silent hole', () => {
    const root = new App();
    const [one, two] = [new Stage(root, 'One'), new Stage(root, 'Two')];
    const key = new CustomerManagedKey(new Stack(one, 'Stack'), 'Key');
    topicWithAlarm(new Stack(two, 'Stack'), key.keyArn);
    expect(() => root.synth()).toThrow(/different stage|cannot reference|Stage/i);
  });
});

describe('a key of another Region', () => {
  it('fails the synthesis, with the remedy', () => {
    const regional = new App();
    const stackIn = (region: string) => new Stack(regional, region, { env: { account: '111122223333', region }, crossRegionReferences: true });
    const key = new CustomerManagedKey(stackIn('eu-west-1'), 'Key');
    topicWithAlarm(stackIn('us-east-1'), key.keyArn);
    expect(() => regional.synth()).toThrow(
      'us-east-1/Topic is in us-east-1 and its KmsMasterKeyId names a key in eu-west-1; a service uses only keys of its own Region. '
      + 'Create a key in the stack of us-east-1.');
  });
});

describe('what leaves the app', () => {
  const warned = (use: (stack: Stack, key: CustomerManagedKey) => void): string[] => {
    const escaping = new App();
    const stack = new Stack(escaping, 'Stack');
    use(stack, new CustomerManagedKey(stack, 'Key'));
    escaping.synth();
    return warningsIn(escaping).filter((id) => id === ESCAPES);
  };

  it.each<[string, (stack: Stack, key: CustomerManagedKey) => void]>([
    ['an output', (stack, key) => { new CfnOutput(stack, 'KeyArn', { value: key.keyArn }); }],
    ['an exported output', (stack, key) => { new CfnOutput(stack, 'KeyArn', { value: key.keyArn, exportName: 'orders-key' }); }],
    ['an output that interpolates it', (stack, key) => { new CfnOutput(stack, 'Note', { value: `The key is ${key.keyId}.` }); }],
    ['an output of a nested stack of the user', (stack, key) => { new CfnOutput(new NestedStack(stack, 'Nested'), 'Note', { value: key.keyArn }); }],
    ['an SSM parameter', (stack, key) => { new ssm.StringParameter(stack, 'Parameter', { stringValue: key.keyArn }); }],
    ['an L1 SSM parameter', (stack, key) => { new ssm.CfnParameter(stack, 'Parameter', { type: 'String', value: key.keyArn }); }],
  ])('is warned of when it is %s', (_, use) => expect(warned(use)).toEqual([ESCAPES]));

  it.each<[string, (stack: Stack, key: CustomerManagedKey) => void]>([
    ['a reference of another stack', (stack, key) => topicWithAlarm(new Stack(Stage.of(stack)!, 'Consumer'), key.keyArn)],
    ['a reference of a nested stack', (stack, key) => topicWithAlarm(new NestedStack(stack, 'Nested'), key.keyArn)],
    ['a reference out of a nested stack', (stack) => topicWithAlarm(stack, new CustomerManagedKey(new NestedStack(stack, 'Nested'), 'Key').keyArn)],
    ['a reference from one nested stack to another', (stack) => {
      topicWithAlarm(new NestedStack(stack, 'Topics'), new CustomerManagedKey(new NestedStack(stack, 'Keys'), 'Key').keyArn);
    }],
    ['an output of something else', (stack) => { new CfnOutput(stack, 'Note', { value: stack.stackId }); }],
    ['the environment of a role', (stack, key) => { key.grantDecrypt(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })); }],
  ])('is not warned of when it is %s', (_, use) => expect(warned(use)).toEqual([]));
});

/** The modules of CDK whose key-holding properties the catalogue has to know, resource by resource. */
const COMPLETE: Record<string, string[]> = {
  s3: ['Bucket', 'StorageLens', 'StorageLensGroup', 'AccessPoint', 'MultiRegionAccessPoint', 'AccessGrantsLocation'],
  sqs: ['Queue'],
  sns: ['Topic', 'Subscription'],
  kinesis: ['Stream', 'StreamConsumer'],
  logs: [
    'LogGroup', 'LogAnomalyDetector', 'Integration', 'LogStream', 'Destination', 'SubscriptionFilter', 'MetricFilter', 'Delivery',
    'DeliveryDestination', 'DeliverySource', 'QueryDefinition', 'Transformer', 'AccountPolicy', 'ResourcePolicy',
  ],
};

describe('the service tables', () => {
  it.each(Object.entries(COMPLETE))('name every property of %s that holds a key', (module, resources) => {
    const named = CATALOGUE.flatMap((facts) => facts.slots).map(({ resourceType, property }) => `${resourceType} ${property}`.toLowerCase());
    const found = resources.flatMap((resource) => keyProperties(module, resource));
    expect(found.filter((property) => !named.includes(property.toLowerCase()))).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });

  const slots = CATALOGUE.flatMap((facts) => facts.slots).map((slot) => [`${slot.resourceType} ${slot.property}`, { slot }] as const);
  const edges = CATALOGUE.flatMap((facts) => facts.edges).map((edge) => [`${edge.resourceType} ${edge.property}`, { edge }] as const);
  const cases: (readonly [string, Row])[] = [...slots, ...edges];
  const known = Object.entries(COMPLETE).flatMap(([module, resources]) => resources.flatMap((resource) => keyProperties(module, resource)));
  const isNewerThanCdk = (name: string) => name.includes('MetadataConfiguration.') && !known.some((each) => each.toLowerCase() === name.toLowerCase());
  const ofCloudFormation = cases.filter(([name]) => !name.startsWith('Custom::') && !isNewerThanCdk(name));

  it.each(ofCloudFormation)('name a property of the L1 class: %s', (_, row) => {
    const { resource } = included('slot' in row ? row.slot : row.edge);
    expect((resource as unknown as { rawOverrides: object }).rawOverrides).toEqual({}); // where CfnInclude puts what the class does not know
    expect(resource.constructor).not.toBe(CfnResource);
  });

  it.each(ofCloudFormation)('are read from an L1 class: %s', (_, row) => expectFound(row, included('slot' in row ? row.slot : row.edge)));

  it.each(cases)('are read from an untyped resource: %s', (_, row) => expectFound(row, untyped('slot' in row ? row.slot : row.edge)));
});

interface Found { readonly resource: CfnResource; readonly key: kms.CfnKey }
type Row = { readonly slot: KeySlot } | { readonly edge: ProducerEdge };

function expectFound(row: Row, { resource, key }: Found): void {
  const usage = UsageIndex.of(resource).usageOf(key);
  if ('slot' in row) {
    expect(usage.holders).toContainEqual({ resource, slot: row.slot });
  } else if (isHazard(row.edge.needs)) {
    expect(usage.hazards).toContainEqual({ hazard: row.edge.needs, resource });
  } else {
    expect(usage.uses.map(({ use, causes }) => [use.id, causes[0]])).toContainEqual([row.edge.needs.id, resource]);
  }
}

/** What the L1 classes ask for beside the property at hand. */
const REQUIRED: Record<string, object> = {
  'AWS::CloudWatch::CompositeAlarm': { AlarmRule: 'TRUE' },
  'AWS::Logs::Integration': { IntegrationName: 'orders', IntegrationType: 'OPENSEARCH' },
  'AWS::SNS::Subscription': { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:orders', Protocol: 'sqs' },
};

function included(row: KeySlot | ProducerEdge): Found {
  const { stack, key, target } = surroundings(row);
  const Properties = { ...REQUIRED[row.resourceType], ...nested(row.property, { Ref: 'Target' }) };
  const templateFile = join(mkdtempSync(join(tmpdir(), 'template-')), 'one-resource.json');
  writeFileSync(templateFile, JSON.stringify({ Parameters: { Target: { Type: 'String' } }, Resources: { It: { Type: row.resourceType, Properties } } }));
  return { key, resource: new CfnInclude(stack, 'Included', { templateFile, parameters: { Target: target } }).getResource('It') };
}

function untyped(row: KeySlot | ProducerEdge): Found {
  const { stack, key, target } = surroundings(row);
  return { key, resource: new CfnResource(stack, 'It', { type: row.resourceType, properties: nested(row.property, target) }) };
}

function surroundings(row: KeySlot | ProducerEdge): { stack: Stack; key: kms.CfnKey; target: string } {
  const stack = new Stack();
  const key = new kms.CfnKey(stack, 'Key');
  return { stack, key, target: 'into' in row ? HOLDERS[row.into]!(stack, key.attrArn) : key.attrArn };
}

/** The resources that producers send into, each under a key. */
const HOLDERS: Record<string, (scope: Construct, kmsMasterKeyId: string) => string> = {
  'AWS::S3::Bucket': (scope, kmsMasterKeyId) => new s3.CfnBucket(scope, 'Into', {
    bucketEncryption: { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId } }] },
  }).attrArn,
  'AWS::SNS::Topic': (scope, kmsMasterKeyId) => new sns.CfnTopic(scope, 'Into', { kmsMasterKeyId }).ref,
  'AWS::SQS::Queue': (scope, kmsMasterKeyId) => new sqs.CfnQueue(scope, 'Into', { kmsMasterKeyId }).attrArn,
};

function nested(path: string, value: unknown): Record<string, unknown> {
  const [first, ...rest] = path.split('.');
  const inner = rest.length === 0 ? value : nested(rest.join('.'), value);
  return first!.endsWith('[]') ? { [first!.slice(0, -2)]: [inner] } : { [first!]: inner };
}

function topicWithAlarm(scope: Construct, kmsMasterKeyId: string): void {
  alarmInto(scope, new sns.CfnTopic(scope, 'Topic', { kmsMasterKeyId }).ref);
}

function alarmInto(scope: Construct, topicArn: string): void {
  new cloudwatch.CfnAlarm(scope, 'Alarm', { comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1, alarmActions: [topicArn] });
}
