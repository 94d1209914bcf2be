/** What a calendar and a clock on the wall show. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/**
 * The wall time of an instant in a time zone of the IANA database, e.g. `Europe/Berlin`.
 *
 * @throws RangeError for an unknown time zone
 */
export function wallTime(at: Date, timeZone: string): WallTime {
  const parts = Object.fromEntries(formatOf(timeZone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return { year: parts['year']!, month: parts['month']!, day: parts['day']!, hour: parts['hour']!, minute: parts['minute']! };
}

/**
 * The first instant at which clocks in a time zone show this, given as if it were UTC. Of a time that they skip: the one at which they
 * would have shown it.
 */
export function instantOf(shown: Date, timeZone: string): Date {
  const offsets = [-DAY, DAY].map((distance) => offsetAt(new Date(shown.getTime() + distance), timeZone));
  const [first, second] = offsets.map((offset) => new Date(shown.getTime() - offset)) as [Date, Date];
  return offsetAt(first, timeZone) === offsets[0] || offsetAt(second, timeZone) !== offsets[1] ? first : second;
}

/** How far the clocks are ahead of UTC, in milliseconds. */
function offsetAt(at: Date, timeZone: string): number {
  const { year, month, day, hour, minute } = wallTime(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at.getTime() / MINUTE) * MINUTE;
}

export const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The weekday, Sunday being 1 as in Amazon EventBridge. */
export function weekdayOf({ year, month, day }: Pick<WallTime, 'year' | 'month' | 'day'>): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

export function daysIn({ year, month }: Pick<WallTime, 'year' | 'month'>): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, calendar: 'iso8601', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
  });
  FORMATS.set(timeZone, format);
  return format;
}
