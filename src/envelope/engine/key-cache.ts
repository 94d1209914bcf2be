/** How long a cache keeps what it has. */
export interface KeyCacheBounds {
  /** Entries; the least recently used one gives way. */
  readonly capacity: number;

  /** Milliseconds. */
  readonly maxAge: number;
  readonly now: () => number;
}

/** A key that may be on its way still, and what it has been used for. */
export interface CachedKey<T> {
  readonly key: Promise<T>;
  readonly expires: number;
  readonly timer: NodeJS.Timeout;
  messages: number;
  bytes: number;
}

/** Keys by what they are for. Each is zeroed when it leaves the cache, also if nobody calls any more when it has come of age. */
export class KeyCache<T> {
  private readonly entries = new Map<string, CachedKey<T>>();

  constructor(private readonly bounds: KeyCacheBounds, private readonly zero: (key: T) => void) {}

  public find(id: string): CachedKey<T> | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    this.entries.delete(id);
    this.entries.set(id, entry); // the last one is the most recently used
    if (this.bounds.now() < entry.expires) return entry;
    this.drop(id, entry);
    return undefined;
  }

  /** Takes the place of what is there. A key that does not come does not stay. */
  public add(id: string, key: Promise<T>): CachedKey<T> {
    const { capacity, maxAge, now } = this.bounds;
    const timer = setTimeout(() => this.drop(id, entry), maxAge).unref();
    const entry: CachedKey<T> = { key, expires: now() + maxAge, timer, messages: 0, bytes: 0 };
    this.drop(id);
    this.entries.set(id, entry);
    if (this.entries.size > capacity) this.drop(this.entries.keys().next().value!);
    key.catch(() => this.drop(id, entry));
    return entry;
  }

  /** Whoever waits for the key has asked before, and so has copied it before it is zeroed: reactions to a promise run in their order. */
  public drop(id: string, entry: CachedKey<T> | undefined = this.entries.get(id)): void {
    if (!entry || this.entries.get(id) !== entry) return;
    this.entries.delete(id);
    clearTimeout(entry.timer);
    entry.key.then(this.zero, () => undefined);
  }

  public clear(): void {
    [...this.entries.keys()].forEach((id) => this.drop(id));
  }
}
