import { partitionOf } from '../../partition';
import type { Call } from '../call';
import { accessDenied } from '../callers/authorization';
import { invalidPrincipal, isPrincipalArn } from '../callers/principal-arn';
import { KmsException } from '../exceptions';
import { grantPage } from '../grants/grant-list';
import { operation } from '../operation';
import { GrantLimitType, MarkerType, PrincipalIdType, ServicePrincipalType } from '../service-model';

/** Of the keys of every account in the Region. @see AWS KMS API Reference, ListRetirableGrants */
export const listRetirableGrants = operation({
  Limit: GrantLimitType,
  Marker: MarkerType,
  RetiringPrincipal: PrincipalIdType,
  RetiringServicePrincipal: ServicePrincipalType,
}, ({ RetiringPrincipal: principal, RetiringServicePrincipal: service, ...request }, call) => {
  if ((principal === undefined) === (service === undefined)) {
    throw new KmsException('ValidationException', 'You must specify either RetiringPrincipal or RetiringServicePrincipal, but not both.');
  }
  if (principal !== undefined) { authorizePrincipal(principal, call); } else { requireOwnName(service!, call); }
  const grants = call.store.grantsIn(call.caller.region, call.now)
    .filter(({ RetiringPrincipal, RetiringServicePrincipal }) => RetiringPrincipal === principal && RetiringServicePrincipal === service);
  return grantPage(grants, request);
});

/** IAM decides, with the retiring principal as the resource: one of the caller's own account. */
function authorizePrincipal(principal: string, call: Call): void {
  if (!isPrincipalArn(principal, partitionOf(call.caller.region))) { throw invalidPrincipal(principal); }
  call.authorizeByIdentity('ListRetirableGrants', {}, principal);
}

// The page lets service principals filter so and names no permission: here a service lists its own.
function requireOwnName(service: string, { caller }: Call): void {
  if (!caller.isService) { throw new KmsException('ValidationException', 'Only a service principal can filter by RetiringServicePrincipal.'); }
  if (caller.principal.arn === service) { return; }
  throw accessDenied({ caller, action: 'ListRetirableGrants' }, `on resource: ${service}`, 'a service lists the grants that it can retire itself.');
}
