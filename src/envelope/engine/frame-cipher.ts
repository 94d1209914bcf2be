import { createCipheriv, createDecipheriv, DecipherGCM, KeyObject } from 'node:crypto';
import { CIPHER, IV_BYTES, TAG_BYTES } from './algorithm-suite';
import { ByteReader, uint32 } from './bytes';
import { MalformedMessageError, TamperedMessageError } from './errors';

/** Larger updates allocate pages that fault: one of 16 MiB runs at half the speed. */
const SLICE_BYTES = 64 * 1024;
const FINAL_FRAME = 0xffffffff;
const REGULAR_AAD = Buffer.from('AWSKMSEncryptionClient Frame');
const FINAL_AAD = Buffer.from('AWSKMSEncryptionClient Final Frame');

/** Where a frame stands. Its position, its length and being the last one are authenticated with its content. */
export interface FramePosition {
  /** From 1 on, without gaps. */
  readonly sequence: number;
  readonly final: boolean;
  readonly length: number;
}

/** A frame as it stands in a message. */
export interface SealedFrame extends FramePosition {
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

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
    verify(createDecipheriv(CIPHER, this.key, ivOf(0), { authTagLength: TAG_BYTES }).setAAD(headerBody).setAuthTag(tag), 'header');
  }

  /** Pushes a whole frame, slice by slice. */
  public seal(plaintext: Buffer, position: FramePosition, push: (bytes: Buffer) => void): void {
    const iv = ivOf(position.sequence);
    const cipher = createCipheriv(CIPHER, this.key, iv).setAAD(this.aadOf(position));
    push(encodeFrameHead(position, iv));
    for (const slice of slicesOf(plaintext)) push(cipher.update(slice));
    cipher.final();
    push(cipher.getAuthTag());
  }

  /** The plaintext of a frame, slice by slice, after its tag verified. */
  public open(frame: SealedFrame): Buffer[] {
    const decipher = createDecipheriv(CIPHER, this.key, ivOf(frame.sequence), { authTagLength: TAG_BYTES });
    decipher.setAAD(this.aadOf(frame)).setAuthTag(frame.tag);
    const opened = slicesOf(frame.ciphertext).map((slice) => decipher.update(slice));
    try {
      verify(decipher, `frame ${frame.sequence}`);
    } catch (error) {
      opened.forEach((slice) => slice.fill(0));
      throw error;
    }
    return opened;
  }

  private aadOf({ sequence, final, length }: FramePosition): Buffer {
    return Buffer.concat([this.messageId, final ? FINAL_AAD : REGULAR_AAD, uint32(sequence), uint32(0), uint32(length)]);
  }
}

/** Reads the frame that must come next, up to and with its tag; nothing of it is verified yet. */
export function parseFrame(reader: ByteReader, sequence: number, frameLength: number): SealedFrame {
  const first = reader.uint32('frames');
  const final = first === FINAL_FRAME;
  const found = final ? reader.uint32('final frame') : first;
  if (found !== sequence) throw new TamperedMessageError(`Frame ${found} of the message stands where frame ${sequence} belongs.`);
  const iv = reader.take(IV_BYTES, `frame ${sequence}`);
  if (!iv.equals(ivOf(sequence))) throw new TamperedMessageError(`The initialisation vector of frame ${sequence} is not its number.`);
  const length = final ? reader.uint32('final frame') : frameLength;
  if (length > frameLength) throw new MalformedMessageError(`The final frame has ${length} bytes; frames of this message have at most ${frameLength}.`);
  return { sequence, final, length, ciphertext: reader.take(length, `frame ${sequence}`), tag: reader.take(TAG_BYTES, `frame ${sequence}`) };
}

function encodeFrameHead({ sequence, final, length }: FramePosition, iv: Buffer): Buffer {
  return Buffer.concat(final ? [uint32(FINAL_FRAME), uint32(sequence), iv, uint32(length)] : [uint32(sequence), iv]);
}

/** The frame's number, once per key: every message has a key of its own. The header counts as frame 0. */
function ivOf(sequence: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  iv.writeUInt32BE(sequence, IV_BYTES - 4);
  return iv;
}

function slicesOf(bytes: Buffer): Buffer[] {
  const slices: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) slices.push(bytes.subarray(start, start + SLICE_BYTES));
  return slices;
}

function verify(decipher: DecipherGCM, part: string): void {
  try {
    decipher.final();
  } catch (cause) {
    throw new TamperedMessageError(`The ${part} of the message is not what was sealed: its tag does not verify.`, cause);
  }
}
