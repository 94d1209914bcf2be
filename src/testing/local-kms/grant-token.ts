import { randomUUID } from 'node:crypto';
import { KmsException } from './exceptions';
import type { KeyGrant } from './grant';

const TOKEN = /^grant (\S+) (\S+) [0-9a-f-]{36}$/;

/** A token that names the grant: another one each time, all of them interchangeable (API Reference, CreateGrant). */
export function newGrantToken({ KeyId, GrantId }: KeyGrant): string {
  return Buffer.from(`grant ${KeyId} ${GrantId} ${randomUUID()}`).toString('base64url');
}

/** @throws `InvalidGrantTokenException` */
export function readGrantToken(token: string): { readonly keyArn: string; readonly grantId: string } {
  const bytes = Buffer.from(token, 'base64url');
  const [, keyArn, grantId] = TOKEN.exec(bytes.toString()) ?? [];
  // Decoding passes over what is no base64.
  if (!keyArn || !grantId || bytes.toString('base64url') !== token) { invalidGrantToken(); }
  return { keyArn, grantId };
}

export function invalidGrantToken(): never {
  throw new KmsException('InvalidGrantTokenException', 'The grant token is not one of this KMS.');
}
