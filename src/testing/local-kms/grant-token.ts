import { randomUUID } from 'node:crypto';
import { KmsException } from './exceptions';
import type { KeyGrant } from './grant';

const TOKEN = 'grant';

/** A token that names the grant: another one each time, all of them interchangeable (API Reference, CreateGrant). */
export function newGrantToken({ KeyId, GrantId }: KeyGrant): string {
  return Buffer.from([TOKEN, KeyId, GrantId, randomUUID()].join(' ')).toString('base64url');
}

/** @throws `InvalidGrantTokenException` */
export function readGrantToken(token: string): { readonly keyArn: string; readonly grantId: string } {
  const [kind, keyArn, grantId, , ...more] = Buffer.from(token, 'base64url').toString().split(' ');
  if (kind !== TOKEN || !keyArn || !grantId || more.length > 0) { invalidGrantToken(); }
  return { keyArn, grantId };
}

export function invalidGrantToken(): never {
  throw new KmsException('InvalidGrantTokenException', 'The grant token is not one of this KMS.');
}
