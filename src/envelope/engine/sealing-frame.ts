import type { CipherGCM } from 'node:crypto';
import { splitAt } from './bytes';
import { CipherFeed } from './cipher-feed';
import { encodeFrameHead, FramePosition } from './frame';

/** A frame that is sealed as its content comes. Nothing of it is pushed before it is whole: its length stands before its content. */
export class SealingFrame {
  private readonly cipher: CipherGCM;
  private readonly feed: CipherFeed;
  private taken = 0;

  /** @param position what the frame is expected to become */
  constructor(private readonly position: FramePosition, private readonly cipherOf: (position: FramePosition) => CipherGCM) {
    this.cipher = cipherOf(position);
    this.feed = new CipherFeed(this.cipher);
  }

  /** How much more of content fits. */
  public get missing(): number {
    return this.position.length - this.taken;
  }

  /** Takes what fits of the content, and gives the rest back. */
  public take(content: Buffer): Buffer {
    const [fitting, rest] = splitAt(content, this.missing);
    this.feed.take(fitting);
    this.taken += fitting.length;
    return rest;
  }

  public finish(push: (bytes: Buffer) => void): void {
    this.push(this.position, this.cipher, push);
  }

  /** As the last frame of its message, whether or not it was begun as that. */
  public finishLast(push: (bytes: Buffer) => void): void {
    if (this.position.kind === 'final') return this.finish(push);
    this.feed.flush();
    const position: FramePosition = { ...this.position, kind: 'final', length: this.taken };
    this.push(position, this.sealedAgain(position), push);
  }

  public discard(): void {
    this.feed.discard();
  }

  private push(position: FramePosition, cipher: CipherGCM, push: (bytes: Buffer) => void): void {
    this.feed.flush();
    cipher.final();
    push(encodeFrameHead(position));
    this.feed.handOver().forEach(push);
    push(cipher.getAuthTag());
  }

  /**
   * A cipher that has seen the same content for another position. The ciphertext depends on key, number and content only, so that it
   * stays; of the tag for the first position nothing was ever computed, so that no two tags under one number exist.
   */
  private sealedAgain(position: FramePosition): CipherGCM {
    const [reverse, cipher] = [this.cipherOf(position), this.cipherOf(position)]; // AES-GCM counts: sealing twice is opening
    for (const slice of this.feed.slices) {
      const content = reverse.update(slice);
      cipher.update(content);
      content.fill(0);
    }
    return cipher;
  }
}
