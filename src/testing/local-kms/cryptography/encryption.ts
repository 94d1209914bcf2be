import { decryptUnder, encryptUnder, headerOf } from './ciphertext';
import type { EncryptionContext } from './encryption-context';
import { oaepDecrypt, oaepEncrypt } from './rsaes-oaep';
import type { Key } from '../keys/key';

/** How Encrypt, Decrypt and each half of ReEncrypt ask for it. */
export interface Encryption {
  readonly EncryptionContext?: EncryptionContext | undefined;
  readonly EncryptionAlgorithm?: string | undefined;
}

export interface Decrypted {
  readonly plaintext: Uint8Array;
  /** Of symmetric encryption keys only. */
  readonly materialId?: string;
}

/** Encrypts with the algorithm asked for, which is one of the key's. */
export function encryptWith(key: Key, plaintext: Uint8Array, { EncryptionContext, EncryptionAlgorithm }: Encryption): Uint8Array {
  return isSymmetric(EncryptionAlgorithm) ? encryptUnder(key, plaintext, EncryptionContext) : oaepEncrypt(key, plaintext, EncryptionAlgorithm);
}

/** @throws `InvalidCiphertextException` */
export function decryptWith(key: Key, blob: Uint8Array, { EncryptionContext, EncryptionAlgorithm }: Encryption): Decrypted {
  if (!isSymmetric(EncryptionAlgorithm)) { return { plaintext: oaepDecrypt(key, blob, EncryptionAlgorithm) }; }
  return { plaintext: decryptUnder(key, blob, EncryptionContext), materialId: headerOf(blob).materialId };
}

/** Symmetric encryption is the default (API Reference, Encrypt). */
export function isSymmetric(algorithm: string | undefined): algorithm is 'SYMMETRIC_DEFAULT' | undefined {
  return algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT';
}
