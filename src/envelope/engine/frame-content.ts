import type { Cipher, Decipher } from 'node:crypto';
import { splitAt } from './bytes';
import { FramePosition } from './frame';

/** Smaller updates cost calls (a fiftieth at 64 KiB), larger ones allocate pages that fault: one of 16 MiB runs at half the speed. */
const SLICE_BYTES = 256 * 1024;

/** Chunks below are gathered: each slice is an object, and whoever sends a frame byte by byte must not make a million of them. */
const GATHERED_BYTES = 4096;

/** The content of a frame, run through its cipher in chunks of any size. No chunk is kept: its owner may use its memory again. */
export abstract class FrameContent<C extends Cipher | Decipher> {
  /** What has come out of the cipher. */
  protected slices: Buffer[] = [];

  protected taken = 0;
  private gathered: Buffer | undefined;
  private count = 0;

  constructor(public readonly position: FramePosition, protected readonly cipher: C) {}

  /** How much more of content is due. */
  public get missing(): number {
    return this.position.length - this.taken;
  }

  /** Takes what is due of the content, and gives the rest back. */
  public take(content: Buffer): Buffer {
    const [due, rest] = splitAt(content, this.missing);
    this.taken += due.length;
    if (due.length < GATHERED_BYTES) this.gather(due);
    else this.feed(due);
    return rest;
  }

  /** Overwrites all that is held. */
  public discard(): void {
    this.gathered?.fill(0);
    this.count = 0;
    this.handOver().forEach((slice) => slice.fill(0));
  }

  /** Leaves nothing gathered. */
  protected flush(): void {
    if (!this.gathered || this.count === 0) return;
    this.update(this.gathered.subarray(0, this.count));
    this.count = 0;
    this.gathered.fill(0);
  }

  /** Gives what has come out away. */
  protected handOver(): Buffer[] {
    const { slices } = this;
    this.slices = [];
    return slices;
  }

  private feed(bytes: Buffer): void {
    this.flush();
    for (let slice, rest = bytes; rest.length > 0;) {
      [slice, rest] = splitAt(rest, SLICE_BYTES);
      this.update(slice);
    }
  }

  private gather(bytes: Buffer): void {
    if (this.count + bytes.length > GATHERED_BYTES) this.flush();
    this.gathered ??= Buffer.alloc(Math.min(GATHERED_BYTES, this.position.length));
    this.gathered.set(bytes, this.count);
    this.count += bytes.length;
  }

  private update(bytes: Buffer): void {
    this.slices.push(this.cipher.update(bytes));
  }
}
