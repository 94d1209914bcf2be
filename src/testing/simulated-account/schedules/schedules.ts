import { randomUUID } from 'node:crypto';
import { toldOutcome } from '../lambda/lambda-outcome';
import { runLambda } from '../lambda/lambda-process';
import { PhysicalResource } from '../physical-resource';
import { World } from '../resource-type';
import { scheduleTimes } from './schedule-expression';
import { isSchedule, ScheduleProperties, ScheduleTarget } from './schedule-resources';
import type { TimeSpan } from '../../local-kms/clock';

/** A function that was run because its time had come. */
export interface ScheduledRun {
  /** The construct path of the schedule. */
  readonly schedule: string;
  /** The construct path of the function. */
  readonly function: string;
  /** When it was due. */
  readonly time: Date;
  /** Why it failed. */
  readonly failure?: string;
  /** The end of what the function logged. */
  readonly log: string;
}

interface DueCall {
  readonly time: Date;
  readonly schedule: PhysicalResource;
  readonly target: ScheduleTarget;
}

/** Each is a process of its own that takes a tenth of a second or more. */
const MAX_RUNS = 100;

/** A function has 15 minutes at most (AWS Lambda Developer Guide, Lambda quotas). */
const PATIENCE_SECONDS = 900;

const NOT_PERMITTED = 'The function does not let Amazon EventBridge call it for this rule: there is no AWS::Lambda::Permission that does';

/** Amazon EventBridge, as far as it calls Lambda functions on a schedule. */
export class Schedules {
  private reached: Date;

  constructor(private readonly world: World) {
    this.reached = world.kms.now();
  }

  /**
   * Turns the time on, stopping at every time at which a schedule is due, to run its function.
   *
   * @throws before it does anything, when that would be more runs than `maxRuns`
   */
  public async advance(span: TimeSpan, maxRuns: number = MAX_RUNS): Promise<ScheduledRun[]> {
    const date = this.world.kms.timeAfter(span);
    const calls = this.due(date);
    if (calls.length > maxRuns) throw tooMany(calls, maxRuns);
    this.reached = date;
    const runs: ScheduledRun[] = [];
    for (const call of calls) {
      this.reach(call.time);
      runs.push(await this.run(call));
    }
    this.reach(date);
    return runs;
  }

  private reach(date: Date): void {
    const left = date.getTime() - this.world.kms.now().getTime();
    if (left > 0) this.world.kms.advance({ seconds: left / 1000 });
  }

  private due(until: Date): DueCall[] {
    const schedules = [...this.world.state.values()].filter((resource) => isSchedule(resource) && propertiesOf(resource).isEnabled);
    const calls = schedules.flatMap((schedule) => timesOf(schedule, this.reached, until).flatMap((time) =>
      propertiesOf(schedule).targets.map((target) => ({ time, schedule, target }))));
    return calls.sort((one, other) => one.time.getTime() - other.time.getTime());
  }

  /** AWS Lambda would repeat an asynchronous call that failed; here there is one attempt. */
  private async run({ time, schedule, target }: DueCall): Promise<ScheduledRun> {
    const fn = [...this.world.state.values()].find(({ attributes }) => attributes['Arn'] === target.functionArn)!;
    const told = { schedule: schedule.path, function: fn.path, time };
    if (!target.isPermitted) return { ...told, failure: NOT_PERMITTED, log: '' };
    const { environmentFor, signal } = await this.world.endpoints.open();
    const event = eventOf(schedule, target, time);
    const { outcome, log } = await runLambda(fn, event, environmentFor(fn.properties['Role']), randomUUID(), { seconds: PATIENCE_SECONDS, signal });
    const failure = outcome.kind === 'returned' ? {} : { failure: toldOutcome(outcome, fn.path) };
    return { ...told, ...failure, log };
  }
}

function propertiesOf({ properties }: PhysicalResource): ScheduleProperties {
  return properties as ScheduleProperties;
}

function timesOf(schedule: PhysicalResource, after: Date, until: Date): Date[] {
  const { expression, timeZone, start, end } = propertiesOf(schedule);
  const isRule = schedule.type === 'AWS::Events::Rule';
  const since = start === undefined ? schedule.since! : new Date(start);
  const times = scheduleTimes(expression)(after, until, { since, atOnce: !isRule, timeZone });
  return times.filter((time) => time >= since && time >= schedule.since! && (end === undefined || time <= new Date(end)));
}

/** Amazon EventBridge User Guide, Scheduled events; Scheduler User Guide, Adding context attributes. */
function eventOf(schedule: PhysicalResource, { input }: ScheduleTarget, time: Date): unknown {
  const told = time.toISOString().replace('.000', '');
  const arn = propertiesOf(schedule).arn;
  if (schedule.type === 'AWS::Events::Rule') return input === undefined ? scheduledEvent(schedule, 'aws.events', {}, told) : JSON.parse(input);
  if (input === undefined) return scheduledEvent(schedule, 'aws.scheduler', '{}', told);
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': arn, 'scheduled-time': told, 'execution-id': randomUUID(), 'attempt-number': '1',
  };
  return JSON.parse(input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => attributes[name] ?? whole));
}

function scheduledEvent({ properties, stack: { account, region } }: PhysicalResource, source: string, detail: unknown, time: string) {
  return { 'version': '0', 'id': randomUUID(), 'detail-type': 'Scheduled Event', source, account, time, region, 'resources': [properties['arn']], detail };
}

function tooMany(calls: readonly DueCall[], maxRuns: number): Error {
  const counts = new Map<string, number>();
  for (const { schedule: { path } } of calls) counts.set(path, (counts.get(path) ?? 0) + 1);
  const told = [...counts].map(([path, count]) => `${path} ${count}`).join(', ');
  return new Error(`${calls.length} scheduled runs are due until then (${told}); at most ${maxRuns} are run at once. `
    + 'Advance in smaller steps, raise \'maxRuns\', or disable the rule in the app that is tested.');
}
