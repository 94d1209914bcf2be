import { addAbortSignal, Transform } from 'node:stream';
import { ByteReader, viewOf } from './bytes';
import { EncryptionContext } from './encryption-context';
import { parseHeader } from './header';
import { beginOpening, beginSealing } from './message';
import { ownPairs } from './message-signature';
import { OpenOptions, openingOf, OpenStreamOptions } from './open-options';
import { OpenStream } from './open-stream';
import { requireBytes } from './option-checks';
import { sealingOf, SealOptions, SealStreamOptions } from './seal-options';
import { SealStream } from './seal-stream';

const ENCODE = 'Encode it first, as in Buffer.from(text) or Buffer.from(JSON.stringify(value)).';
const DECODE = "Give the bytes that seal() returned; decode text first, as in Buffer.from(text, 'base64').";

/** An opened message. */
export interface OpenedMessage {
  readonly plaintext: Buffer;

  /** The context that the message was sealed for, authenticated. */
  readonly encryptionContext: EncryptionContext;
}

/**
 * Envelope encryption: data under a data key of its own, the data key under the key of its owner, both in one message.
 *
 * Messages are those of the AWS Encryption SDK, version 2, suite 0x0478 (AES-256-GCM, HKDF-SHA512, key commitment): every
 * AWS Encryption SDK opens them. Those that it signs (0x0578) are opened too. Data keys are zeroed after use; JavaScript cannot promise
 * that no copy was made by the run time before, nor that a key inside a `KeyObject` is gone before it is collected.
 */
export class Envelope {
  /**
   * Seals `plaintext`, which is held in memory whole. It is read after the data key has come: leave it as it is until the promise settles.
   *
   * @throws EnvelopeOptionError, MessageLimitError, DataKeyError
   */
  public static async seal(plaintext: Uint8Array, options: SealOptions): Promise<Buffer> {
    requireBytes('plaintext', plaintext, ENCODE);
    const message: Buffer[] = [];
    const sealing = sealingOf(options, plaintext.length);
    const sealer = await beginSealing(sealing, { plaintextLength: plaintext.length }, (bytes) => message.push(bytes));
    sealer.take(viewOf(plaintext), true);
    return Buffer.concat(message);
  }

  /**
   * Opens a message, which is held in memory whole. Nothing is returned unless all of it verified.
   *
   * @throws EnvelopeOptionError, MalformedMessageError, UnsupportedMessageError, MessageLimitError, EncryptionContextMismatchError,
   * DataKeyError, TamperedMessageError
   */
  public static async open(message: Uint8Array, options: OpenOptions): Promise<OpenedMessage> {
    requireBytes('message', message, DECODE);
    const opening = openingOf(options);
    const reader = new ByteReader(viewOf(message));
    const header = parseHeader(reader, opening.limits);
    const opened: Buffer[] = [];
    const opener = await beginOpening(header, opening, (slice) => opened.push(slice));
    try {
      opener.take(reader.rest());
      opener.end();
      return { plaintext: Buffer.concat(opened), encryptionContext: ownPairs(header.encryptionContext) };
    } finally {
      opener.discard();
      opened.forEach((slice) => slice.fill(0)); // what is returned is the only copy, and the caller's
    }
  }

  /**
   * A stream that seals what is written to it, of any length: one frame is held in memory. The data key is asked for once, when the first
   * byte comes, or the end of an empty stream.
   *
   * In Node: `pipeline(createReadStream(file), Envelope.sealStream(options), createWriteStream(sealed))`.
   * On the Web: `body.pipeThrough(Envelope.sealStream(options).toWeb())`.
   *
   * It fails with DataKeyError.
   *
   * @throws EnvelopeOptionError, MessageLimitError
   */
  public static sealStream(options: SealStreamOptions): SealStream {
    return abortable(new SealStream(sealingOf(options)), options.signal);
  }

  /**
   * A stream that opens the message that is written to it: one frame is held in memory. A frame is released after its tag verified, the
   * last one after all of the message did and nothing followed it. A stream that fails released nothing but the beginning of what was
   * sealed, so act upon it only once it ended: `pipeline` settles then.
   *
   * It fails with what `open` throws.
   *
   * @throws EnvelopeOptionError
   */
  public static openStream(options: OpenStreamOptions): OpenStream {
    return abortable(new OpenStream(openingOf(options)), options.signal);
  }

  private constructor() {}
}

function abortable<T extends Transform>(stream: T, signal: AbortSignal | undefined): T {
  // Later, if it has aborted: a pipeline of Node 24 does not tell why a stream is destroyed that it has not seen alive.
  if (signal?.aborted) process.nextTick(() => addAbortSignal(signal, stream));
  else if (signal) addAbortSignal(signal, stream);
  return stream;
}
