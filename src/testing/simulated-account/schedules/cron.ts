import { daysIn, instantOf, MINUTE, WallTime, wallTime, weekdayOf } from './wall-time';

/** Whether a field of a cron expression holds at a wall time. */
type Test = (at: WallTime) => boolean;

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names for the values, from `from` on. */
  readonly names?: readonly string[];
  readonly valueOf: (at: WallTime) => number;
  /** What a part of the field may be beside `*`, values, ranges and steps. */
  readonly special?: ReadonlyArray<readonly [part: RegExp, test: (...groups: number[]) => Test]>;
}

const ANY: Test = () => true;

/** Amazon EventBridge User Guide, Cron expressions reference. */
const FIELDS: readonly Field[] = [
  { name: 'Minutes', from: 0, to: 59, valueOf: ({ minute }) => minute },
  { name: 'Hours', from: 0, to: 23, valueOf: ({ hour }) => hour },
  {
    name: 'Day-of-month',
    from: 1,
    to: 31,
    valueOf: ({ day }) => day,
    special: [
      [/^\?$/, () => ANY],
      [/^L$/, () => (at) => at.day === daysIn(at)],
      [/^(\d+)W$/, (day) => (at) => at.day === nearestWeekday(at, day!)],
    ],
  },
  {
    name: 'Month',
    from: 1,
    to: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
    valueOf: ({ month }) => month,
  },
  {
    name: 'Day-of-week',
    from: 1,
    to: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    valueOf: weekdayOf,
    special: [
      [/^\?$/, () => ANY],
      [/^L$/, () => (at) => weekdayOf(at) === 7],
      [/^([1-7])L$/, (weekday) => (at) => weekdayOf(at) === weekday && at.day > daysIn(at) - 7],
      [/^([1-7])#([1-5])$/, (weekday, nth) => (at) => weekdayOf(at) === weekday && Math.ceil(at.day / 7) === nth],
    ],
  },
  { name: 'Year', from: 1970, to: 2199, valueOf: ({ year }) => year },
];

/** A cron expression of Amazon EventBridge, to the minute. */
export class Cron {
  private readonly minute: Test;
  private readonly hour: Test;
  private readonly date: Test;

  /**
   * @param fields what stands in `cron(…)`: six fields
   * @throws when it is none that Amazon EventBridge takes
   */
  constructor(fields: string) {
    const parts = fields.trim().split(/\s+/);
    if (parts.length !== FIELDS.length) throw refusal(fields, `it has ${parts.length} fields; there are ${FIELDS.length}: ${FIELDS.map(({ name }) => name).join(', ')}`);
    if ((parts[2] === '?') === (parts[4] === '?')) throw refusal(fields, 'one of Day-of-month and Day-of-week, and only one, is ?');
    const [minute, hour, ...date] = FIELDS.map((field, i) => testOf(field, parts[i]!, fields)) as [Test, Test, ...Test[]];
    [this.minute, this.hour, this.date] = [minute, hour, (at) => date.every((test) => test(at))];
  }

  /** The times after `after` up to `until`. Where clocks are turned back, a time that they show twice counts once. */
  public times(after: Date, until: Date, timeZone: string): Date[] {
    const times: Date[] = [];
    for (let at = Math.floor(after.getTime() / MINUTE) * MINUTE + MINUTE; at <= until.getTime();) {
      const wall = wallTime(new Date(at), timeZone);
      if (!this.hour(wall) || !this.date(wall)) {
        at += (60 - wall.minute) * MINUTE;
        continue;
      }
      if (this.minute(wall) && isFirst(new Date(at), wall, timeZone)) times.push(new Date(at));
      at += MINUTE;
    }
    return times;
  }
}

function isFirst(at: Date, { year, month, day, hour, minute }: WallTime, timeZone: string): boolean {
  return instantOf(new Date(Date.UTC(year, month - 1, day, hour, minute)), timeZone).getTime() === at.getTime();
}

function testOf(field: Field, text: string, fields: string): Test {
  const tests = text.toUpperCase().split(',').map((part) => partTest(field, withNumbers(field, part)));
  if (tests.some((test) => test === undefined)) throw refusal(fields, `${field.name} is '${text}'; its values are ${field.from} to ${field.to}`);
  return (at) => tests.some((test) => test!(at));
}

function withNumbers({ names, from }: Field, part: string): string {
  return names ? part.replace(/[A-Z]{3}/g, (name) => names.includes(name) ? String(names.indexOf(name) + from) : name) : part;
}

function partTest(field: Field, part: string): Test | undefined {
  for (const [pattern, test] of field.special ?? []) {
    const match = pattern.exec(part);
    if (match) return test(...match.slice(1).map(Number));
  }
  return rangeTest(field, part);
}

/** `*`, a value, a range, each with a step; a value with a step reaches to the end. */
function rangeTest({ from, to, valueOf }: Field, part: string): Test | undefined {
  const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) return undefined;
  const [first = from, last, step] = match.slice(1).map((text) => text === undefined ? undefined : Number(text));
  const end = last ?? (match[1] === undefined || step !== undefined ? to : first);
  if (first < from || end > to || first > end || step === 0) return undefined;
  return (at) => valueOf(at) >= first && valueOf(at) <= end && (valueOf(at) - first) % (step ?? 1) === 0;
}

/** The day from Monday to Friday that is nearest to a day, in the same month. */
function nearestWeekday(at: WallTime, day: number): number | undefined {
  const days = daysIn(at);
  const isWorkday = (candidate: number) => candidate >= 1 && candidate <= days && ![1, 7].includes(weekdayOf({ ...at, day: candidate }));
  return day > days ? undefined : [0, -1, 1, -2, 2].map((distance) => day + distance).find(isWorkday);
}

function refusal(fields: string, why: string): Error {
  return new Error(`'cron(${fields})' is no schedule: ${why}. See Amazon EventBridge User Guide, Cron expressions reference.`);
}
