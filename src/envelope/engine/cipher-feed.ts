import type { Cipher, Decipher } from 'node:crypto';
import { splitAt } from './bytes';

/** Larger updates allocate pages that fault: one of 16 MiB runs at half the speed. */
const SLICE_BYTES = 64 * 1024;

/** Chunks below are gathered: each slice is an object, and whoever sends a frame byte by byte must not make a million of them. */
const GATHERED_BYTES = 4096;

/** Runs bytes that come in chunks of any size through a cipher. No chunk is kept: its owner may use its memory again. */
export class CipherFeed {
  /** What has come out of the cipher. */
  public slices: Buffer[] = [];

  private gathered: Buffer | undefined;
  private count = 0;

  constructor(private readonly cipher: Pick<Cipher | Decipher, 'update'>) {}

  public take(bytes: Buffer): void {
    if (bytes.length < GATHERED_BYTES) return this.gather(bytes);
    this.flush();
    for (let slice, rest = bytes; rest.length > 0;) {
      [slice, rest] = splitAt(rest, SLICE_BYTES);
      this.update(slice);
    }
  }

  /** Leaves nothing gathered. */
  public flush(): void {
    if (!this.gathered || this.count === 0) return;
    this.update(this.gathered.subarray(0, this.count));
    this.count = 0;
    this.gathered.fill(0);
  }

  /** Gives what has come out away. */
  public handOver(): Buffer[] {
    const { slices } = this;
    this.slices = [];
    return slices;
  }

  /** Overwrites all that is held. */
  public discard(): void {
    this.gathered?.fill(0);
    this.count = 0;
    this.handOver().forEach((slice) => slice.fill(0));
  }

  private gather(bytes: Buffer): void {
    if (this.count + bytes.length > GATHERED_BYTES) this.flush();
    this.gathered ??= Buffer.alloc(GATHERED_BYTES);
    this.gathered.set(bytes, this.count);
    this.count += bytes.length;
  }

  private update(bytes: Buffer): void {
    this.slices.push(this.cipher.update(bytes));
  }
}
