/** A value whose changes show at once and decide later (AWS KMS Developer Guide, AWS KMS eventual consistency). */
export class Eventually<T> {
  private readonly history: { readonly value: T; readonly since: number }[];

  /** The first value decides at once. */
  constructor(value: T) {
    this.history = [{ value, since: -Infinity }];
  }

  public get latest(): T {
    return this.history.at(-1)!.value;
  }

  public set(value: T, now: Date): void {
    this.history.push({ value, since: now.getTime() });
  }

  /** The value of that time; what was before it is forgotten. */
  public asOf(time: number): T {
    while (this.history[1] && this.history[1].since <= time) { this.history.shift(); }
    return this.history[0]!.value;
  }
}
