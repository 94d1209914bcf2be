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

  /** @throws RangeError for a span that is negative, or that ends beyond what a date can hold */
  public advance(span: TimeSpan): void {
    const milliseconds = Object.entries(span).reduce((sum, [unit, amount]) => sum + millisecondsOf(unit, amount), 0);
    if (Number.isNaN(new Date(this.now().getTime() + milliseconds).getTime())) {
      throw new RangeError(`The time is to advance to a date that is none: by ${JSON.stringify(span)}; dates end in the year 275760. Give less.`);
    }
    this.ahead += milliseconds;
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
