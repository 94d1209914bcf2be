/* eslint-disable no-bitwise -- arithmetic in GF(2^128) is made of bits */
import { randomBytes } from 'node:crypto';

/*
 * The forbidden attack on AES-GCM (A. Joux, "Authentication Failures in NIST version of GCM", 2006): two tags under one key and one
 * initialisation vector differ by a polynomial in the GHASH key, whose roots are its candidates; with it any tag can be forged.
 */

type Element = bigint;

/** Coefficients from the lowest degree up. */
type Polynomial = Element[];

/** What a tag authenticates. */
export interface Tagged {
  readonly aad: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

const REDUCTION = 0xe1n << 120n;
const ONE = 1n << 127n;
const X: Polynomial = [0n, ONE];

/** The keys that GHASH can have had, from two tags of one initialisation vector. Nothing else of the key is known. */
export function hashKeysOf(one: Tagged, other: Tagged): Element[] {
  const [a, b] = [blocksOf(one), blocksOf(other)];
  const at = (blocks: Element[], degree: number) => blocks[blocks.length - degree] ?? 0n;
  const degrees = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index + 1);
  return rootsOf(trimmed([numberOf(one.tag) ^ numberOf(other.tag), ...degrees.map((degree) => at(a, degree) ^ at(b, degree))]));
}

/** The tag of another ciphertext in the place of a known one. */
export function forgedTag(hashKey: Element, known: Tagged, ciphertext: Buffer): Buffer {
  const hash = (tagged: Tagged) => blocksOf(tagged).reduce((hashed, block) => multiply(hashed ^ block, hashKey), 0n);
  const tag = numberOf(known.tag) ^ hash(known) ^ hash({ ...known, ciphertext });
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex');
}

function blocksOf({ aad, ciphertext }: Tagged): Element[] {
  const padded = (bytes: Buffer) => Array.from({ length: Math.ceil(bytes.length / 16) }, (_, index) =>
    numberOf(Buffer.concat([bytes.subarray(16 * index, 16 * index + 16), Buffer.alloc(16)]).subarray(0, 16)));
  return [...padded(aad), ...padded(ciphertext), (BigInt(aad.length * 8) << 64n) | BigInt(ciphertext.length * 8)];
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function multiply(one: Element, other: Element): Element {
  let [product, shifted] = [0n, other];
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((one >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n;
  }
  return product;
}

function inverse(element: Element): Element {
  let [result, square] = [ONE, element];
  for (let power = 1; power < 128; power++) result = multiply(result, square = multiply(square, square));
  return result;
}

/** By equal-degree splitting with the trace (Cantor and Zassenhaus, in characteristic 2). */
function rootsOf(polynomial: Polynomial): Element[] {
  const monic = normed(polynomial);
  return linearFactors(commonDivisor(monic, sum(frobenius(X, monic).at(-1)!, X))).map(([root]) => root!);
}

function linearFactors(product: Polynomial): Polynomial[] {
  if (product.length <= 2) return product.length === 2 ? [product] : [];
  const trace = frobenius([0n, numberOf(randomBytes(16))], product).slice(0, -1).reduce(sum);
  const factor = trace.length > 0 ? commonDivisor(product, trace) : product;
  if (factor.length === 1 || factor.length === product.length) return linearFactors(product);
  return [...linearFactors(factor), ...linearFactors(divide(product, factor).quotient)];
}

/** The polynomial to the powers 2^0 to 2^128. */
function frobenius(polynomial: Polynomial, modulus: Polynomial): Polynomial[] {
  const powers = [divide(polynomial, modulus).remainder];
  for (let power = 1; power <= 128; power++) {
    const squared = powers.at(-1)!.flatMap((coefficient, degree) => (degree > 0 ? [0n] : []).concat(multiply(coefficient, coefficient)));
    powers.push(divide(squared, modulus).remainder);
  }
  return powers;
}

function commonDivisor(one: Polynomial, other: Polynomial): Polynomial {
  return other.length === 0 ? normed(one) : commonDivisor(normed(other), divide(one, normed(other)).remainder);
}

/** @param divisor with a leading coefficient of one */
function divide(dividend: Polynomial, divisor: Polynomial): { quotient: Polynomial; remainder: Polynomial } {
  const rest = [...dividend];
  for (let top = rest.length - 1; top >= divisor.length - 1; top--) {
    divisor.slice(0, -1).forEach((coefficient, degree) => { rest[top - divisor.length + 1 + degree]! ^= multiply(rest[top]!, coefficient); });
  }
  return { quotient: rest.slice(divisor.length - 1), remainder: trimmed(rest.slice(0, divisor.length - 1)) };
}

function normed(polynomial: Polynomial): Polynomial {
  const factor = inverse(polynomial.at(-1)!);
  return polynomial.map((coefficient) => multiply(coefficient, factor));
}

function sum(one: Polynomial, other: Polynomial): Polynomial {
  return trimmed(Array.from({ length: Math.max(one.length, other.length) }, (_, degree) => (one[degree] ?? 0n) ^ (other[degree] ?? 0n)));
}

function trimmed(polynomial: Polynomial): Polynomial {
  return polynomial.at(-1) === 0n ? trimmed(polynomial.slice(0, -1)) : polynomial;
}
