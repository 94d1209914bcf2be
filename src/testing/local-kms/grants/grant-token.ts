import { KmsException } from '../exceptions';
import type { KeyGrant } from './grant';
import type { TokenSeal } from '../cryptography/token-seal';

const PURPOSE = 'grant';

/** A token that names the grant: another one each time, all of them interchangeable (API Reference, CreateGrant). */
export function newGrantToken(seal: TokenSeal, { KeyId: keyArn, GrantId: grantId }: KeyGrant): string {
  return seal.seal(PURPOSE, JSON.stringify({ keyArn, grantId })).toString('base64url');
}

/** @throws `InvalidGrantTokenException` */
export function readGrantToken(seal: TokenSeal, token: string): { readonly keyArn: string; readonly grantId: string } {
  const bytes = Buffer.from(token, 'base64url');
  // Decoding passes over what is no base64.
  const content = bytes.toString('base64url') === token ? seal.open(PURPOSE, bytes) : undefined;
  return content === undefined ? invalidGrantToken() : JSON.parse(content);
}

export function invalidGrantToken(): never {
  throw new KmsException('InvalidGrantTokenException', 'The grant token is not one of this KMS.');
}
