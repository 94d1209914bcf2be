import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { pathOf } from './construct-path';
import { accountOf, compareAccounts, Grantee, granteeBehind, literalArn, ownedElement } from './grantee';
import { keyPolicyPrincipal } from './key-policy-principal';
import { warn } from './warning';
import { actionsOfKind, CRYPTOGRAPHIC_ACTIONS, explicitActions } from '../policy/actions';

/** A key that grants are made on. */
export interface GrantingKey {
  readonly key: kms.Key;

  /** The actions that use a key of this spec and usage. */
  readonly supported: readonly string[];

  /** Whether the key policy leaves these actions to the IAM policies of the account. */
  readonly isLeftToIam: (actions: readonly string[]) => boolean;

  /** Remembers for whom a statement is added to the key policy. */
  readonly remember: (statement: iam.PolicyStatement, grantee: string) => void;
}

/**
 * Grants explicit actions on the key itself, in the policy or policies where the grant takes effect.
 *
 * | grantee | key policy | IAM policy |
 * |---|---|---|
 * | role or user of the account | only where it does not leave the actions to IAM | on the key |
 * | role of the account that takes no policies | named | – |
 * | role or user of another account, of this app | its account under `aws:PrincipalArn` | on the keys of the key's account |
 * | role or user of another account, imported | its account under `aws:PrincipalArn` | the owner must add it: a warning says what |
 * | service, organization, account, … | yes | – |
 */
export function grantOnKey(target: GrantingKey, grantee: iam.IGrantable, requested: string[]): iam.Grant {
  const actions = narrowedActions(target, requested);
  const behind = granteeBehind(grantee.grantPrincipal);
  refuseEverybody(target.key, behind);
  const account = compareAccounts(target.key.env.account, accountOf(behind.identity));
  if (account === 'different') { return grantToOtherAccount(target, grantee, behind, actions); }
  refuseOtherRegion(target.key, behind.identity);
  const mayBeElsewhere = account === 'unknown' && literalArn(behind.identity) !== undefined; // its local namesake must not get a policy
  if (mayBeElsewhere) { warnOfMissingHalf(target.key, behind.identity, actions); }
  if (behind.takesNoPolicies || mayBeElsewhere) { return inKeyPolicy(target, grantee, actions); }
  const identity = inIamPolicy(behind, actions, target.key.keyArn);
  const isEnough = identity.success && account === 'same' && target.isLeftToIam(actions);
  return isEnough ? identity : inKeyPolicy(target, grantee, actions).combine(identity);
}

/**
 * The explicit actions of a grant: wildcards keep what this kind of key can do.
 *
 * @throws when an action does not exist, or uses the key as this kind of key cannot be used
 */
export function narrowedActions({ key, supported }: Pick<GrantingKey, 'key' | 'supported'>, requested: string[]): string[] {
  const others = actionsOfKind('administration', 'grant', 'read');
  const actions = explicitActions(requested, [...supported, ...others]);
  const unsupported = actions.filter((action) => CRYPTOGRAPHIC_ACTIONS.includes(action) && !supported.includes(action));
  if (actions.length > 0 && unsupported.length === 0) { return actions; }
  throw new Error(`${unsupported.join(', ') || requested.join(', ') || 'No action'} cannot be granted on ${key.node.path}: a key of its spec and usage `
    + `supports ${supported.join(', ')}. Grant one of those, or make a key of another spec.`);
}

function refuseEverybody(key: kms.Key, { identity, conditions }: Grantee): void {
  if (identity instanceof iam.StarPrincipal || (identity instanceof iam.ArnPrincipal && identity.arn === '*')) {
    const isConditioned = Object.keys({ ...conditions, ...identity.policyFragment.conditions }).length > 0;
    if (isConditioned) { return; }
    throw new Error(`${key.node.path} is to be granted to everybody, in every account. Share it with those you mean: `
      + 'key.shareWith(KeySharing.organization(…)) or key.shareWith(KeySharing.account(…)).');
  }
}

function inIamPolicy({ identity, conditions }: Grantee, actions: string[], resource: string): iam.Grant {
  return iam.Grant.addToPrincipal({
    grantee: { grantPrincipal: identity }, actions, resourceArns: [resource], conditions: conditions as Record<string, Record<string, unknown>>,
  });
}

function inKeyPolicy({ key, remember }: GrantingKey, grantee: iam.IGrantable, actions: string[]): iam.Grant {
  const principal = keyPolicyPrincipal(grantee.grantPrincipal, key);
  const grants = statementsOf(actions).map((props) => {
    const statement = new iam.PolicyStatement({ ...props, resources: ['*'], principals: [principal] });
    remember(statement, nameOf(granteeBehind(grantee.grantPrincipal).identity));
    return iam.Grant.addStatementToResourcePolicy({ grantee, actions, resourceArns: [key.keyArn], resource: key, statement });
  });
  return grants.reduce((all, each) => all.combine(each));
}

/**
 * CreateGrant stands alone, and only for AWS services that act for the grantee: whoever may make any grant can make one to itself
 * (AWS KMS Developer Guide, kms:GrantIsForAWSResource). Stock constructs add that condition to the IAM half only, and later.
 */
function statementsOf(actions: string[]): iam.PolicyStatementProps[] {
  const others = actions.filter((action) => action !== 'kms:CreateGrant');
  const createGrant = { actions: ['kms:CreateGrant'], conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
  return [...others.length > 0 ? [{ actions: others }] : [], ...actions.length > others.length ? [createGrant] : []];
}

// AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key: both halves are needed.
function grantToOtherAccount(target: GrantingKey, grantee: iam.IGrantable, behind: Grantee, actions: string[]): iam.Grant {
  const { account, region } = target.key.env;
  const inKey = inKeyPolicy(target, grantee, actions);
  const isOwn = ownedElement(behind.identity) !== undefined && !Token.isUnresolved(account) && !Token.isUnresolved(region);
  if (!isOwn || behind.takesNoPolicies) {
    warnOfMissingHalf(target.key, behind.identity, actions);
    return inKey;
  }
  warn(target.key, 'cdk-customer-managed-keys:grantOnKeysOfAccount', `A role of account ${accountOf(behind.identity)} is granted ${actions.join(', ')}; `
    + `the ARN of a key is not known in a template of another account, so its IAM policy names all keys of account ${account} in ${region}. `
    + 'Which of them it can use, their key policies decide. To name one key, deploy it first and use SharedKey.fromSharedKeyArn().');
  const keys = Stack.of(target.key).formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
  return inKey.combine(inIamPolicy(behind, actions, keys));
}

/** The principal in words: its construct path, its ARN, or what CDK calls it. */
export function nameOf(identity: iam.IPrincipal): string {
  const element = ownedElement(identity);
  const text = element ? pathOf(element) : literalArn(identity) ?? String(identity);
  return Token.isUnresolved(text) ? identity.constructor.name.replace(/\d+$/, '') : text; // newer CDKs number their classes
}

function warnOfMissingHalf(key: kms.Key, identity: iam.IPrincipal, actions: string[]): void {
  const account = accountOf(identity);
  warn(key, 'cdk-customer-managed-keys:grantNeedsIamStatement', `The policy of ${key.node.path} admits ${literalArn(identity) ?? `principals of account ${account}`}, `
    + `which is half of a grant between accounts. Account ${account} must allow it too, in an IAM policy: ${actions.join(', ')} on the ARN of this key. `
    + 'SharedKey.fromSharedKeyArn() writes that half in an app of that account.');
}

// IAM is global, but the ARN of a key is known only in its own Region.
function refuseOtherRegion(key: kms.Key, identity: iam.IPrincipal): void {
  const element = ownedElement(identity);
  if (!element) { return; }
  const there = Stack.of(element);
  const here = Stack.of(key);
  const isElsewhere = !Token.isUnresolved(there.region) && !Token.isUnresolved(here.region) && there.region !== here.region;
  if (isElsewhere && !(there as unknown as { _crossRegionReferences?: boolean })._crossRegionReferences) {
    throw new Error(`${pathOf(element)} is in ${there.region}, and ${key.node.path} in ${here.region}; the ARN of a key is not known in another Region, `
      + 'and a grant on Resource * is never written. Set crossRegionReferences: true on both stacks, or put the role in the stack of the key.');
  }
}
