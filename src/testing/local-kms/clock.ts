/** A length of time; its parts add up. Each is zero or more. */
export interface TimeSpan {
  /** Of 24 hours. @default 0 */
  readonly days?: number;
  /** @default 0 */
  readonly hours?: number;
  /** @default 0 */
  readonly seconds?: number;
}

/** Milliseconds. */
const UNITS = { days: 86_400_000, hours: 3_600_000, seconds: 1000 } as const;

/** 100 years: every rotation on the way is done and kept, up to four a year for each key. */
const MAX_DAYS = 36_525;

/** A clock that can be turned on, and runs on from there. */
export class Clock {
  /** @param ahead how far it was turned on already, in milliseconds */
  constructor(private readonly source: () => Date, private ahead = 0) {}

  public get turnedOn(): number {
    return this.ahead;
  }

  public now(): Date {
    return new Date(this.source().getTime() + this.ahead);
  }

  /** @throws RangeError for a span that is negative, or that makes more than 100 years of all that the clock was turned on */
  public advance(span: TimeSpan): void {
    this.ahead = this.aheadAfter(span);
  }

  /** The time when that has passed. @throws RangeError as `advance` does */
  public timeAfter(span: TimeSpan): Date {
    return new Date(this.source().getTime() + this.aheadAfter(span));
  }

  private aheadAfter(span: TimeSpan): number {
    if (typeof span !== 'object' || span === null) { throw new TypeError(`The time is to advance by ${span}; a span has its units. Write { days: 30 }.`); }
    const ahead = Math.round(Object.entries(span).reduce((sum, [unit, amount]) => sum + millisecondsOf(unit, amount), this.ahead));
    if (ahead > MAX_DAYS * UNITS.days) {
      throw new RangeError(`The time is to advance by ${ahead / UNITS.days} days in all; ${MAX_DAYS} days, which are 100 years, are allowed. `
        + 'Give less, or let a new LocalKms start at another \'now\'.');
    }
    return ahead;
  }
}

function millisecondsOf(unit: string, amount: unknown): number {
  if (!Object.hasOwn(UNITS, unit)) {
    throw new RangeError(`The time cannot advance by '${unit}'; its units are ${Object.keys(UNITS).join(', ')}. Write one of them.`);
  }
  if (typeof amount !== 'number' || !(amount >= 0)) {
    throw new RangeError(`The time is to advance by ${String(amount)} ${unit}; a number of 0 or more is allowed. Time does not go back.`);
  }
  return amount * UNITS[unit as keyof typeof UNITS];
}
