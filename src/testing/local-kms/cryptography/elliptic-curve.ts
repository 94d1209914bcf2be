import { createECDH } from 'node:crypto';

// What ECDSA and SM2 have in common. node:crypto multiplies the base point of a curve by a private key, which any number can be.

/** The order of each curve's base point (SP 800-186; SEC 2; GB/T 32918.5), by the curve's name in node:crypto. */
export const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1: BigInt('0x01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'
    + 'fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409'),
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  SM2: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
};

/** The base point as many times, uncompressed: 04, x, y. */
export function pointOf(curve: string, multiple: bigint): Buffer {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(multiple.toString(16).padStart(evenDigits(ORDERS[curve]!), '0'), 'hex');
  return ecdh.getPublicKey();
}

export function abscissa(point: Buffer): bigint {
  return numberOf(point.subarray(1, 1 + (point.length - 1) / 2));
}

export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

/** A signature, DER-encoded as RFC 3279 has it. */
export function encodeSignature(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from(body.length < 0x80 ? [0x30, body.length] : [0x30, 0x81, body.length]), body]);
}

/** Only what `encodeSignature` writes of two numbers that a signature can have; none of anything else. */
export function decodeSignature(signature: Uint8Array, order: bigint): readonly [r: bigint, s: bigint] | undefined {
  const at = signature[1] === 0x81 ? 3 : 2;
  const end = at + 2 + (signature[at + 1] ?? 0);
  const [r, s] = [numberOf(signature.subarray(at + 2, end)), numberOf(signature.subarray(end + 2))];
  const inRange = [r, s].every((value) => value > 0n && value < order);
  return inRange && encodeSignature(r, s).equals(signature) ? [r, s] : undefined;
}

function integer(value: bigint): Buffer {
  const bytes = Buffer.from(value.toString(16).padStart(evenDigits(value), '0'), 'hex');
  const positive = bytes[0]! < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

function evenDigits(value: bigint): number {
  return 2 * Math.ceil(value.toString(16).length / 2);
}
