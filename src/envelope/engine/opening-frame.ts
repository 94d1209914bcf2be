import type { DecipherGCM } from 'node:crypto';
import { splitAt } from './bytes';
import { CipherFeed } from './cipher-feed';
import { TamperedMessageError } from './errors';
import { FramePosition } from './frame';

/** A frame that is opened as its ciphertext comes, and held back until its tag verified. */
export class OpeningFrame {
  private readonly feed: CipherFeed;
  private taken = 0;

  constructor(public readonly position: FramePosition, private readonly decipher: DecipherGCM) {
    this.feed = new CipherFeed(decipher);
  }

  /** How much more of ciphertext is due. */
  public get missing(): number {
    return this.position.length - this.taken;
  }

  /** Takes what is due of the ciphertext, and gives the rest back. */
  public take(ciphertext: Buffer): Buffer {
    const [due, rest] = splitAt(ciphertext, this.missing);
    this.feed.take(due);
    this.taken += due.length;
    return rest;
  }

  /** The content, slice by slice, after its tag verified. */
  public finish(tag: Buffer): Buffer[] {
    this.feed.flush();
    requireTag(this.decipher.setAuthTag(tag), this.position.kind === 'single' ? 'content' : `frame ${this.position.sequence}`);
    return this.feed.handOver();
  }

  public discard(): void {
    this.feed.discard();
  }
}

/** Refuses what is not what was sealed. */
export function requireTag(decipher: DecipherGCM, part: string): void {
  try {
    decipher.final();
  } catch (cause) {
    throw new TamperedMessageError(`The ${part} of the message is not what was sealed: its tag does not verify.`, cause);
  }
}
