import { COMMITTING } from './algorithm-suite';
import { EncryptedDataKey } from './data-keys';
import { EncryptionContext } from './encryption-context';
import { EnvelopeOptionError } from './errors';
import { FramePosition, MAX_FRAMES } from './frame';
import { FrameCipher } from './frame-cipher';
import { encodeHeader } from './header';
import { deriveMessageKeys } from './key-derivation';
import { MessageLimits } from './limits';
import { SealingFrame } from './sealing-frame';

/** What a message is sealed with. */
export interface SealingMaterials {
  readonly dataKey: Uint8Array;
  readonly messageId: Buffer;
  readonly encryptedDataKeys: readonly EncryptedDataKey[];
  readonly encryptionContext: EncryptionContext;
  readonly frameLength: number;
  readonly limits: MessageLimits;
}

/** Pushes a message while its plaintext comes: at once the header and its tag, then each frame once it is known to be the last one or not. */
export class MessageSealer {
  private readonly cipher: FrameCipher;
  private readonly frameLength: number;
  private sequence = 0;
  private frame: SealingFrame | undefined;

  constructor(materials: SealingMaterials, private readonly push: (bytes: Buffer) => void) {
    const keys = deriveMessageKeys(COMMITTING, materials.dataKey, materials.messageId);
    const header = encodeHeader({ ...materials, suite: COMMITTING, commitment: keys.commitment }, materials.limits);
    this.cipher = new FrameCipher(keys.cipherKey, materials.messageId);
    this.frameLength = materials.frameLength;
    push(header);
    push(this.cipher.headerTag(header));
  }

  /** @param last whether the plaintext ends with these bytes. The last frame is the final one; only that of empty data is empty. */
  public take(plaintext: Buffer, last: boolean): void {
    for (let rest = plaintext; rest.length > 0;) {
      if (this.frame?.missing === 0) this.finishFrame();
      this.frame ??= this.beginFrame(last && rest.length <= this.frameLength ? rest.length : undefined);
      rest = this.frame.take(rest);
    }
    if (!last) return;
    this.frame ??= this.beginFrame(0);
    this.frame.finishLast(this.push);
    this.frame = undefined;
  }

  /** Overwrites what was not pushed. */
  public discard(): void {
    this.frame?.discard();
    this.frame = undefined;
  }

  /** @param lastLength bytes of the last frame, where this is known to be it */
  private beginFrame(lastLength: number | undefined): SealingFrame {
    const sequence = ++this.sequence;
    const position: FramePosition = lastLength === undefined
      ? { kind: 'regular', sequence, length: this.frameLength }
      : { kind: 'final', sequence, length: lastLength };
    return this.cipher.seal(position);
  }

  private finishFrame(): void {
    if (this.sequence === MAX_FRAMES) {
      throw new EnvelopeOptionError(`'frameLength' is ${this.frameLength}, and the message has ${MAX_FRAMES} frames, as many as can be. Set a longer one.`);
    }
    this.frame!.finish(this.push);
    this.frame = undefined;
  }
}
