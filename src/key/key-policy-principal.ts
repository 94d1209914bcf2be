import { Aws, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { pathOf } from './construct-path';
import { accountOf, arnWithoutReference, compareAccounts, granteeBehind, literalArn, literalName, ownedElement } from './grantee';
import { warn } from './warning';

/**
 * The principal as a key policy names it.
 *
 * A role or user of another stack becomes its account under a condition on `aws:PrincipalArn`: the key policy then refers to
 * nothing in that stack, stays valid when the role is made anew, and can be deployed before the role exists.
 *
 * @throws when no key policy can name the principal
 */
export function keyPolicyPrincipal(given: iam.IPrincipal, key: IConstruct): iam.IPrincipal {
  const { identity, conditions, takesNoPolicies } = granteeBehind(given);
  if (identity instanceof iam.OrganizationPrincipal) { return ofOtherAccounts(given, key); }
  const named = withoutReference(identity, key, takesNoPolicies);
  if (named === identity && !takesNoPolicies) { return given; }
  return Object.keys(conditions).length > 0 ? new iam.PrincipalWithConditions(named, conditions) : named;
}

/** The ARNs of a principal as `keyPolicyPrincipal` gives it: those that it names, or the patterns that a condition asks for. */
export function principalArns({ policyFragment: { principalJson, conditions } }: iam.IPrincipal): string[] {
  const byOperator = conditions as Record<string, Record<string, string | string[]>>;
  return [byOperator['ArnLike']?.['aws:PrincipalArn'] ?? principalJson['AWS'] ?? []].flat();
}

function withoutReference(identity: iam.IPrincipal, key: IConstruct, takesNoPolicies: boolean): iam.IPrincipal {
  refuseGroup(identity, key);
  const element = ownedElement(identity);
  if (element && Stack.of(element) === Stack.of(key)) { return identity; }
  if (element) {
    const arn = arnWithoutReference(identity, element, Stack.of(key));
    const isPattern = !literalName(element) && Stack.of(element).environment === Stack.of(key).environment;
    if (isPattern) { warnOfPattern(key, pathOf(element), takesNoPolicies); }
    return takesNoPolicies ? new iam.ArnPrincipal(arn) : underArn(Stack.of(element).account, arn);
  }
  const arn = literalArn(identity);
  if (!arn || identity instanceof iam.ArnPrincipal) { return identity; }
  // Named directly, a role needs no IAM policy: that is for one that takes none, or whose account may be the key's own.
  const isNamedDirectly = takesNoPolicies || compareAccounts(Stack.of(key).account, accountOf(identity)) === 'unknown';
  return isNamedDirectly ? new iam.ArnPrincipal(arn) : underArn(accountOf(identity)!, arn);
}

// It is written as everybody of the organization, and everybody of the key's own account would then need no IAM policy.
function ofOtherAccounts(given: iam.IPrincipal, key: IConstruct): iam.IPrincipal {
  const { account } = Stack.of(key);
  const own = Token.isUnresolved(account) ? Aws.ACCOUNT_ID : account;
  return new iam.PrincipalWithConditions(given, { StringNotEquals: { 'aws:PrincipalAccount': own } });
}

function underArn(account: string, arn: string): iam.IPrincipal {
  const id = Token.isUnresolved(account) ? Aws.ACCOUNT_ID : account;
  return new iam.PrincipalWithConditions(new iam.AccountPrincipal(id), { ArnLike: { 'aws:PrincipalArn': arn } });
}

// AWS KMS Developer Guide, Key policies: IAM groups are no principals.
function refuseGroup(identity: iam.IPrincipal, key: IConstruct): void {
  if (identity instanceof iam.Group) {
    throw new Error(`${identity.node.path} is a group, and a key policy cannot name groups; the policy of ${key.node.path} would have to. `
      + 'Name its users or a role.');
  }
}

function warnOfPattern(key: IConstruct, path: string, takesNoPolicies: boolean): void {
  if (takesNoPolicies) {
    throw new Error(`${path} takes no policies and has no name, and ${key.node.path} is in another stack; neither half of a grant can reach it. `
      + 'Give it a roleName, or let it take policies.');
  }
  warn(key, 'cdk-customer-managed-keys:unnamedGrantee', `The key policy knows ${path} only by a pattern of the name that CloudFormation will give it, `
    + 'because it is in another stack and has no name. Give it a roleName (or userName) to name it exactly.');
}
