import { unsupported } from '../../aws-json/shape';
import { partitionOf } from '../../partition';
import { KmsException } from '../exceptions';
import { grantPage } from '../grant-list';
import { operation } from '../operation';
import { isPrincipalArn } from '../principal-arn';
import { GrantLimitType, MarkerType, PrincipalIdType, ServicePrincipalType } from '../service-model';

/**
 * Of the keys of every account in the Region. IAM decides, with the retiring principal as the resource: one of the caller's own account.
 *
 * @see AWS KMS API Reference, ListRetirableGrants
 */
export const listRetirableGrants = operation({
  Limit: GrantLimitType,
  Marker: MarkerType,
  RetiringPrincipal: PrincipalIdType,
  RetiringServicePrincipal: unsupported(ServicePrincipalType, 'only AWS services list by it, whom no policy here can allow to.'),
}, ({ RetiringPrincipal, ...request }, call) => {
  if (RetiringPrincipal === undefined) { throw new KmsException('ValidationException', 'You must specify RetiringPrincipal or RetiringServicePrincipal.'); }
  if (!isPrincipalArn(RetiringPrincipal, partitionOf(call.caller.region))) {
    throw new KmsException('InvalidArnException', `Invalid principal: ${RetiringPrincipal}`);
  }
  call.authorizeByIdentity('ListRetirableGrants', {}, RetiringPrincipal);
  const grants = call.store.grantsIn(call.caller.region, call.now).filter((grant) => grant.RetiringPrincipal === RetiringPrincipal);
  return grantPage(grants, request);
});
