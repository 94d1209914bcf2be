import { createECDH, type KeyObject } from 'node:crypto';
import { abscissa, decodeSignature, encodeSignature, numberOf, ORDERS, pointOf } from './elliptic-curve';
import { modularInverse } from './modular-inverse';

// FIPS 186-5, Section 6.4, on a digest: node:crypto signs and verifies messages only. LocalKms holds the private key d in either case, so that
// verification needs no sum of points: u1·G + u2·Q is (u1 + u2·d)·G, which is the public key of that number.

/** A signature of a digest no longer than the order of the key's curve. */
export function ecdsaSign(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const { curve, order, secret } = privateNumber(privateKey);
  const nonce = createECDH(curve);
  const r = abscissa(nonce.generateKeys()) % order;
  const s = (modularInverse(numberOf(nonce.getPrivateKey()), order) * (numberOf(digest) + r * secret)) % order;
  return encodeSignature(r, s);
}

export function ecdsaVerify(privateKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const { curve, order, secret } = privateNumber(privateKey);
  const [r, s] = decodeSignature(signature, order) ?? [];
  if (r === undefined || s === undefined) { return false; }
  const multiple = (modularInverse(s, order) * (numberOf(digest) + r * secret)) % order;
  return multiple !== 0n && abscissa(pointOf(curve, multiple)) % order === r;
}

function privateNumber(privateKey: KeyObject): { readonly curve: string; readonly order: bigint; readonly secret: bigint } {
  const curve = privateKey.asymmetricKeyDetails!.namedCurve!;
  return { curve, order: ORDERS[curve]!, secret: numberOf(Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url')) };
}
