import { createECDH, createHash, type KeyObject } from 'node:crypto';
import { abscissa, decodeSignature, encodeSignature, numberOf, ORDERS, pointOf } from './elliptic-curve';
import { modularInverse } from './modular-inverse';

// GB/T 32918.2, the signature of SM2: node:crypto makes its keys, but knows no distinguishing ID, and signs no digests.

const CURVE = 'SM2';
const ORDER = ORDERS[CURVE]!;

/** GB/T 32918.5: a, b, and the base point's x and y. */
const PARAMETERS = Buffer.from('fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc'
  + '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93'
  + '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7'
  + 'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0', 'hex');

/** What AWS KMS takes where none is given (AWS KMS API Reference, Verify). */
const DISTINGUISHING_ID = Buffer.from('1234567812345678');

/** Section 5.5 and step A1 of 6.1: what is signed of a message. */
export function sm2Digest(privateKey: KeyObject, message: Uint8Array): Buffer {
  const idBits = Buffer.from([0, 8 * DISTINGUISHING_ID.length]);
  const publicPoint = pointOf(CURVE, secretOf(privateKey)).subarray(1);
  return sm3(sm3(idBits, DISTINGUISHING_ID, PARAMETERS, publicPoint), message);
}

/** Section 6.1 */
export function sm2Sign(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const secret = secretOf(privateKey);
  const nonce = createECDH(CURVE);
  const r = (numberOf(digest) + abscissa(nonce.generateKeys())) % ORDER;
  const s = modularInverse(1n + secret, ORDER) * (numberOf(nonce.getPrivateKey()) + (ORDER - r) * secret) % ORDER;
  return encodeSignature(r, s);
}

/** Section 7.1, where s·G + t·P is (s + t·d)·G, of the private key d that LocalKms holds. */
export function sm2Verify(privateKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = decodeSignature(signature, ORDER) ?? [];
  if (r === undefined || s === undefined) { return false; }
  const multiple = (s + (r + s) * secretOf(privateKey)) % ORDER;
  return multiple !== 0n && (numberOf(digest) + abscissa(pointOf(CURVE, multiple))) % ORDER === r;
}

// SM2 keys have no JWK; in PKCS #8 this is where the number is.
function secretOf(privateKey: KeyObject): bigint {
  return numberOf(privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(36, 68));
}

function sm3(...parts: Uint8Array[]): Buffer {
  return createHash('sm3').update(Buffer.concat(parts)).digest();
}
