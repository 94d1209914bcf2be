import { createHmac, createSecretKey, KeyObject, timingSafeEqual } from 'node:crypto';
import { AlgorithmSuite, HASH, KEY_BYTES } from './algorithm-suite';
import { uint16 } from './bytes';
import { TamperedMessageError } from './errors';

const DERIVE_KEY = Buffer.from('DERIVEKEY');
const COMMIT_KEY = Buffer.from('COMMITKEY');

/** What a data key becomes within one message. */
export interface MessageKeys {
  readonly cipherKey: KeyObject;
  readonly commitment: Buffer;
}

/** HKDF (RFC 5869) with the message id as the salt: one extraction, two expansions of one block each. */
export function deriveMessageKeys(suite: AlgorithmSuite, dataKey: Uint8Array, messageId: Buffer): MessageKeys {
  const pseudoRandomKey = createHmac(HASH, messageId).update(dataKey).digest();
  const derived = expand(pseudoRandomKey, Buffer.concat([uint16(suite.id), DERIVE_KEY]));
  const keys = { cipherKey: createSecretKey(derived), commitment: expand(pseudoRandomKey, COMMIT_KEY) };
  derived.fill(0);
  pseudoRandomKey.fill(0);
  return keys;
}

function expand(pseudoRandomKey: Buffer, info: Buffer): Buffer {
  return createHmac(HASH, pseudoRandomKey).update(info).update(Buffer.of(1)).digest().subarray(0, KEY_BYTES);
}

/** Refuses a message that was sealed under another data key. */
export function requireCommitment(keys: MessageKeys, commitment: Buffer): void {
  if (timingSafeEqual(keys.commitment, commitment)) return;
  throw new TamperedMessageError('The message is not bound to the data key that its header holds: the key commitment differs.');
}
