import { Cron } from './cron';
import { instantOf, MINUTE } from './wall-time';

/** When a schedule began to count, and where its clock hangs. */
export interface ScheduleStart {
  readonly since: Date;
  /** Whether a rate begins with a run at once, as in Amazon EventBridge Scheduler, or after its period, as for a rule. */
  readonly atOnce: boolean;
  readonly timeZone: string;
}

/** The times of a schedule after `after`, up to `until`. */
export type ScheduleTimes = (after: Date, until: Date, start: ScheduleStart) => Date[];

const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };

/** Amazon EventBridge Scheduler User Guide, Schedule types; `at` is for Scheduler only, which alone has such schedules in templates. */
const FORMS: ReadonlyArray<readonly [form: RegExp, times: (...groups: string[]) => ScheduleTimes]> = [
  [/^rate\(\s*([1-9]\d*) +(minute|hour|day)s?\s*\)$/, (value, unit) => (after, until, { since, atOnce }) => {
    const period = Number(value) * UNITS[unit!]!;
    const first = since.getTime() + (atOnce ? 0 : period);
    const passed = Math.max(0, Math.floor((after.getTime() - first) / period) + 1);
    const count = Math.max(0, Math.floor((until.getTime() - first) / period) + 1 - passed);
    return Array.from({ length: count }, (_, i) => new Date(first + (passed + i) * period));
  }],
  [/^cron\((.*)\)$/, (fields) => {
    const cron = new Cron(fields!);
    return (after, until, { timeZone }) => cron.times(after, until, timeZone);
  }],
  [/^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/, (shown) => (after, until, { timeZone }) => {
    const time = instantOf(new Date(`${shown}Z`), timeZone);
    return time > after && time <= until ? [time] : [];
  }],
];

/** @throws for what is no schedule expression */
export function scheduleTimes(expression: string): ScheduleTimes {
  for (const [form, times] of FORMS) {
    const match = form.exec(expression);
    if (match) return times(...match.slice(1));
  }
  throw new Error(`'${expression}' is no schedule; write rate(1 day), cron(0 3 * * ? *) or, for Scheduler, at(2027-01-01T03:00:00).`);
}
