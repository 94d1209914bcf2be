import { constants, createDecipheriv, createSecretKey, privateDecrypt, type KeyObject } from 'node:crypto';
import { isKeyPairSpec } from '../cryptography/key-pair';
import { KmsException } from '../exceptions';
import type { KeySpec } from '../keys/key-spec';

interface Algorithm {
  readonly oaepHash: string;
  /** Whether RSA wraps an AES key, and that the key material; else RSA wraps the key material itself. */
  readonly throughAes: boolean;
}

/** AWS KMS Developer Guide, Select a wrapping algorithm. SM2PKE is of the China Regions, RSAES_PKCS1_V1_5 is no longer. */
const ALGORITHMS = {
  RSAES_OAEP_SHA_1: { oaepHash: 'sha1', throughAes: false },
  RSAES_OAEP_SHA_256: { oaepHash: 'sha256', throughAes: false },
  RSA_AES_KEY_WRAP_SHA_1: { oaepHash: 'sha1', throughAes: true },
  RSA_AES_KEY_WRAP_SHA_256: { oaepHash: 'sha256', throughAes: true },
} as const satisfies Readonly<Record<string, Algorithm>>;

export type WrappingAlgorithm = keyof typeof ALGORITHMS;

export function isWrappingAlgorithm(name: string): name is WrappingAlgorithm {
  return Object.hasOwn(ALGORITHMS, name);
}

/** Whether the algorithm and a wrapping key of this spec wrap such key material: RSA alone is too short for some, AES is for private keys only. */
export function canWrap(spec: KeySpec, algorithm: WrappingAlgorithm, wrappingKeySpec: string): boolean {
  const { throughAes } = ALGORITHMS[algorithm];
  if (spec.startsWith('RSA_')) { return throughAes; }
  if (spec === 'ECC_NIST_P521') { return throughAes || wrappingKeySpec !== 'RSA_2048'; }
  return !throughAes || isKeyPairSpec(spec);
}

/** @throws `InvalidCiphertextException` when it was not wrapped with this key and algorithm */
export function unwrap(wrapped: Uint8Array, privateKey: KeyObject, algorithm: WrappingAlgorithm): Buffer {
  const { oaepHash, throughAes } = ALGORITHMS[algorithm];
  const rsa = (bytes: Uint8Array) => privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  const rsaLength = privateKey.asymmetricKeyDetails!.modulusLength! / 8;
  try {
    return throughAes ? aesUnwrap(wrapped.subarray(rsaLength), rsa(wrapped.subarray(0, rsaLength))) : rsa(wrapped);
  } catch {
    throw new KmsException('InvalidCiphertextException');
  }
}

// RFC 5649, with its initial value
function aesUnwrap(wrapped: Uint8Array, key: Uint8Array): Buffer {
  const decipher = createDecipheriv('id-aes256-wrap-pad', createSecretKey(key), Buffer.from('a65959a6', 'hex'));
  return Buffer.concat([decipher.update(wrapped), decipher.final()]);
}
