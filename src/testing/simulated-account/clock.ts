/** The time in a simulated account: it runs as the real one does, and can be moved forward. */
export class Clock {
  private ahead = 0;

  constructor(private readonly real: () => Date = () => new Date()) {}

  public readonly now = (): Date => new Date(this.real().getTime() + this.ahead);

  /** Moves the time forward to a date; to one that is past already, not at all. */
  public moveTo(date: Date): void {
    this.ahead += Math.max(0, date.getTime() - this.now().getTime());
  }
}
