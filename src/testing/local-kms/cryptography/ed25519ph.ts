import { createHash, type KeyObject } from 'node:crypto';
import { modularInverse } from './modular-inverse';

// RFC 8032, Section 5.1, Ed25519ph with no context: node:crypto has Ed25519 only. For tests: it does not run in constant time.

const P = 2n ** 255n - 19n;
const D = mod(-121665n * modularInverse(121666n, P));
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const DOM2 = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Buffer.from([1, 0])]);

/** Section 5.1.4: extended homogeneous coordinates. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const NEUTRAL: Point = [0n, 1n, 1n, 0n];
const BASE = affine(15112221349535400772501151409588531511454012693041857206046113283949847762202n, mod(4n * modularInverse(5n, P)));

/** Section 5.1.6. The message is hashed here, whatever it is. */
export function ed25519phSign(privateKey: KeyObject, message: Uint8Array): Buffer {
  const { d, x: publicKey } = privateKey.export({ format: 'jwk' });
  const expanded = sha512(Buffer.from(d!, 'base64url'));
  const digest = sha512(message);
  const nonce = numberOf(sha512(DOM2, expanded.subarray(32), digest)) % ORDER;
  const commitment = encoded(multiple(BASE, nonce));
  const challenge = numberOf(sha512(DOM2, commitment, Buffer.from(publicKey!, 'base64url'), digest));
  return Buffer.concat([commitment, bytesOf((nonce + challenge * secretOf(expanded)) % ORDER)]);
}

/** Section 5.1.5: the lowest three bits and the highest are clear, the second highest is set. */
function secretOf(expanded: Buffer): bigint {
  const bits = numberOf(expanded.subarray(0, 32)) % 2n ** 254n;
  return 2n ** 254n + bits - bits % 8n;
}

function multiple(point: Point, times: bigint): Point {
  if (times === 0n) { return NEUTRAL; }
  const half = multiple(add(point, point), times / 2n);
  return times % 2n === 1n ? add(half, point) : half;
}

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  return [mod((b - a) * (d - c)), mod((d + c) * (b + a)), mod((d - c) * (d + c)), mod((b - a) * (b + a))];
}

function affine(x: bigint, y: bigint): Point {
  return [x, y, 1n, mod(x * y)];
}

/** Section 5.1.2: y, and above it the lowest bit of x. */
function encoded([x, y, z]: Point): Buffer {
  const scale = modularInverse(z, P);
  return bytesOf(mod(y * scale) + 2n ** 255n * (mod(x * scale) % 2n));
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function sha512(...parts: Uint8Array[]): Buffer {
  return createHash('sha512').update(Buffer.concat(parts)).digest();
}

// Numbers are little-endian here.
function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
