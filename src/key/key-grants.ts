import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { compareAccounts, hasGeneratedName, importedArn, isImmutable, keyPolicyPrincipal } from './grantee';
import { KeyAccess } from './key-access';
import { actionsOfKind, explicitActions } from '../policy/actions';

/** A key that grants are made on. */
export interface GrantingKey {
  readonly key: kms.Key;
  readonly access: KeyAccess;

  /** The actions that the key supports. */
  readonly supported: readonly string[];
}

/**
 * Grants explicit actions on the key itself, in the policy or policies where the grant takes effect.
 *
 * | grantee | key policy | IAM policy |
 * |---|---|---|
 * | role or user of the account | only with `KEY_POLICY_ONLY` | yes |
 * | role of the account that takes no policies | named | – |
 * | identity of another account | its account under `aws:PrincipalArn` | the owner must add it: a warning says what |
 * | service, organization, account, … | yes | – |
 */
export function grantOnKey(target: GrantingKey, grantee: iam.IGrantable, requested: string[]): iam.Grant {
  const actions = narrowedActions(target, requested);
  const principal = grantee.grantPrincipal;
  const account = principal.principalAccount ? compareAccounts(target.key.env.account, principal.principalAccount) : 'unknown';
  if (account === 'different') { return grantToOtherAccount(target, grantee, actions); }
  refuseOtherRegion(target.key, principal);
  if (isImmutable(principal)) { return inKeyPolicy(target, grantee, actions, principal); }
  const identity = inIamPolicy(target, grantee, actions);
  const isEnough = identity.success && account === 'same' && target.access === KeyAccess.IAM_AND_KEY_POLICY;
  return isEnough ? identity : inKeyPolicy(target, grantee, actions, namedInKeyPolicy(target.key, principal)).combine(identity);
}

/** The explicit actions of a grant: wildcards keep what this kind of key can do. */
export function narrowedActions(target: Pick<GrantingKey, 'supported'>, requested: string[]): string[] {
  const others = actionsOfKind('administration', 'grant', 'read');
  return explicitActions(requested, [...target.supported, ...others]);
}

/** The principal as the key policy names it; a group has no place there (AWS KMS Developer Guide, Key policies). */
export function namedInKeyPolicy(key: kms.Key, principal: iam.IPrincipal): iam.IPrincipal {
  if (principal instanceof iam.Group) {
    throw new Error(`${principal.node.path} is a group; a key policy cannot name groups, so with KeyAccess.KEY_POLICY_ONLY a grant to one has no effect. `
      + 'Grant to its users or to a role, or use KeyAccess.IAM_AND_KEY_POLICY.');
  }
  if (iam.principalIsOwnedResource(principal) && Stack.of(principal) !== Stack.of(key) && hasGeneratedName(principal)) {
    Annotations.of(key).addWarningV2('cdk-customer-managed-keys:unnamedGrantee',
      `The key policy knows ${(principal as unknown as iam.Role).node.path} only by a pattern of the name that CloudFormation will give it, `
      + 'because the role is in another stack and has no name. Give it a roleName to name it exactly.');
  }
  return keyPolicyPrincipal(principal, key);
}

function inIamPolicy({ key }: GrantingKey, grantee: iam.IGrantable, actions: string[]): iam.Grant {
  const conditions = { ...grantee.grantPrincipal.policyFragment.conditions } as Record<string, Record<string, unknown>>;
  return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [key.keyArn], conditions });
}

function inKeyPolicy({ key }: GrantingKey, grantee: iam.IGrantable, actions: string[], principal: iam.IPrincipal): iam.Grant {
  const statement = new iam.PolicyStatement({ actions, resources: ['*'], principals: [principal] });
  return iam.Grant.addStatementToResourcePolicy({ grantee, actions, resourceArns: [key.keyArn], resource: key, statement });
}

// AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key: both halves are needed, and the key's ARN is not
// known in a template of the other account.
function grantToOtherAccount(target: GrantingKey, grantee: iam.IGrantable, actions: string[]): iam.Grant {
  const principal = grantee.grantPrincipal;
  const arn = importedArn(principal);
  Annotations.of(target.key).addWarningV2('cdk-customer-managed-keys:grantNeedsIamStatement',
    `The key policy admits ${arn && !Token.isUnresolved(arn) ? arn : `a principal of account ${principal.principalAccount}`}, which is half of a grant between accounts. `
    + `Account ${principal.principalAccount} must allow it too, in an IAM policy: ${actions.join(', ')} on the ARN of this key. `
    + 'SharedKey.fromSharedKeyArn() writes that half in an app of that account.');
  return inKeyPolicy(target, grantee, actions, namedInKeyPolicy(target.key, principal));
}

// IAM is global, but the ARN of a key is known only in its own Region.
function refuseOtherRegion(key: kms.Key, principal: iam.IPrincipal): void {
  if (!iam.principalIsOwnedResource(principal)) { return; }
  const there = Stack.of(principal);
  const here = Stack.of(key);
  const isElsewhere = !Token.isUnresolved(there.region) && !Token.isUnresolved(here.region) && there.region !== here.region;
  if (isElsewhere && !(there as unknown as { _crossRegionReferences?: boolean })._crossRegionReferences) {
    throw new Error(`${(principal as unknown as iam.Role).node.path} is in ${there.region}, and ${key.node.path} in ${here.region}; the ARN of a key is not known in another Region, `
      + 'and a grant on Resource * is never written. Set crossRegionReferences: true on both stacks, or put the role in the stack of the key.');
  }
}
