import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { EnvelopeRoundTrip } from '../../../src/envelope/envelope-round-trip';
import { SimulatedAccount } from '../../../src/testing';

const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'schedules-'));
const ASSET = path.join(TEMPORARY, 'asset');
const JOURNAL = path.join(TEMPORARY, 'journal');
const NOON = new Date('2026-11-22T12:00:00Z');
const ROOT = { arn: 'arn:aws:iam::111122223333:root' };

const opened: SimulatedAccount[] = [];

jest.setTimeout(30_000);

beforeAll(() => {
  execFileSync(require.resolve('esbuild/bin/esbuild'), [path.join(__dirname, 'handler.ts'), '--bundle', '--minify', '--platform=node', '--target=node20', `--outfile=${ASSET}/index.js`, '--log-level=error']);
});
beforeEach(() => fs.rmSync(JOURNAL, { force: true }));
afterEach(async () => { for (const account of opened.splice(0)) await account.close(); });
afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

function stackIn(): { stack: Stack; fn: lambda.Function } {
  const stack = new Stack(new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) }), 'App');
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X, code: lambda.Code.fromAsset(ASSET), handler: 'index.onSchedule', timeout: Duration.seconds(20), environment: { JOURNAL },
  });
  return { stack, fn };
}

async function load(stack: Stack): Promise<SimulatedAccount> {
  const account = await SimulatedAccount.of(stack.node.root as App, { now: () => NOON });
  opened.push(account);
  return account;
}

function journal(): any[] {
  return fs.existsSync(JOURNAL) ? fs.readFileSync(JOURNAL, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
}

describe('when time is turned on', () => {
  it('rules and schedules run their functions, each at its time, in order', async () => {
    const { stack, fn } = stackIn();
    new events.Rule(stack, 'Hours', { schedule: events.Schedule.rate(Duration.hours(10)), targets: [new targets.LambdaFunction(fn)] });
    new events.Rule(stack, 'Nightly', { schedule: events.Schedule.cron({ minute: '0', hour: '3' }), targets: [new targets.LambdaFunction(fn)] });
    new scheduler.Schedule(stack, 'Berlin', {
      schedule: scheduler.ScheduleExpression.cron({ minute: '30', hour: '0', timeZone: TimeZone.EUROPE_BERLIN }), target: new LambdaInvoke(fn),
    });
    const account = await load(stack);
    const runs = await account.advance({ days: 1 });
    expect(runs.map(({ schedule, time }) => `${time.toISOString()} ${schedule}`)).toEqual([
      '2026-11-22T22:00:00.000Z App/Hours/Resource',
      '2026-11-22T23:30:00.000Z App/Berlin/Resource',
      '2026-11-23T03:00:00.000Z App/Nightly/Resource',
      '2026-11-23T08:00:00.000Z App/Hours/Resource',
    ]);
    expect(runs).toEqual(runs.map(() => expect.objectContaining({ function: 'App/Fn/Resource', log: 'it ran' })));
    expect(runs.every(({ failure }) => failure === undefined)).toBe(true);
    expect(journal().map(({ event }) => event.time)).toEqual(['2026-11-22T22:00:00Z', '2026-11-22T23:30:00Z', '2026-11-23T03:00:00Z', '2026-11-23T08:00:00Z']);
    expect(journal()[0].event).toEqual({
      'version': '0',
      'id': expect.any(String),
      'detail-type': 'Scheduled Event',
      'source': 'aws.events',
      'account': '111122223333',
      'time': '2026-11-22T22:00:00Z',
      'region': 'us-east-1',
      'resources': [account.attribute('App/Hours', 'Arn')],
      'detail': {},
    });
    expect(journal()[1].event).toMatchObject({ source: 'aws.scheduler', detail: '{}', resources: [account.attribute('App/Berlin', 'Arn')] });
    expect((await account.advance({ hours: 6 })).map(({ time }) => time.toISOString())).toEqual(['2026-11-23T18:00:00.000Z']);
  });

  it('events are what the template says, those of Scheduler with their attributes filled in', async () => {
    const { stack, fn } = stackIn();
    new events.Rule(stack, 'Rule', {
      schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.LambdaFunction(fn, { event: events.RuleTargetInput.fromObject({ table: 'orders' }) })],
    });
    new scheduler.Schedule(stack, 'Once', {
      schedule: scheduler.ScheduleExpression.at(new Date('2026-11-23T06:00:00Z')),
      target: new LambdaInvoke(fn, {
        input: scheduler.ScheduleTargetInput.fromObject({ at: scheduler.ContextAttribute.scheduledTime, by: scheduler.ContextAttribute.scheduleArn }),
      }),
    });
    const account = await load(stack);
    await account.advance({ days: 1 });
    expect(journal().map(({ event }) => event)).toEqual([
      { at: '2026-11-23T06:00:00Z', by: account.attribute('App/Once', 'Arn') }, { table: 'orders' },
    ]);
  });

  it('a function that fails is told, with the end of its log, and the next ones run', async () => {
    const { stack, fn } = stackIn();
    const event = events.RuleTargetInput.fromObject({ fail: 'no orders' });
    new events.Rule(stack, 'Rule', { schedule: events.Schedule.rate(Duration.hours(12)), targets: [new targets.LambdaFunction(fn, { event })] });
    const runs = await (await load(stack)).advance({ days: 1 });
    expect(runs).toHaveLength(2);
    expect(runs[1]).toMatchObject({ failure: "The function 'App/Fn/Resource' threw Error: no orders", log: 'it ran' });
  });

  it('a function that does not let the rule call it does not run, which AWS would tell nobody', async () => {
    const { stack, fn } = stackIn();
    const rule = (id: string) => new events.CfnRule(stack, id, { scheduleExpression: 'rate(1 day)', targets: [{ id: 'Fn', arn: fn.functionArn }] });
    fn.addPermission('Invoke', { principal: new iam.ServicePrincipal('events.amazonaws.com'), sourceArn: rule('Permitted').attrArn });
    rule('Forgotten');
    const runs = await (await load(stack)).advance({ days: 1 });
    expect(Object.fromEntries(runs.map(({ schedule, failure }) => [schedule, failure]))).toEqual({
      'App/Forgotten': expect.stringContaining('there is no AWS::Lambda::Permission'), 'App/Permitted': undefined,
    });
    expect(journal()).toHaveLength(1);
  });

  it('more runs than wanted are refused before the first', async () => {
    const { stack, fn } = stackIn();
    new events.Rule(stack, 'Often', { schedule: events.Schedule.rate(Duration.minutes(1)), targets: [new targets.LambdaFunction(fn)] });
    new events.Rule(stack, 'Daily', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.LambdaFunction(fn)] });
    const account = await load(stack);
    await expect(account.advance({ days: 30 })).rejects.toThrow('43230 scheduled runs are due until then (App/Often/Resource 43200, App/Daily/Resource 30); at most 100 are run at once. Advance in smaller steps');
    await expect(account.advance({ seconds: 180 }, { maxRuns: 2 })).rejects.toThrow('3 scheduled runs are due');
    expect(journal()).toEqual([]);
    expect(await account.advance({ seconds: 180 })).toHaveLength(3);
  });

  it('what is disabled, over, not begun or gone does not run', async () => {
    const appWith = (enabled: boolean) => {
      const { stack, fn } = stackIn();
      const schedule = events.Schedule.rate(Duration.hours(1));
      if (enabled) new events.Rule(stack, 'Gone', { schedule, targets: [new targets.LambdaFunction(fn)] });
      new events.Rule(stack, 'Rule', { schedule, enabled, targets: [new targets.LambdaFunction(fn)] });
      const rate = scheduler.ScheduleExpression.rate(Duration.hours(1));
      new scheduler.Schedule(stack, 'Over', { schedule: rate, end: new Date('2026-11-22T12:30:00Z'), target: new LambdaInvoke(fn) });
      new scheduler.Schedule(stack, 'Later', { schedule: rate, start: new Date('2026-11-22T14:00:00Z'), target: new LambdaInvoke(fn) });
      return stack;
    };
    const account = await load(appWith(true));
    const told = (runs: Awaited<ReturnType<typeof account.advance>>) => runs.map(({ schedule, time }) => `${schedule.split('/')[1]} ${time.toISOString().slice(11, 16)}`);
    expect(told(await account.advance({ hours: 1 }))).toEqual(['Gone 13:00', 'Rule 13:00']);
    await account.update(appWith(false).node.root as App);
    expect(told(await account.advance({ hours: 2 }))).toEqual(['Later 14:00', 'Later 15:00']);
    await account.update(appWith(true).node.root as App); // a schedule that is set anew counts from then on
    expect(told(await account.advance({ seconds: 59 * 60 }))).toEqual([]);
    expect(told(await account.advance({ seconds: 60 }))).toEqual(['Gone 16:00', 'Rule 16:00', 'Later 16:00']);
  });

  it('an envelope round trip proves its key, until the key is broken', async () => {
    const { stack } = stackIn();
    const encryptionKey = new kms.Key(stack, 'Key');
    new EnvelopeRoundTrip(stack, 'Proof', { encryptionKey, schedule: events.Schedule.rate(Duration.days(1)) });
    const account = await load(stack);
    const KeyId = account.keyArn('App/Key');
    const [good] = await account.advance({ days: 1 });
    expect(good).toMatchObject({ function: 'App/Proof/ScheduledProof/Resource' });
    expect(good!.failure).toBeUndefined();
    expect(good!.log).toContain('KeyMaterialId');
    await account.kms.as(ROOT).disableKey({ KeyId });
    const [broken] = await account.advance({ days: 1 });
    expect(broken!.failure).toMatch(/threw Error: .* failed with KeyState Disabled/);
  });

  it('keys are deleted', async () => {
    const { stack } = stackIn();
    new kms.Key(stack, 'Key');
    const account = await load(stack);
    const [root, KeyId] = [account.kms.as(ROOT), account.keyArn('App/Key')];
    await root.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await account.advance({ days: 6 });
    expect((await root.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingDeletion');
    await account.advance({ days: 1 });
    await expect(root.describeKey({ KeyId })).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it.each([{ days: -1 }, { hours: Number.NaN }, { days: 36_526 }])('it only runs forward, for 100 years (%j)', async (span) => {
    await expect((await load(stackIn().stack)).advance(span)).rejects.toThrow(RangeError);
  });
});

it.each([
  ['finds the AWS SDK, which its runtime has', '@aws-sdk/client-kms', undefined],
  ['does not find one that is not of it', '@aws-sdk/client-none', expect.stringContaining("Cannot find module '@aws-sdk/client-none'")],
  ['does not find a package that is only here', 'fast-check', expect.stringContaining("Cannot find module 'fast-check'")],
])('a function %s', async (_, name, failure) => {
  const { stack } = stackIn();
  const asset = fs.mkdtempSync(path.join(TEMPORARY, 'requires-'));
  fs.writeFileSync(path.join(asset, 'index.js'), `const found = require('${name}'); exports.handler = async () => Object.keys(found).length;`);
  const fn = new lambda.Function(stack, 'Requires', { runtime: lambda.Runtime.NODEJS_22_X, code: lambda.Code.fromAsset(asset), handler: 'index.handler', timeout: Duration.seconds(20) });
  new events.Rule(stack, 'Rule', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.LambdaFunction(fn)] });
  const [run] = await (await load(stack)).advance({ days: 1 });
  expect(run!.failure).toEqual(failure);
});

describe('schedules that nothing is simulated of', () => {
  it('stay inert and are listed: other targets, events made of an event, patterns', async () => {
    const { stack, fn } = stackIn();
    const schedule = events.Schedule.rate(Duration.days(1));
    new events.Rule(stack, 'ToQueue', { schedule, targets: [new targets.SqsQueue(new sqs.Queue(stack, 'Queue'))] });
    const event = events.RuleTargetInput.fromText(`at ${events.EventField.time}`);
    new events.Rule(stack, 'Transformed', { schedule, targets: [new targets.LambdaFunction(fn, { event })] });
    new events.Rule(stack, 'Pattern', { eventPattern: { source: ['x'] }, targets: [new targets.LambdaFunction(fn)] });
    const account = await load(stack);
    expect(account.inert.filter(({ type }) => type === 'AWS::Events::Rule').map(({ logicalId }) => logicalId.slice(0, -8))).toEqual(['ToQueue', 'Transformed', 'Pattern']);
    expect(await account.advance({ days: 2 })).toEqual([]);
  });

  it('are listed target by target, where a function is called too', async () => {
    const { stack, fn } = stackIn();
    const both = [new targets.LambdaFunction(fn), new targets.SqsQueue(new sqs.Queue(stack, 'Queue'))];
    new events.Rule(stack, 'Both', { schedule: events.Schedule.rate(Duration.days(1)), targets: both });
    const account = await load(stack);
    expect(account.inert.map(({ type }) => type)).toContain('AWS::Events::Rule target Target1');
    expect(await account.advance({ days: 1 })).toHaveLength(1);
  });

  it('are no schedules at all', async () => {
    const { stack, fn } = stackIn();
    new events.Rule(stack, 'Rule', { schedule: events.Schedule.expression('cron(0 10 * * *)'), targets: [new targets.LambdaFunction(fn)] });
    await expect(load(stack)).rejects.toThrow("CREATE_FAILED AWS::Events::Rule 'App/Rule/Resource'");
  });
});
