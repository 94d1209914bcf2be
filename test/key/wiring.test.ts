import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ResourceGraph } from './resource-graph';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { KeyUse } from '../../src/key/key-use';
import { KeyWiring } from '../../src/key/key-wiring';
import { evaluate } from '../../src/proof';
import { AppPart } from '../services/apps/app-part';
import { deployedKeyPolicy, serviceStatements, writtenKeyPolicy } from '../services/key-policy';
import { at, Place, PLACES } from '../services/place';
import { Context, SERVICE_CASES, UseCase } from '../services/service-cases';

const HERE = PLACES[0]!;

/** A stock construct that writes a statement into the key of its target, and who comes in by it. */
interface StockCase {
  readonly name: string;
  readonly service: string;
  readonly part: string;
  readonly flags?: readonly string[];
  readonly replaced: readonly string[];
  readonly action: string;
  readonly own: Context;
  readonly foreign: Context;
  readonly letInByStockKey?: boolean;
}

const STOCK_CASES: StockCase[] = JSON.parse(readFileSync(join(__dirname, 'stock-statements.json'), 'utf8'));

describe('the statement of a stock construct', () => {
  describe.each(STOCK_CASES.map((stock) => [stock.name, stock] as const))('for %s', (_, stock) => {
    const part = partOf(stock.service, stock.part);
    const context = Object.fromEntries((stock.flags ?? []).map((flag) => [flag, true]));
    let wired: CustomerManagedKey;
    let bare: kms.Key;
    beforeAll(() => {
      wired = synthesised((scope) => new CustomerManagedKey(scope, 'Key'), part, { context });
      bare = synthesised((scope) => new kms.Key(scope, 'Key'), part, { context });
    });

    it('is gone, and the wired one says that it took its place', () => {
      expect(serviceStatements(writtenKeyPolicy(wired)).filter(({ Sid }) => Sid === undefined)).toEqual([]);
      const replacing = wired.wiring.filter(({ replaces }) => replaces);
      expect(replacing.map(({ statement }) => statement.Principal.Service)).toEqual(stock.replaced);
      expect(replacing[0]?.replaces?.[0]).toMatch(new RegExp(`^a statement without Sid that let ${stock.replaced[0]} call kms:`));
    });

    it('lets own resources in, wired', () => expect(decide(wired, stock.replaced[0]!, stock.action, stock.own)).toBe('allow'));

    it('shuts foreign ones out, wired', () => expect(decide(wired, stock.replaced[0]!, stock.action, stock.foreign)).toBe('implicitDeny'));

    if (stock.letInByStockKey) {
      it('lets foreign ones in, with a stock key', () => expect(decide(bare, stock.replaced[0]!, stock.action, stock.foreign)).toBe('allow'));
    }
  });

  it.each([
    ['an alarm', 'Amazon CloudWatch alarms', 'alarm action'],
    ['a log group', 'Amazon CloudWatch Logs', 'log group'],
    ['a dead-letter queue of a rule', 'Amazon EventBridge rules', 'dead-letter queue of a target'],
    ['a dead-letter queue of a subscription', 'Amazon SNS', 'dead-letter queue of a subscription'],
    ['a report', 'Amazon S3', 'inventory'],
  ])('is missing for %s, which a stock key shuts out and a wired one lets in', (_, service, name) => {
    const use = SERVICE_CASES.find(({ cases }) => cases.service === service)!.cases.uses.find(({ apps }) => apps.includes(name))!;
    const keys = [synthesised((scope) => new kms.Key(scope, 'Key'), partOf(service, name)),
      synthesised((scope) => new CustomerManagedKey(scope, 'Key'), partOf(service, name))];
    const decided = keys.map((key) => new Set(decisions(key, HERE, at(HERE, use))));
    expect(decided).toEqual([new Set(['implicitDeny']), new Set(['allow'])]);
  });

  const decrypt = (props: iam.PolicyStatementProps) => new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], ...props });
  const queueFedByS3 = partOf('Amazon S3', 'notification to a queue');
  const withStatement = (props: iam.PolicyStatementProps) => synthesised((scope) => {
    const key = new CustomerManagedKey(scope, 'Key');
    key.addToResourcePolicy(decrypt(props));
    return key;
  }, queueFedByS3);
  const written = (key: kms.Key, sid?: string) => serviceStatements(writtenKeyPolicy(key)).filter(({ Sid }) => Sid === sid);

  it('stays as the user wrote it, when it has a Sid', () => {
    const key = withStatement({ sid: 'Mine', principals: [new iam.ServicePrincipal('s3.amazonaws.com')] });
    expect(written(key, 'Mine')).toEqual([
      { Sid: 'Mine', Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' },
    ]);
  });

  it('stays, when it is for a service that the wiring does not speak for', () => {
    const key = withStatement({ principals: [new iam.ServicePrincipal('rds.amazonaws.com')] });
    expect(written(key)).toEqual([{ Effect: 'Allow', Principal: { Service: 'rds.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }]);
  });

  it('stays, when the service is in the catalogue and nothing in the app makes it use the key', () => {
    const key = withStatement({ principals: [new iam.ServicePrincipal('sns.amazonaws.com')] });
    expect(written(key)).toEqual([{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }]);
  });

  it('stays, when it denies', () => {
    const key = withStatement({ effect: iam.Effect.DENY, actions: ['kms:Encrypt'], principals: [new iam.ServicePrincipal('s3.amazonaws.com')] });
    expect(written(key)).toMatchObject([{ Effect: 'Deny', Action: 'kms:Encrypt', Principal: { Service: 's3.amazonaws.com' } }]);
  });

  it('stays, when it is about more than the use of the key', () => {
    const key = withStatement({ actions: ['kms:CreateGrant'], principals: [new iam.ServicePrincipal('s3.amazonaws.com')] });
    expect(written(key)).toMatchObject([{ Action: 'kms:CreateGrant' }]);
  });

  it('keeps its other services and its other principals', () => {
    const services = withStatement({ principals: ['s3.amazonaws.com', 'rds.amazonaws.com'].map((name) => new iam.ServicePrincipal(name)) });
    expect(written(services)).toMatchObject([{ Principal: { Service: 'rds.amazonaws.com' } }]);
    const accounts = withStatement({ principals: [new iam.ServicePrincipal('s3.amazonaws.com'), new iam.AccountPrincipal('444455556666')] });
    expect(written(accounts)).toEqual([]);
    const remaining = writtenKeyPolicy(accounts).Statement.filter(({ Sid }) => Sid === undefined);
    expect(remaining).toMatchObject([{ Action: 'kms:Decrypt', Principal: { AWS: { 'Fn::Join': ['', [expect.anything(), { Ref: 'AWS::Partition' }, ':iam::444455556666:root']] } } }]);
  });
});

/** Everything of every service, under one key. */
const allParts: AppPart = (scope, key) => {
  for (const { cases, parts } of SERVICE_CASES) { partsOfService(new Construct(scope, idOf(cases.service)), key, parts); }
};

function partsOfService(scope: Construct, key: kms.IKey, parts: Readonly<Record<string, AppPart>>): void {
  for (const [name, part] of Object.entries(parts)) { part(new Construct(scope, idOf(name)), key); }
}

/** Where one key and everything that uses it can stand. */
const LAYOUTS: Record<string, (root: Construct) => CustomerManagedKey> = {
  'in one stack': (root) => {
    const stack = new Stack(root, 'Stack');
    const key = new CustomerManagedKey(stack, 'Key');
    allParts(stack, key);
    return key;
  },
  'in a stack for each service, the key in the first': (root) => {
    const stacks = SERVICE_CASES.map(({ cases }) => new Stack(root, idOf(cases.service)));
    const key = new CustomerManagedKey(stacks[0]!, 'Key');
    SERVICE_CASES.forEach(({ parts }, index) => partsOfService(stacks[index]!, key, parts));
    return key;
  },
  'in a stack for each service, the key in a central stack': (root) => {
    const key = new CustomerManagedKey(new Stack(root, 'Keys'), 'Key');
    SERVICE_CASES.forEach(({ cases, parts }) => partsOfService(new Stack(root, idOf(cases.service)), key, parts));
    return key;
  },
  'inside a Stage, in two stacks': (root) => {
    const stage = new Stage(root, 'Stage', { env: { account: '111122223333', region: 'eu-west-1' } });
    const key = new CustomerManagedKey(new Stack(stage, 'Keys'), 'Key');
    allParts(new Stack(stage, 'Stack'), key);
    return key;
  },
  'inside a Stage, in nested stacks, the key in their parent': (root) => {
    const stack = new Stack(new Stage(root, 'Stage'), 'Stack');
    const key = new CustomerManagedKey(stack, 'Key');
    SERVICE_CASES.forEach(({ cases, parts }) => partsOfService(new NestedStack(stack, idOf(cases.service)), key, parts));
    return key;
  },
  'in nested stacks, the key in one of its own': (root) => {
    const stack = new Stack(root, 'Stack');
    const key = new CustomerManagedKey(new NestedStack(stack, 'Keys'), 'Key');
    SERVICE_CASES.forEach(({ cases, parts }) => partsOfService(new NestedStack(stack, idOf(cases.service)), key, parts));
    return key;
  },
  'in a stack of targets and one of producers, the key in a central stack': (root) => {
    const key = new CustomerManagedKey(new Stack(root, 'Keys'), 'Key');
    producersAndTargets(new Stack(root, 'Producers'), new Stack(root, 'Targets'), key);
    return key;
  },
  'in a stack of targets and one of producers, the key among the targets': (root) => {
    const stack = new Stack(root, 'Targets');
    const key = new CustomerManagedKey(stack, 'Key');
    producersAndTargets(new Stack(root, 'Producers'), stack, key);
    return key;
  },
};

function producersAndTargets(producers: Stack, targetStack: Stack, key: kms.IKey): void {
  const topic = new sns.Topic(targetStack, 'Topic', { masterKey: key });
  const queue = new sqs.Queue(targetStack, 'Queue', { encryptionMasterKey: key });
  new logs.LogGroup(targetStack, 'LogGroup', { encryptionKey: key });
  new s3.Bucket(targetStack, 'Bucket', { encryptionKey: key });
  const metric = new cloudwatch.Metric({ namespace: 'Orders', metricName: 'Age' });
  new cloudwatch.Alarm(producers, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 }).addAlarmAction(new actions.SnsAction(topic));
  new events.Rule(producers, 'Rule', { eventPattern: { source: ['orders'] }, targets: [new targets.SqsQueue(queue), new targets.SnsTopic(topic)] });
}

describe.each(Object.entries(LAYOUTS))('one key over everything, %s', (_, layout) => {
  const build = () => {
    const app = new App();
    const key = layout(app);
    return { app, key, templates: templatesOf(app) };
  };
  let built: ReturnType<typeof build>;
  beforeAll(() => { built = build(); });

  it('is deployable: nothing waits for itself', () => {
    expect(built.templates.map(({ text }) => new ResourceGraph(JSON.parse(text)).cycle()).filter((cycle) => cycle)).toEqual([]);
  });

  it('has a key policy that refers to no resource', () => {
    for (const place of PLACES) { expect(() => deployedKeyPolicy(built.key, place)).not.toThrow(); }
    expect(serviceStatements(writtenKeyPolicy(built.key)).length).toBeGreaterThanOrEqual(3);
  });

  it('is the same, byte for byte, when the app is built again', () => expect(build().templates).toEqual(built.templates));

  it('is the same, byte for byte, when the app is synthesised again', () => expect(templatesOf(built.app)).toEqual(built.templates));
});

it('sees what is added between two syntheses', () => {
  const key = synthesised((scope) => new CustomerManagedKey(scope, 'Key'), partOf('Amazon SQS', 'queue'));
  const stack = Stack.of(key);
  const services = () => serviceStatements(writtenKeyPolicy(key)).map(({ Principal }) => Principal);
  expect(services()).toEqual([]);
  new logs.LogGroup(stack, 'LogGroup', { encryptionKey: key });
  (Stage.of(stack) as Stage).synth({ force: true });
  expect(services()).toEqual([{ Service: 'logs.eu-west-1.amazonaws.com' }]);
  stack.node.tryRemoveChild('LogGroup');
  (Stage.of(stack) as Stage).synth({ force: true });
  expect(services()).toEqual([]);
});

it('opens for the same services, when the key policy alone decides', () => {
  const [open, closed] = Object.values(KeyAccess).map((access) => synthesised((scope) => new CustomerManagedKey(scope, 'Key', { access }), allParts));
  expect(serviceStatements(writtenKeyPolicy(closed!))).toEqual(serviceStatements(writtenKeyPolicy(open!)));
});

it('stock keys over a bucket and the queue that it notifies do wait for themselves, so the check can see it', () => {
  const key = synthesised((scope) => new kms.Key(scope, 'Key'), partOf('Amazon S3', 'notification to a queue, and the bucket under the same key'));
  const cycle = new ResourceGraph(templatesOf(Stage.of(key) as Stage).map(({ text }) => JSON.parse(text))[0]).cycle();
  expect(cycle?.some((id) => id.startsWith('Key'))).toBe(true);
});

describe('the size of a key policy', () => {
  const policyFor = (count: number) => {
    const stack = new Stack(new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 } }), 'Stack');
    const key = new CustomerManagedKey(stack, 'Key');
    const topic = new sns.Topic(stack, 'Topic', { masterKey: key });
    for (let index = 0; index < count; index++) {
      topic.addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(stack, `Queue${index}`, { encryptionMasterKey: key })));
      new logs.LogGroup(stack, `LogGroup${index}`, { encryptionKey: key });
      new cloudwatch.CfnAlarm(stack, `Alarm${index}`, { comparisonOperator: 'LessThanThreshold', evaluationPeriods: 1, alarmActions: [topic.topicArn] });
    }
    (Stage.of(stack) as App).synth();
    return JSON.stringify(writtenKeyPolicy(key));
  };

  it('is the same for one queue, log group and alarm as for 400', () => expect(policyFor(400)).toBe(policyFor(1)));
});

describe('KeyWiring.EXPLICIT', () => {
  const withoutStockStatements = (key: kms.Key) => serviceStatements(writtenKeyPolicy(key)).filter(({ Sid }) => Sid !== undefined);
  const explicit = (...ids: string[]) => synthesised((scope) => {
    const key = new CustomerManagedKey(scope, 'Key', { wiring: KeyWiring.EXPLICIT });
    ids.forEach((id) => key.authorize(KeyUse.of(id)));
    return key;
  }, allParts);

  it('writes nothing for what is in the app', () => expect(withoutStockStatements(explicit())).toEqual([]));

  it('writes what is authorized, and leaves stock constructs the statements that it does not speak for', () => {
    const key = explicit('logs:log-group', 's3:notification');
    expect(withoutStockStatements(key).map(({ Sid }) => Sid)).toEqual(
      ['logs:log-group', 's3:notification'].map((id) => KeyUse.of(id)._facts.sid).sort());
    const stock = serviceStatements(writtenKeyPolicy(key)).filter(({ Sid }) => Sid === undefined).map(({ Principal }) => (Principal as any).Service);
    expect(stock).toEqual(expect.arrayContaining(['sns.amazonaws.com', 'events.amazonaws.com']));
    const theirs = { 'aws:SourceAccount': '${OtherAccount}', 'aws:SourceArn': 'arn:${Partition}:s3:::theirs' };
    expect(decide(key, 's3.amazonaws.com', 'kms:GenerateDataKey', theirs)).toBe('implicitDeny');
  });
});

describe('authorize', () => {
  const firstCases = SERVICE_CASES.flatMap(({ cases, parts }) => cases.uses.map((use) => ({ use, parts })))
    .filter(({ use }, index, all) => all.findIndex((each) => each.use.id === use.id) === index)
    .map(({ use, parts }) => [use.id, use, parts] as const);
  const authorized = (use: KeyUse, place: Place) => synthesised((scope) => {
    const key = new CustomerManagedKey(scope, 'Key');
    key.authorize(use);
    return key;
  }, () => undefined, { place });

  it('is tried for every id', () => expect(firstCases.map(([id]) => id).sort()).toEqual(KeyUse.ids()));

  it.each(firstCases)('writes the statement of the automatic wiring: %s', (id, use, parts) => {
    for (const place of PLACES) {
      const automatic = synthesised((scope) => new CustomerManagedKey(scope, 'Key'), parts[use.apps[0]!]!, { place });
      expect(serviceStatements(writtenKeyPolicy(authorized(KeyUse.of(id), place)))).toEqual(serviceStatements(writtenKeyPolicy(automatic)));
    }
  });

  it.each(firstCases)('writes it for another account and Region: %s', (id, use) => {
    for (const place of PLACES.filter(({ env }) => env)) {
      const there = elsewhere(place);
      const key = authorized(KeyUse.of(id, { account: there.values['Account'], region: there.values['Region'] }), place);
      expect(decisions(key, place, at(there, use))).toEqual(use.actions.map(() => 'allow'));
      for (const { name, ...variation } of use.nearest) {
        const other = at(there, { ...use, ...variation, context: { ...use.context, ...variation.context } });
        expect([name, ...decisions(key, place, other)]).toEqual([name, ...other.actions.map(() => 'implicitDeny')]);
      }
    }
  });

  it('writes one statement for what is authorized and found, with both reasons', () => {
    const part = partOf('Amazon CloudWatch Logs', 'log group');
    const key = synthesised((scope) => {
      const both = new CustomerManagedKey(scope, 'Key');
      both.authorize(KeyUse.of('logs:log-group'));
      return both;
    }, part);
    const [statement, ...others] = key.wiring.filter(({ statement: { Principal } }) => Principal.Service);
    expect(others).toEqual([]);
    expect(statement?.causes).toEqual(['Stack/LogGroup/Resource']);
    expect(statement?.reason).toMatch(/authorize/);
  });
});

/** The same place with own and other account, and own and other Region, changed over. */
function elsewhere({ name, values }: Place): Place {
  const { Account, OtherAccount, Region, OtherRegion } = values as Record<string, string>;
  return { name, values: { ...values, Account: OtherAccount!, OtherAccount: Account!, Region: OtherRegion!, OtherRegion: Region! } };
}

function decisions(key: kms.Key, place: Place, { principal, actions: asked, context }: Pick<UseCase, 'principal' | 'actions' | 'context'>): string[] {
  return asked.map((action) => decide(key, principal, action, context, place));
}

function decide(key: kms.Key, principal: string, action: string, context: Context, place = HERE): string {
  const keyPolicy = deployedKeyPolicy(key, place, (logicalId) => `arn:aws:s3:::${logicalId}`);
  const resource = at(place, 'arn:${Partition}:kms:${Region}:${Account}:key/1234abcd');
  const given = Object.fromEntries(Object.entries(at(place, context)).filter((entry): entry is [string, string] => entry[1] !== null));
  return evaluate({ keyPolicy, request: { principal, action, resource, context: given } }).decision;
}

function partOf(service: string, name: string): AppPart {
  const part = SERVICE_CASES.find(({ cases }) => cases.service === service)?.parts[name];
  if (!part) { throw new Error(`${service} has no part '${name}'.`); }
  return part;
}

/** The key of an app of one stack, after synthesis. */
function synthesised<K extends kms.Key>(keyOf: (scope: Construct) => K, part: AppPart,
  { place = HERE, context }: { readonly place?: Place; readonly context?: Record<string, unknown> } = {}): K {
  const app = new App({ context });
  const stack = new Stack(app, 'Stack', { env: place.env });
  const key = keyOf(stack);
  part(stack, key);
  app.synth();
  return key;
}

/** Every template of the app, as written. */
function templatesOf(stage: Stage): { readonly name: string; readonly text: string }[] {
  const { directory } = stage.synth({ force: true });
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.template.json')).sort();
  return names.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
}

function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '');
}
