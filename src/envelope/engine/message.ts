import { byteCount, ByteReader } from './bytes';
import { EncryptedDataKey } from './data-keys';
import { encodeContext, EncryptionContext } from './encryption-context';
import { EnvelopeOptionError, MalformedMessageError } from './errors';
import { FrameCipher, parseFrame } from './frame-cipher';
import { encodeHeader, ParsedHeader } from './header';
import { deriveMessageKeys, MessageKeys, requireCommitment } from './key-derivation';
import { MessageLimits, requireWithin } from './limits';

const MAX_UINT32 = 0xffffffff;

/** What a message is sealed with. */
export interface SealingMaterials {
  readonly dataKey: Uint8Array;
  readonly messageId: Buffer;
  readonly encryptedDataKeys: readonly EncryptedDataKey[];
  readonly encryptionContext: EncryptionContext;
  readonly frameLength: number;
  readonly limits: MessageLimits;
}

/** Refuses what would make no message that a reader with the same limits opens, before a data key is asked for. */
export function requireSealable(length: number, options: Pick<SealingMaterials, 'encryptionContext' | 'frameLength' | 'limits'>): void {
  encodeContext(options.encryptionContext, options.limits);
  requireFrames(length, options.frameLength);
  requireWithin(options.limits, 'frameLength', options.frameLength);
}

/** The whole message: header, header tag, frames. The last frame is the final one; only that of empty data is empty. */
export function sealMessage(plaintext: Buffer, materials: SealingMaterials): Buffer {
  const frames = requireFrames(plaintext.length, materials.frameLength);
  const keys = deriveMessageKeys(materials.dataKey, materials.messageId);
  const cipher = new FrameCipher(keys.cipherKey, materials.messageId);
  const header = encodeHeader({ ...materials, commitment: keys.commitment }, materials.limits);
  const message = [header, cipher.headerTag(header)];
  for (let sequence = 1; sequence <= frames; sequence++) {
    const content = plaintext.subarray((sequence - 1) * materials.frameLength, sequence * materials.frameLength);
    cipher.seal(content, { sequence, final: sequence === frames, length: content.length }, (bytes) => message.push(bytes));
  }
  return Buffer.concat(message);
}

/** Refuses a message of another data key, or with another header, before any frame is read. */
export function requireHeader(header: ParsedHeader, dataKey: Uint8Array): FrameCipher {
  const keys: MessageKeys = deriveMessageKeys(dataKey, header.messageId);
  requireCommitment(keys, header.commitment);
  const cipher = new FrameCipher(keys.cipherKey, header.messageId);
  cipher.requireHeaderTag(header.body, header.tag);
  return cipher;
}

/** The plaintext of all frames, when each of them verified and nothing follows the final one. */
export function openFrames(reader: ByteReader, header: ParsedHeader, cipher: FrameCipher): Buffer {
  const opened: Buffer[] = [];
  try {
    for (let sequence = 1, final = false; !final; sequence++) {
      const frame = parseFrame(reader, sequence, header.frameLength);
      for (const slice of cipher.open(frame)) opened.push(slice);
      final = frame.final;
    }
    if (reader.remaining > 0) throw new MalformedMessageError(`The message has ${byteCount(reader.remaining)} after its final frame.`);
  } catch (error) {
    opened.forEach((slice) => slice.fill(0));
    throw error;
  }
  return Buffer.concat(opened);
}

function requireFrames(length: number, frameLength: number): number {
  if (!Number.isInteger(frameLength) || frameLength < 1 || frameLength > MAX_UINT32) {
    throw new EnvelopeOptionError(`'frameLength' is ${frameLength}; a frame has 1 to ${MAX_UINT32} bytes.`);
  }
  const frames = Math.max(1, Math.ceil(length / frameLength));
  if (frames < MAX_UINT32) return frames;
  throw new EnvelopeOptionError(`'frameLength' is ${frameLength}, which makes ${frames} frames; a message has fewer than ${MAX_UINT32}. Set a longer one.`);
}
