import { createECDH, type KeyObject } from 'node:crypto';
import { modularInverse } from './modular-inverse';

// FIPS 186-5, Section 6.4, on a digest: node:crypto signs and verifies messages only. LocalKms holds the private key d in either case, so that
// verification needs no sum of points: u1·G + u2·Q is (u1 + u2·d)·G, which is the public key of that number.

/** The order of each curve's base point (SP 800-186; SEC 2), by the curve's name in node:crypto. */
const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1: BigInt('0x01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'
    + 'fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409'),
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
};

/** A signature, DER-encoded as RFC 3279 has it, of a digest no longer than the order of the key's curve. */
export function ecdsaSign(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const { curve, order, secret } = privateNumber(privateKey);
  const nonce = createECDH(curve);
  const r = abscissa(nonce.generateKeys()) % order;
  const s = (modularInverse(numberOf(nonce.getPrivateKey()), order) * (numberOf(digest) + r * secret)) % order;
  return encode(r, s);
}

export function ecdsaVerify(privateKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const { curve, order, secret } = privateNumber(privateKey);
  const [r, s] = decode(signature);
  const inRange = [r, s].every((value) => value > 0n && value < order);
  if (!inRange || !encode(r, s).equals(signature)) { return false; }
  const multiple = (modularInverse(s, order) * (numberOf(digest) + r * secret)) % order;
  return multiple !== 0n && abscissa(pointOf(curve, multiple, order)) % order === r;
}

function privateNumber(privateKey: KeyObject): { readonly curve: string; readonly order: bigint; readonly secret: bigint } {
  const curve = privateKey.asymmetricKeyDetails!.namedCurve!;
  return { curve, order: ORDERS[curve]!, secret: numberOf(Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url')) };
}

function pointOf(curve: string, multiple: bigint, order: bigint): Buffer {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(multiple.toString(16).padStart(evenDigits(order), '0'), 'hex');
  return ecdh.getPublicKey();
}

// An uncompressed point is 04, x, y.
function abscissa(point: Buffer): bigint {
  return numberOf(point.subarray(1, 1 + (point.length - 1) / 2));
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function evenDigits(value: bigint): number {
  return 2 * Math.ceil(value.toString(16).length / 2);
}

function encode(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from(body.length < 0x80 ? [0x30, body.length] : [0x30, 0x81, body.length]), body]);
}

function integer(value: bigint): Buffer {
  const bytes = Buffer.from(value.toString(16).padStart(evenDigits(value), '0'), 'hex');
  const positive = bytes[0]! < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

/** Reads what `encode` writes, and something or other from anything else. */
function decode(signature: Uint8Array): readonly [r: bigint, s: bigint] {
  const at = signature[1] === 0x81 ? 3 : 2;
  const end = at + 2 + (signature[at + 1] ?? 0);
  return [numberOf(signature.subarray(at + 2, end)), numberOf(signature.subarray(end + 2))];
}
