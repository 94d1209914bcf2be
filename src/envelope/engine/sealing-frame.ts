import type { CipherGCM } from 'node:crypto';
import { encodeFrameHead, FramePosition } from './frame';
import { FrameContent } from './frame-content';

/** A frame that is sealed as its content comes. Nothing of it is pushed before it is whole: its length stands before its content. */
export class SealingFrame extends FrameContent<CipherGCM> {
  /** @param position what the frame is expected to become */
  constructor(position: FramePosition, private readonly cipherOf: (position: FramePosition) => CipherGCM) {
    super(position, cipherOf(position));
  }

  public finish(push: (bytes: Buffer) => void): void {
    this.push(this.position, this.cipher, push);
  }

  /** As the last frame of its message, whether or not it was begun as that. */
  public finishLast(push: (bytes: Buffer) => void): void {
    if (this.position.kind === 'final') return this.finish(push);
    this.flush();
    const position: FramePosition = { ...this.position, kind: 'final', length: this.taken };
    this.push(position, this.sealedAgain(position), push);
  }

  private push(position: FramePosition, cipher: CipherGCM, push: (bytes: Buffer) => void): void {
    this.flush();
    cipher.final();
    push(encodeFrameHead(position));
    this.handOver().forEach(push);
    push(cipher.getAuthTag());
  }

  /**
   * A cipher that has seen the same content for another position. The ciphertext depends on key, number and content only, so that it
   * stays; of the tag for the first position nothing was ever computed, so that no two tags under one number exist.
   */
  private sealedAgain(position: FramePosition): CipherGCM {
    const [reverse, cipher] = [this.cipherOf(position), this.cipherOf(position)]; // AES-GCM counts: sealing twice is opening
    for (const slice of this.slices) {
      const content = reverse.update(slice);
      cipher.update(content);
      content.fill(0);
    }
    return cipher;
  }
}
