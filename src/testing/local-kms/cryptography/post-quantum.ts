import * as crypto from 'node:crypto';
import type { KeyObject, KeyPairKeyObjectResult } from 'node:crypto';
import { KmsException } from '../exceptions';

// ML-DSA (FIPS 204) and ML-KEM (FIPS 203) as newer versions of Node.js have them; the types in use know nothing of it.
const { generateKeyPairSync, encapsulate, decapsulate } = crypto as unknown as {
  readonly generateKeyPairSync: (type: string) => KeyPairKeyObjectResult;
  readonly encapsulate: (publicKey: KeyObject) => { readonly sharedKey: Buffer; readonly ciphertext: Buffer };
  readonly decapsulate: (privateKey: KeyObject, ciphertext: Uint8Array) => Buffer;
};
export { decapsulate, encapsulate };

/** @throws `UnsupportedOperationException` when this Node.js cannot */
export function generatePostQuantumPair(type: string): KeyPairKeyObjectResult {
  try {
    return generateKeyPairSync(type);
  } catch (cause) {
    throw new KmsException('UnsupportedOperationException',
      `LocalKms makes ${type} keys where Node.js does: this is ${process.version}. Use Node.js 24 or later, with OpenSSL 3.5.`, { cause });
  }
}

const SEED_AT = 30;
const SEED_BYTES = 64;

/** ML-KEM's private key as AWS KMS exports it: the seed alone, where OpenSSL writes the seed and the expanded key (API Reference, GenerateDataKeyPair). */
export function seedOnly(pkcs8: Buffer): Buffer {
  const algorithm = pkcs8.subarray(7, 20);
  return Buffer.concat([Buffer.from('3054020100', 'hex'), algorithm, Buffer.from('04428040', 'hex'), pkcs8.subarray(SEED_AT, SEED_AT + SEED_BYTES)]);
}
