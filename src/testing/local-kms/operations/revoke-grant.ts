import { required } from '../../aws-json/shape';
import { grantNotFound, requireGrantId } from '../grants/grant-list';
import { operation } from '../operation';
import { BooleanType, GrantIdType, KeyIdType } from '../service-model';

/** Takes kms:RevokeGrant, whatever the grant says. @see AWS KMS API Reference, RevokeGrant */
export const revokeGrant = operation({
  KeyId: required(KeyIdType),
  GrantId: required(GrantIdType),
  DryRun: BooleanType,
}, (request, call) => {
  requireGrantId(request.GrantId);
  const key = call.resolve(request.KeyId);
  call.admit(key, 'RevokeGrant', request);
  const left = key.grants.filter(({ GrantId }) => GrantId !== request.GrantId);
  if (left.length === key.grants.length) { throw grantNotFound(request.GrantId); }
  call.endDryRun(request);
  key.grants = left;
});
