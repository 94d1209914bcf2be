import { randomBytes } from 'node:crypto';
import { KEY_BYTES, MESSAGE_ID_BYTES } from './algorithm-suite';
import { byteCount, ByteReader, viewOf } from './bytes';
import { DataKeys } from './data-keys';
import { ContextMatch, EncryptionContext, requireContext } from './encryption-context';
import { DataKeyError } from './errors';
import { parseHeader } from './header';
import { limitsOf, MessageLimits } from './limits';
import { openFrames, requireHeader, requireSealable, sealMessage } from './message';
import { requireBytes, requireMethods } from './option-checks';

const DEFAULT_FRAME_LENGTH = 1024 * 1024;
const ENCODE = 'Encode it first, as in Buffer.from(text) or Buffer.from(JSON.stringify(value)).';
const DECODE = "Give the bytes that seal() returned; decode text first, as in Buffer.from(text, 'base64').";
const WITH_DATA_KEYS = 'Give { dataKeys: new KmsDataKeys({ client, keyId }) } as the second argument.';

/** How to seal. */
export interface SealOptions {
  /** Makes the data key: a new one for every message. */
  readonly dataKeys: DataKeys;

  /** Bound to the message, and readable in it without any key: no secrets. @default - empty */
  readonly encryptionContext?: EncryptionContext;

  /** Bytes per frame. A reader buffers one frame before it releases any of it. @default 1048576 (1 MiB) */
  readonly frameLength?: number;

  readonly limits?: Partial<MessageLimits>;
}

/** How to open. */
export interface OpenOptions {
  /** Opens the data key. */
  readonly dataKeys: DataKeys;

  /**
   * What the message must have been sealed for; compared before any key is asked.
   *
   * @default - any: see what `open` returns, before you trust the plaintext to be what you asked for
   */
  readonly encryptionContext?: EncryptionContext;

  /** Whether the message's context may hold more than the expected pairs. @default 'exact' */
  readonly contextMatch?: ContextMatch;

  /** What the message may declare before it is buffered. */
  readonly limits?: Partial<MessageLimits>;
}

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
 * AWS Encryption SDK opens them. Data keys are zeroed after use; JavaScript cannot promise that no copy was made by the
 * run time before.
 */
export class Envelope {
  /**
   * Seals `plaintext`, which is held in memory whole. It is read after the data key has come: leave it as it is until the promise settles.
   *
   * @throws EnvelopeOptionError, MessageLimitError, DataKeyError
   */
  public static async seal(plaintext: Uint8Array, options: SealOptions): Promise<Buffer> {
    requireBytes('plaintext', plaintext, ENCODE);
    requireMethods('dataKeys', options?.dataKeys, ['generate'], WITH_DATA_KEYS);
    const encryptionContext = { ...options.encryptionContext }; // a copy: the data key is for the same context as the message
    const sealing = { encryptionContext, frameLength: options.frameLength ?? DEFAULT_FRAME_LENGTH, limits: limitsOf(options.limits) };
    requireSealable(plaintext.length, sealing);
    const { plaintext: dataKey, encrypted } = await options.dataKeys.generate(encryptionContext);
    return withDataKey(dataKey, (key) => sealMessage(viewOf(plaintext), {
      ...sealing, dataKey: key, messageId: randomBytes(MESSAGE_ID_BYTES), encryptedDataKeys: encrypted,
    }));
  }

  /**
   * Opens a message, which is held in memory whole. Nothing is returned unless all of it verified.
   *
   * @throws EnvelopeOptionError, MalformedMessageError, UnsupportedMessageError, MessageLimitError, EncryptionContextMismatchError,
   * DataKeyError, TamperedMessageError
   */
  public static async open(message: Uint8Array, options: OpenOptions): Promise<OpenedMessage> {
    requireBytes('message', message, DECODE);
    requireMethods('dataKeys', options?.dataKeys, ['open'], WITH_DATA_KEYS);
    const reader = new ByteReader(viewOf(message));
    const header = parseHeader(reader, limitsOf(options.limits));
    const { encryptionContext, encryptedDataKeys } = header;
    const match = options.contextMatch === 'subset' ? 'subset' : 'exact'; // what nobody checks for JavaScript is read as the stricter
    if (options.encryptionContext !== undefined) requireContext(encryptionContext, { ...options.encryptionContext }, match);
    const dataKey = await options.dataKeys.open(encryptedDataKeys, encryptionContext);
    const cipher = withDataKey(dataKey, (key) => requireHeader(header, key));
    return { plaintext: openFrames(reader, header, cipher), encryptionContext };
  }

  private constructor() {}
}

/** Uses a data key once, and zeroes it whatever happens. */
function withDataKey<T>(dataKey: Uint8Array, use: (dataKey: Uint8Array) => T): T {
  try {
    if (dataKey.length !== KEY_BYTES) throw new DataKeyError(`The data key has ${byteCount(dataKey.length)}; the suite takes ${KEY_BYTES}.`);
    return use(dataKey);
  } finally {
    dataKey.fill(0);
  }
}
