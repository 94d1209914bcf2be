import { AlgorithmSuite, COMMITMENT_BYTES, MESSAGE_ID_BYTES, MESSAGE_VERSION, readableSuite, TAG_BYTES } from './algorithm-suite';
import { ByteReader, sized, uint16, uint32 } from './bytes';
import { EncryptedDataKey } from './data-keys';
import { encodeContext, EncryptionContext, parseContext, takeContext } from './encryption-context';
import { DataKeyError, MalformedMessageError } from './errors';
import { MessageLimits, requireWithin } from './limits';

const FRAMED = 2;
const UNFRAMED = 1;

/** What stands before the first frame. */
export interface Header {
  readonly suite: AlgorithmSuite;
  readonly messageId: Buffer;

  /** With the pairs of the format itself. */
  readonly encryptionContext: EncryptionContext;
  readonly encryptedDataKeys: readonly EncryptedDataKey[];

  /** 0 where the content is not framed. */
  readonly frameLength: number;

  /** Binds the message to one data key: no other one opens it to something else. */
  readonly commitment: Buffer;
}

/** A header with the bytes that its tag authenticates. */
export interface ParsedHeader extends Header {
  readonly body: Buffer;
  readonly tag: Buffer;
}

/** The header body; its tag follows it in the message. */
export function encodeHeader(header: Header, limits: MessageLimits): Buffer {
  if (header.encryptedDataKeys.length === 0) throw new DataKeyError('The data key has no encrypted form; nobody could open the message.');
  requireWithin(limits, 'encryptedDataKeys', header.encryptedDataKeys.length);
  return Buffer.concat([
    Buffer.of(MESSAGE_VERSION),
    uint16(header.suite.id),
    header.messageId,
    encodeContext(header.encryptionContext, limits),
    uint16(header.encryptedDataKeys.length),
    ...header.encryptedDataKeys.flatMap(encodeDataKey),
    Buffer.of(header.frameLength === 0 ? UNFRAMED : FRAMED),
    uint32(header.frameLength),
    header.commitment,
  ]);
}

/** Reads the header and its tag. Whatever the message declares beyond `limits` is refused before it is read. */
export function parseHeader(reader: ByteReader, limits: MessageLimits): ParsedHeader {
  const start = reader.offset;
  const { context, ...fields } = {
    suite: readableSuite(reader.uint8('version'), reader.uint16('algorithm suite')),
    messageId: reader.take(MESSAGE_ID_BYTES, 'message id'),
    context: takeContext(reader, limits),
    encryptedDataKeys: parseDataKeys(reader, limits),
    frameLength: parseFrameLength(reader, limits),
    commitment: reader.take(COMMITMENT_BYTES, 'key commitment'),
  };
  const transcript = { body: reader.since(start), tag: reader.take(TAG_BYTES, 'header tag') };
  // The context last, once all has come: a stream reads the header anew for each field that is still due, and its pairs may be thousands.
  return { ...fields, ...transcript, encryptionContext: parseContext(context) };
}

function encodeDataKey({ providerId, providerInfo, ciphertext }: EncryptedDataKey): Buffer[] {
  return [Buffer.from(providerId), providerInfo, ciphertext].map(sized);
}

function parseDataKeys(reader: ByteReader, limits: MessageLimits): EncryptedDataKey[] {
  const count = reader.uint16('encrypted data keys');
  if (count === 0) throw new MalformedMessageError('The message holds no encrypted data key.');
  requireWithin(limits, 'encryptedDataKeys', count);
  const field = () => reader.sized('encrypted data keys');
  return Array.from({ length: count }, () => ({ providerId: field().toString(), providerInfo: field(), ciphertext: field() }));
}

function parseFrameLength(reader: ByteReader, limits: MessageLimits): number {
  const contentType = reader.uint8('content type');
  if (contentType !== FRAMED && contentType !== UNFRAMED) {
    throw new MalformedMessageError(`The message has content type ${contentType}; the format knows ${UNFRAMED} and ${FRAMED}.`);
  }
  const frameLength = reader.uint32('frame length');
  if ((frameLength === 0) === (contentType === UNFRAMED)) {
    requireWithin(limits, 'frameLength', frameLength);
    return frameLength;
  }
  throw new MalformedMessageError(`The message has content type ${contentType} and a frame length of ${frameLength}; 0 is for content that is not framed.`);
}
