import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { namedInKeyPolicy } from './key-grants';

/**
 * The administrator as the key policy names it.
 *
 * @throws when it is anything but a role or a user
 */
export function namedAdministrator(key: kms.Key, grantee: iam.IGrantable): iam.IPrincipal {
  const principal = grantee.grantPrincipal;
  const { principalJson } = principal.policyFragment;
  const arns = principalJson['AWS'] ?? [];
  const isRoleOrUser = Object.keys(principalJson).join() === 'AWS' && arns.length > 0 && !arns.some(isMany);
  if (isRoleOrUser && !MANY.some((type) => principal instanceof type)) { return namedInKeyPolicy(key, principal); }
  throw new Error(`${principal} is to administer ${key.node.path}; administrators are roles and users, because they are denied the use of the key, `
    + 'and a Deny for more than those would shut out applications. Name a role or a user.');
}

const MANY = [iam.AccountPrincipal, iam.OrganizationPrincipal, iam.StarPrincipal];

function isMany(arn: string): boolean {
  return arn === '*' || arn.endsWith(':root') || /^\d{12}$/.test(arn);
}
