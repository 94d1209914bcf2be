import { ByteReader, NOTHING, splitAt } from './bytes';
import { TruncatedMessageError } from './errors';

/** Collects the bytes of what can only be read whole, as they come. It grows with what came, never with what was declared. */
export class FieldBuffer {
  private bytes = NOTHING;
  private length = 0;

  /** @param due how many bytes it takes at least */
  constructor(private due: number) {}

  /** Takes what is due of `chunk`; gives what `parse` read of all that was taken, and the rest of the chunk, or nothing while more is due. */
  public take<T>(chunk: Buffer, parse: (reader: ByteReader) => T): { parsed: T; rest: Buffer } | undefined {
    for (let rest = chunk; ;) {
      const [part, after] = splitAt(rest, this.due - this.length);
      this.append(part);
      rest = after;
      if (this.length < this.due) return undefined;
      const parsed = this.tryParse(parse);
      if (parsed) return { ...parsed, rest };
    }
  }

  /** Fails as a reader does where more is due than came. */
  public requireWhole(parse: (reader: ByteReader) => unknown): void {
    parse(new ByteReader(this.bytes.subarray(0, this.length)));
  }

  private tryParse<T>(parse: (reader: ByteReader) => T): { parsed: T } | undefined {
    try {
      return { parsed: parse(new ByteReader(this.bytes.subarray(0, this.length))) };
    } catch (error) {
      if (!(error instanceof TruncatedMessageError)) throw error;
      this.due += error.missing;
      return undefined;
    }
  }

  private append(part: Buffer): void {
    const needed = this.length + part.length;
    if (needed > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, Math.min(this.due, 2 * this.bytes.length)));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(part, this.length);
    this.length = needed;
  }
}
