import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { grantPage, requireGrantId } from '../grants/grant-list';
import { operation } from '../operation';
import { GrantIdType, GrantLimitType, KeyIdType, MarkerType, PrincipalIdType, ServicePrincipalType } from '../service-model';

/** @see AWS KMS API Reference, ListGrants */
export const listGrants = operation({
  Limit: GrantLimitType,
  Marker: MarkerType,
  KeyId: required(KeyIdType),
  GrantId: GrantIdType,
  GranteePrincipal: PrincipalIdType,
  GranteeServicePrincipal: ServicePrincipalType,
}, (request, call) => {
  const { GrantId, GranteePrincipal, GranteeServicePrincipal } = request;
  if (GranteePrincipal !== undefined && GranteeServicePrincipal !== undefined) {
    throw new KmsException('ValidationException', 'You can specify either GranteePrincipal or GranteeServicePrincipal, but not both.');
  }
  if (GranteeServicePrincipal !== undefined && !call.caller.isService) {
    throw new KmsException('ValidationException', 'Only a service principal can filter by GranteeServicePrincipal.');
  }
  if (GrantId !== undefined) { requireGrantId(GrantId); }
  const filters = Object.entries({ GrantId, GranteePrincipal, GranteeServicePrincipal }).filter(([, value]) => value !== undefined);
  const grants = call.key(request).grants.filter((grant) => filters.every(([name, value]) => grant[name as 'GrantId'] === value));
  return grantPage(grants, request);
});
