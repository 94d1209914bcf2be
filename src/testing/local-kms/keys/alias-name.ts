import { KmsException } from '../exceptions';

/** What the limits of the service model leave open about an alias name (API Reference, CreateAlias). */
export function requireAliasName(name: string): void {
  if (!name.startsWith('alias/') || name === 'alias/') {
    throw new KmsException('ValidationException',
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html');
  }
  // What AWS KMS was seen to answer; the API Reference speaks of InvalidAliasNameException only.
  if (name.startsWith('alias/aws/')) { throw new KmsException('NotAuthorizedException'); }
}
