import type { DecipherGCM } from 'node:crypto';
import { TamperedMessageError } from './errors';
import { FrameContent } from './frame-content';

/** A frame that is opened as its ciphertext comes, and held back until its tag verified. */
export class OpeningFrame extends FrameContent<DecipherGCM> {
  /** The content, slice by slice, after its tag verified. */
  public finish(tag: Buffer): Buffer[] {
    this.flush();
    requireTag(this.cipher.setAuthTag(tag), this.position.kind === 'single' ? 'content' : `frame ${this.position.sequence}`);
    return this.handOver();
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
