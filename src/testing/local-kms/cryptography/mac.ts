import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { KmsException } from '../exceptions';

/** The hash of each MAC algorithm (AWS KMS Developer Guide, Key spec reference). */
const HASHES = { HMAC_SHA_224: 'sha224', HMAC_SHA_256: 'sha256', HMAC_SHA_384: 'sha384', HMAC_SHA_512: 'sha512' } as const;

export interface AuthenticatedMessage {
  readonly Message: Uint8Array;
  readonly MacAlgorithm: keyof typeof HASHES;
}

export function macOf(secret: KeyObject, { Message, MacAlgorithm }: AuthenticatedMessage): Uint8Array {
  return Uint8Array.from(createHmac(HASHES[MacAlgorithm], secret).update(Message).digest());
}

/** @throws `KMSInvalidMacException` when it is not the MAC of this message by this key and algorithm */
export function requireMac(secret: KeyObject, message: AuthenticatedMessage, mac: Uint8Array): void {
  const expected = macOf(secret, message);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) { throw new KmsException('KMSInvalidMacException'); }
}
