import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CustomerManagedKey } from '../src/key/customer-managed-key';
import { ADMINISTRATION_ACTIONS, USE_ACTIONS } from '../src/policy/actions';

const STACKS = 4;
const KEYS_IN_STACK = 5;
const RESOURCES_OF_KEY = { queues: 5, buckets: 4, topics: 4, logGroups: 4, streams: 3 }; // 20 × 20 = 400, and the edges
const SUBSCRIPTIONS = 100;
const ROUNDS = 11;
const LIMIT = 1.10;

type MakeKey = (scope: Construct, alias: string) => kms.Key;

const wired: MakeKey = (scope, alias) => new CustomerManagedKey(scope, 'Key', { alias });

/** The stock key, and by hand the policy that the wired key has with the resources below. */
const handWritten: MakeKey = (scope, alias) => {
  const toAccount = (sid: string, uses: readonly string[], conditions?: iam.Conditions) =>
    new iam.PolicyStatement({ sid, actions: [...uses], resources: ['*'], principals: [new iam.AccountRootPrincipal()], conditions });
  const policy = new iam.PolicyDocument({
    statements: [
      toAccount('Administration', ADMINISTRATION_ACTIONS),
      toAccount('Use', USE_ACTIONS.symmetric),
      toAccount('Grants', ['kms:CreateGrant'], { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
    ],
  });
  const key = new kms.Key(scope, 'Key', { alias, enableKeyRotation: true, policy });
  const { account, region, partition, urlSuffix } = Stack.of(scope);
  const allow = (sid: string, service: string, condition: string, value: string, uses: string[]) => key.addToResourcePolicy(new iam.PolicyStatement({
    sid, actions: uses, resources: ['*'], principals: [new iam.ServicePrincipal(service)], conditions: { ArnLike: { [condition]: value } },
  }));
  const both = ['kms:Decrypt', 'kms:GenerateDataKey'];
  allow('Alarms', 'cloudwatch.amazonaws.com', 'aws:SourceArn', `arn:${partition}:cloudwatch:${region}:${account}:alarm:*`, both);
  allow('Logs', `logs.${region}.${urlSuffix}`, 'kms:EncryptionContext:aws:logs:arn', `arn:${partition}:logs:${region}:${account}:log-group:*`,
    [...both, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']);
  allow('Rules', 'events.amazonaws.com', 'aws:SourceArn', `arn:${partition}:events:${region}:${account}:rule/*`, both);
  allow('Topics', 'sns.amazonaws.com', 'aws:SourceArn', `arn:${partition}:sns:${region}:${account}:*`, both);
  return key;
};

type Build = (app: App, makeKey: MakeKey) => void;

const manyKeys: Build = (app, makeKey) => {
  times(STACKS, (index) => {
    const stack = new Stack(app, `Stack${index}`);
    times(KEYS_IN_STACK, (number) => {
      const scope = new Construct(stack, `Part${number}`);
      addResources(scope, makeKey(scope, `orders-${index}-${number}`));
    });
  });
};

/** Each subscription adds a statement of its own to a stock key, and to a wired one until the wiring speaks for it. */
const manySubscriptions: Build = (app, makeKey) => {
  const stack = new Stack(app, 'Stack');
  const encryptionMasterKey = makeKey(stack, 'orders');
  const topic = new sns.Topic(stack, 'Topic', { masterKey: encryptionMasterKey });
  times(SUBSCRIPTIONS, (id) => topic.addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(stack, `Queue${id}`, { encryptionMasterKey }))));
};

function addResources(scope: Construct, key: kms.Key): void {
  const queues = times(RESOURCES_OF_KEY.queues, (id) => new sqs.Queue(scope, `Queue${id}`, { encryptionMasterKey: key }));
  const topics = times(RESOURCES_OF_KEY.topics, (id) => new sns.Topic(scope, `Topic${id}`, { masterKey: key }));
  times(RESOURCES_OF_KEY.buckets, (id) => new s3.Bucket(scope, `Bucket${id}`, { encryptionKey: key }));
  times(RESOURCES_OF_KEY.logGroups, (id) => new logs.LogGroup(scope, `LogGroup${id}`, { encryptionKey: key }));
  times(RESOURCES_OF_KEY.streams, (id) => new kinesis.Stream(scope, `Stream${id}`, { encryptionKey: key }));
  addEdges(scope, queues, topics);
}

function addEdges(scope: Construct, [fedByRule, subscribed]: sqs.Queue[], [alerts, news]: sns.Topic[]): void {
  const metric = new cloudwatch.Metric({ namespace: 'Orders', metricName: 'Age' });
  new cloudwatch.Alarm(scope, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 }).addAlarmAction(new actions.SnsAction(alerts!));
  new events.Rule(scope, 'Rule', { eventPattern: { source: ['orders'] }, targets: [new targets.SqsQueue(fedByRule!)] });
  news!.addSubscription(new subscriptions.SqsSubscription(subscribed!));
}

function times<T>(count: number, make: (id: number) => T): T[] {
  return Array.from({ length: count }, (_, id) => make(id));
}

const APPS: readonly [name: string, build: Build, aim: string][] = [
  ['20 keys and 400 resources', manyKeys, ` (aim ${LIMIT.toFixed(2)})`],
  ['1 key and 100 subscribed queues', manySubscriptions, ''],
];

/** The CPU time of a synthesis as a multiple of that of stock keys: from rounds in the order A B B A, in this process, sorted. */
function ratios(build: Build, outdir: string): number[] {
  const timeOf = (makeKey: MakeKey) => {
    const start = process.cpuUsage();
    const app = new App({ outdir });
    build(app, makeKey);
    app.synth();
    const { user, system } = process.cpuUsage(start); // not the time on the clock: other processes do not count
    return user + system;
  };
  const round = () => [handWritten, wired, wired, handWritten].map(timeOf) as [number, number, number, number];
  round();
  return times(ROUNDS, round).map(([a, b, c, d]) => (b + c) / (a + d)).sort((one, other) => one - other);
}

/** Prints, for each app, how long its synthesis takes as a multiple of that with stock keys. */
export function run(): void {
  const outdir = mkdtempSync(path.join(tmpdir(), 'synth-'));
  for (const [name, build, aim] of APPS) {
    const sorted = ratios(build, outdir);
    console.log(`  ${name}, wired / stock keys with hand-written statements: ${sorted[Math.floor(ROUNDS / 2)]!.toFixed(2)}${aim}; `
      + `rounds ${sorted[0]!.toFixed(2)} to ${sorted.at(-1)!.toFixed(2)}`);
  }
  rmSync(outdir, { recursive: true });
}

if (require.main === module) {
  console.log(`Node ${process.version}`);
  run();
}
