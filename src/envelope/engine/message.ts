import { randomBytes } from 'node:crypto';
import { types } from 'node:util';
import { KEY_BYTES, MESSAGE_ID_BYTES } from './algorithm-suite';
import { byteCount } from './bytes';
import { DataKeyUse } from './data-keys';
import { DataKeyError, EnvelopeError } from './errors';
import { FrameCipher } from './frame-cipher';
import { ParsedHeader } from './header';
import { deriveMessageKeys, requireCommitment } from './key-derivation';
import { MessageOpener } from './message-opener';
import { MessageSealer } from './message-sealer';
import { Opening } from './open-options';
import { Sealing } from './seal-options';

type Push = (bytes: Buffer) => void;

/** Asks for a data key, and pushes the header of a message under it. */
export async function beginSealing(sealing: Sealing, use: DataKeyUse, push: Push): Promise<MessageSealer> {
  const { dataKeys, ...rest } = sealing;
  const { plaintext, encrypted } = await answerOf(() => dataKeys.generate(sealing.encryptionContext, use));
  return withDataKey(plaintext, (dataKey) =>
    new MessageSealer({ ...rest, dataKey, messageId: randomBytes(MESSAGE_ID_BYTES), encryptedDataKeys: encrypted }, push));
}

/** Refuses a message by its header, or asks for its data key to open what follows. */
export async function beginOpening(header: ParsedHeader, opening: Opening, push: Push): Promise<MessageOpener> {
  opening.require(header);
  const dataKey = await answerOf(() => opening.dataKeys.open(header.encryptedDataKeys, header.encryptionContext));
  return withDataKey(dataKey, (key) => new MessageOpener(header, requireHeader(header, key), opening.limits, push));
}

/** Refuses a message of another data key, or with another header, before any frame is read. */
export function requireHeader(header: ParsedHeader, dataKey: Uint8Array): FrameCipher {
  const keys = deriveMessageKeys(header.suite, dataKey, header.messageId);
  requireCommitment(keys, header.commitment);
  const cipher = new FrameCipher(keys.cipherKey, header.messageId);
  cipher.requireHeaderTag(header.body, header.tag);
  return cipher;
}

/** Uses a data key once, and zeroes it whatever happens. */
export function withDataKey<T>(dataKey: Uint8Array, use: (dataKey: Uint8Array) => T): T {
  if (!types.isUint8Array(dataKey)) throw new DataKeyError('The data keys answered without a data key.');
  try {
    if (dataKey.length !== KEY_BYTES) throw new DataKeyError(`The data key has ${byteCount(dataKey.length)}; the suite takes ${KEY_BYTES}.`);
    return use(dataKey);
  } finally {
    dataKey.fill(0);
  }
}

/** Whatever an owner of keys fails with, it is a failure of the engine. */
async function answerOf<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof EnvelopeError) throw cause;
    throw new DataKeyError(`The data keys failed with ${String((cause as Error | undefined)?.name)}.`, cause);
  }
}
