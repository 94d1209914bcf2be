import { createCipheriv, createDecipheriv, DecipherGCM, KeyObject } from 'node:crypto';
import { CIPHER, TAG_BYTES } from './algorithm-suite';
import { frameAad, FrameHead, FramePosition, ivOf } from './frame';
import { OpeningFrame, requireTag } from './opening-frame';
import { SealingFrame } from './sealing-frame';

/** Seals and opens what a message key protects: its header and its frames. */
export class FrameCipher {
  constructor(private readonly key: KeyObject, private readonly messageId: Buffer) {}

  /** The tag of the header, which has no content but itself. */
  public headerTag(headerBody: Buffer): Buffer {
    const cipher = createCipheriv(CIPHER, this.key, ivOf(0)).setAAD(headerBody);
    cipher.final();
    return cipher.getAuthTag();
  }

  public requireHeaderTag(headerBody: Buffer, tag: Buffer): void {
    const decipher = this.decipherOf(ivOf(0), headerBody).setAuthTag(tag);
    requireTag(decipher, 'header');
  }

  public seal(position: FramePosition): SealingFrame {
    return new SealingFrame(position, (actual) =>
      createCipheriv(CIPHER, this.key, ivOf(actual.sequence)).setAAD(frameAad(this.messageId, actual)));
  }

  public open(head: FrameHead): OpeningFrame {
    return new OpeningFrame(head, this.decipherOf(head.iv, frameAad(this.messageId, head)));
  }

  private decipherOf(iv: Buffer, aad: Buffer): DecipherGCM {
    return createDecipheriv(CIPHER, this.key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
  }
}
