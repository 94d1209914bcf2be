import { constants, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import { invalidCiphertext } from './ciphertext';
import { KmsException } from '../exceptions';
import type { Key } from '../keys/key';

// RFC 8017, RSAES-OAEP: what anybody encrypts with the public key, the key decrypts, and nothing in a ciphertext tells its key.

const padding = constants.RSA_PKCS1_OAEP_PADDING;

/** The hash of each algorithm, which its mask has too (AWS KMS Developer Guide, Key spec reference). */
const HASHES: Readonly<Record<string, { readonly oaepHash: string; readonly bytes: number }>> = {
  RSAES_OAEP_SHA_1: { oaepHash: 'sha1', bytes: 20 },
  RSAES_OAEP_SHA_256: { oaepHash: 'sha256', bytes: 32 },
};

/** @throws `ValidationException` when the plaintext is longer than the algorithm can encrypt */
export function oaepEncrypt(key: Key, plaintext: Uint8Array, algorithm: string): Uint8Array {
  const { oaepHash, bytes } = HASHES[algorithm]!;
  const publicKey = createPublicKey(key.currentMaterial!.secret);
  const max = publicKey.asymmetricKeyDetails!.modulusLength! / 8 - 2 * bytes - 2;
  if (plaintext.length > max) {
    throw new KmsException('ValidationException', `Algorithm ${algorithm} and key spec ${key.spec} cannot encrypt data larger than ${max} bytes.`);
  }
  return Uint8Array.from(publicEncrypt({ key: publicKey, padding, oaepHash }, plaintext));
}

/** @throws `InvalidCiphertextException` when it was not encrypted with this key and algorithm */
export function oaepDecrypt(key: Key, ciphertext: Uint8Array, algorithm: string): Uint8Array {
  const { oaepHash } = HASHES[algorithm]!;
  try {
    return Uint8Array.from(privateDecrypt({ key: key.currentMaterial!.secret, padding, oaepHash }, ciphertext));
  } catch {
    throw invalidCiphertext();
  }
}
