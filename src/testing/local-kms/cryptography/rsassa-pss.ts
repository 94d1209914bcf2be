import { constants, createHash, createPublicKey, privateEncrypt, publicDecrypt, randomBytes, type KeyObject } from 'node:crypto';

// RFC 8017, RSASSA-PSS, on a digest: node:crypto signs and verifies messages only. The salt is as long as the digest.

const padding = constants.RSA_NO_PADDING;

export function rsassaPssSign(privateKey: KeyObject, digest: Uint8Array, hash: string): Buffer {
  const salt = randomBytes(digest.length);
  return privateEncrypt({ key: privateKey, padding }, encode(digest, salt, hash, modulusBytes(privateKey)));
}

export function rsassaPssVerify(privateKey: KeyObject, digest: Uint8Array, hash: string, signature: Uint8Array): boolean {
  const encoded = opened(privateKey, signature);
  if (!encoded) { return false; }
  const salt = unmask(encoded, digest.length, hash).subarray(-digest.length);
  return encode(digest, salt, hash, encoded.length).equals(encoded);
}

function modulusBytes(key: KeyObject): number {
  return key.asymmetricKeyDetails!.modulusLength! / 8;
}

function opened(privateKey: KeyObject, signature: Uint8Array): Buffer | undefined {
  try {
    return publicDecrypt({ key: createPublicKey(privateKey), padding }, signature);
  } catch {
    return undefined; // of another length, or beyond the modulus
  }
}

/** Section 9.1.1, EMSA-PSS-ENCODE, for moduli of whole bytes. */
function encode(digest: Uint8Array, salt: Uint8Array, hash: string, length: number): Buffer {
  const seed = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const block = Buffer.concat([Buffer.alloc(length - salt.length - seed.length - 2), Buffer.from([1]), salt]);
  return Buffer.concat([masked(block, seed, hash), seed, Buffer.from([0xbc])]);
}

function unmask(encoded: Buffer, hashLength: number, hash: string): Buffer {
  const seedAt = encoded.length - hashLength - 1;
  return masked(encoded.subarray(0, seedAt), encoded.subarray(seedAt, -1), hash);
}

/* eslint-disable no-bitwise -- a mask is laid over bits */
function masked(block: Buffer, seed: Buffer, hash: string): Buffer {
  const mask = maskOf(seed, block.length, hash);
  const bytes = block.map((byte, at) => byte ^ mask[at]!);
  bytes[0]! &= 0x7f; // the encoding is one bit shorter than the modulus
  return Buffer.from(bytes);
}
/* eslint-enable no-bitwise */

/** Appendix B.2.1, MGF1. */
function maskOf(seed: Buffer, length: number, hash: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / seed.length) }, (_, counter) =>
    createHash(hash).update(seed).update(Buffer.from([0, 0, 0, counter])).digest());
  return Buffer.concat(blocks).subarray(0, length);
}
