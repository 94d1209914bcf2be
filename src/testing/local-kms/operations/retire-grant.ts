import type { Input } from '../../aws-json/shape';
import type { Call } from '../call';
import { KmsException } from '../exceptions';
import { grantNotFound, requireGrantId } from '../grants/grant-list';
import { operation } from '../operation';
import { BooleanType, GrantIdType, GrantTokenType, KeyIdType } from '../service-model';

const members = {
  GrantToken: GrantTokenType,
  KeyId: KeyIdType,
  GrantId: GrantIdType,
  DryRun: BooleanType,
} as const;

/** The grant itself says who may. @see AWS KMS API Reference, RetireGrant */
export const retireGrant = operation(members, (request, call) => {
  const { keyId, grantId } = named(request, call);
  const key = call.resolve(keyId);
  const grant = key.grants.find(({ GrantId }) => GrantId === grantId);
  call.authorizeRetirement(key, grant, request.GrantToken);
  if (!grant) { throw grantNotFound(grantId); }
  call.endDryRun(request);
  key.grants = key.grants.filter((other) => other !== grant);
});

function named({ GrantToken, KeyId, GrantId }: Input<typeof members>, call: Call): { readonly keyId: string; readonly grantId: string } {
  if (GrantToken !== undefined && KeyId === undefined && GrantId === undefined) {
    const grant = call.grantOfToken(GrantToken);
    return { keyId: grant.KeyId, grantId: grant.GrantId };
  }
  if (GrantToken !== undefined || KeyId === undefined || GrantId === undefined) {
    throw new KmsException('ValidationException', 'You must specify either a grant token, or both a grant ID and a key ID.');
  }
  requireGrantId(GrantId);
  return { keyId: KeyId, grantId: GrantId };
}
