import { IV_BYTES } from './algorithm-suite';
import { ByteReader, uint32, uint64 } from './bytes';
import { MalformedMessageError, TamperedMessageError } from './errors';
import { MessageLimits, requireWithin } from './limits';

/*
 * AWS Encryption SDK Developer Guide, "Message format reference", Message body, and "Body AAD reference".
 */

const FINAL_FRAME = 0xffffffff;
const REGULAR_HEAD_BYTES = 4 + IV_BYTES;
const FINAL_HEAD_BYTES = 4 + 4 + IV_BYTES + 4;
const SINGLE_HEAD_BYTES = IV_BYTES + 8;

/** The most that one AES-GCM operation takes. */
const MAX_CONTENT = 2 ** 36 - 32;

/** Those that others follow, the last one, and the only one of a message that is not framed. */
export type FrameKind = 'regular' | 'final' | 'single';

/** Where a frame stands. Its position, its length and being the last one are authenticated with its content. */
export interface FramePosition {
  readonly kind: FrameKind;

  /** From 1 on, without gaps. */
  readonly sequence: number;

  /** Bytes of its content. */
  readonly length: number;
}

/** What stands before the content of a frame. Nothing of it is verified before the tag of the frame is. */
export interface FrameHead extends FramePosition {
  readonly iv: Buffer;
}

const CONTENT: Record<FrameKind, Buffer> = {
  regular: Buffer.from('AWSKMSEncryptionClient Frame'),
  final: Buffer.from('AWSKMSEncryptionClient Final Frame'),
  single: Buffer.from('AWSKMSEncryptionClient Single Block'),
};

/** Frames of a message: their numbers end where the mark of the final one begins. */
export const MAX_FRAMES = FINAL_FRAME - 1;

/** What is authenticated with the content of a frame. */
export function frameAad(messageId: Buffer, { kind, sequence, length }: FramePosition): Buffer {
  return Buffer.concat([messageId, CONTENT[kind], uint32(sequence), uint64(length)]);
}

/** The frame's number, once per key: every message has a key of its own. The header counts as frame 0. */
export function ivOf(sequence: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  iv.writeUInt32BE(sequence, IV_BYTES - 4);
  return iv;
}

export function encodeFrameHead({ kind, sequence, length }: FramePosition): Buffer {
  const numbered = [uint32(sequence), ivOf(sequence)];
  return Buffer.concat(kind === 'regular' ? numbered : [uint32(FINAL_FRAME), ...numbered, uint32(length)]);
}

/** How many bytes the head of a frame takes, at least and at most. */
export function headBytes(frameLength: number): [least: number, most: number] {
  return frameLength === 0 ? [SINGLE_HEAD_BYTES, SINGLE_HEAD_BYTES] : [REGULAR_HEAD_BYTES, FINAL_HEAD_BYTES];
}

/** Reads the head of the frame that must come next. */
export function parseFrameHead(reader: ByteReader, sequence: number, frameLength: number, limits: MessageLimits): FrameHead {
  return frameLength === 0 ? parseSingle(reader, limits) : parseFramed(reader, sequence, frameLength);
}

/** Its initialisation vector is any: there is no other content under the key. */
function parseSingle(reader: ByteReader, limits: MessageLimits): FrameHead {
  const iv = reader.take(IV_BYTES, 'content');
  const length = reader.uint64('content');
  requireWithin(limits, 'frameLength', length);
  if (length <= MAX_CONTENT) return { kind: 'single', sequence: 1, length, iv };
  throw new MalformedMessageError(`The content of the message has ${length} bytes; unframed content has at most ${MAX_CONTENT}.`);
}

function parseFramed(reader: ByteReader, sequence: number, frameLength: number): FrameHead {
  const first = reader.uint32('frames');
  const kind = first === FINAL_FRAME ? 'final' : 'regular';
  const found = kind === 'final' ? reader.uint32('final frame') : first;
  if (found !== sequence) throw new TamperedMessageError(`Frame ${found} of the message stands where frame ${sequence} belongs.`);
  const iv = reader.take(IV_BYTES, `frame ${sequence}`);
  if (!iv.equals(ivOf(sequence))) throw new TamperedMessageError(`The initialisation vector of frame ${sequence} is not its number.`);
  const length = kind === 'final' ? reader.uint32('final frame') : frameLength;
  if (length <= frameLength) return { kind, sequence, length, iv };
  throw new MalformedMessageError(`The final frame has ${length} bytes; frames of this message have at most ${frameLength}.`);
}
