import { evaluate } from '../../proof';
import { ServiceException } from '../aws-json/service-exception';
import type { Principal } from '../local-kms/callers/caller';

/**
 * What has no policy of its own is as a key whose policy leaves everything to its account: identity policies decide.
 *
 * @throws AccessDeniedException in AWS's words
 */
export function authorizeByIdentity(
  principal: Principal, action: string, resource: string, context: Readonly<Record<string, string | string[]>>,
): void {
  const [, partition, , , account] = principal.arn.split(':') as [string, string, string, string, string];
  const Action = `${action.split(':')[0]}:*`;
  const delegation = { Effect: 'Allow' as const, Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action, Resource: '*' };
  const { decision } = evaluate({
    keyPolicy: { Version: '2012-10-17', Statement: [delegation] },
    identityPolicies: [...principal.identityPolicies ?? []],
    permissionsBoundary: principal.permissionsBoundary,
    serviceControlPolicies: principal.serviceControlPolicies,
    request: { principal: principal.arn, action, resource, context: { ...context } },
  });
  if (decision === 'allow') return;
  const why = decision === 'explicitDeny' ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${action} action`;
  throw new ServiceException('AccessDeniedException', `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`);
}
