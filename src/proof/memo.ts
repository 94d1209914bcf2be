/** Remembers what was made under a name; emptied when it has grown large. */
export class Memo<T> {
  private readonly made = new Map<string, T>();

  public constructor(private readonly largest: number) {}

  public get(name: string, make: () => T): T {
    const known = this.made.get(name);
    if (known !== undefined || this.made.has(name)) return known as T;
    if (this.made.size >= this.largest) this.made.clear();
    const made = make();
    this.made.set(name, made);
    return made;
  }
}
