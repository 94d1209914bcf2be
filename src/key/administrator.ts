import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { administrationActions, explained } from './account-statements';
import { pathOf } from './construct-path';
import { ExplainedStatement } from './explained-statement';
import { accountOf, compareAccounts, granteeBehind, literalName, ownedElement } from './grantee';
import { keyPolicyPrincipal } from './key-policy-principal';
import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';
import { Conditions, keyStatement } from '../policy/statement';

/** An administrator as the key policy names it. */
export interface Administrator {
  /** Whom the key policy lets administer, under the conditions that the user asked for. */
  readonly allowed: iam.IPrincipal;

  /** Whom the key policy denies the use of the key, under no other condition than who it is. */
  readonly denied: iam.IPrincipal;
}

/**
 * The role or user that is to administer a key.
 *
 * @throws when it is anything else, has no name that a policy of another stack can hold, or belongs to another account
 */
export function administrator(key: kms.Key, grantee: iam.IGrantable): Administrator {
  const { identity } = granteeBehind(grantee.grantPrincipal);
  if (!isRoleOrUser(identity)) {
    throw new Error(`${identity} is to administer ${key.node.path}; administrators are roles and users, because they are denied the use of the key, `
      + 'and a Deny for more than those would shut out applications. Name a role or a user.');
  }
  refusePattern(key, identity);
  // AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key: no operation that manages a key is among those.
  if (compareAccounts(key.env.account, accountOf(identity)) === 'different') {
    throw new Error(`${identity} of account ${accountOf(identity)} is to administer ${key.node.path}; a key is administered in its own account only. `
      + 'Name a role of the account of the key, which people of other accounts can assume.');
  }
  return { allowed: keyPolicyPrincipal(grantee.grantPrincipal, key), denied: keyPolicyPrincipal(identity, key) };
}

/**
 * What administrators can do, and that they cannot use the key, whatever IAM says.
 *
 * `PutKeyPolicy` and `ReplicateKey` remain ways to more; administration without them is none.
 */
export function administratorStatements(administrators: Administrator[], multiRegion: boolean): ExplainedStatement[] {
  const allow = byCondition(administrators.map(({ allowed }) => allowed)).map(([arns, condition]) =>
    explained('Named administrators manage the key; the key policy itself allows it to those whom it names directly',
      keyStatement('Allow the administrators to administer the key', { AWS: arns }, administrationActions(multiRegion), condition)));
  const deny = byCondition(administrators.map(({ denied }) => denied)).map(([arns, condition]) =>
    explained('Who administers the key does not read what it protects',
      keyStatement('Deny the administrators any use of the key', { AWS: arns }, [...CRYPTOGRAPHIC_ACTIONS, 'kms:CreateGrant'], condition, 'Deny')));
  return [...allow, ...deny];
}

// Those under no condition share a statement.
function byCondition(principals: iam.IPrincipal[]): [string[], Conditions | undefined][] {
  const groups = new Map<string, [string[], Conditions | undefined]>();
  for (const { policyFragment: { principalJson, conditions } } of principals) {
    const isConditioned = Object.keys(conditions).length > 0;
    const group = JSON.stringify(isConditioned ? [principalJson, conditions] : []);
    const [arns] = groups.get(group) ?? [[]];
    groups.set(group, [[...new Set([...arns, ...principalJson['AWS']!])], isConditioned ? conditions as Conditions : undefined]);
  }
  return [...groups.values()];
}

function isRoleOrUser(identity: iam.IPrincipal): boolean {
  const { principalJson } = identity.policyFragment;
  const arns = principalJson['AWS'] ?? [];
  const isMany = (arn: string) => arn === '*' || arn.endsWith(':root') || /^\d{12}$/.test(arn) || arn.includes(':group/');
  const isOfMany = [iam.AccountPrincipal, iam.OrganizationPrincipal, iam.StarPrincipal, iam.Group].some((type) => identity instanceof type);
  return Object.keys(principalJson).join() === 'AWS' && arns.length > 0 && !arns.some(isMany) && !isOfMany;
}

// The pattern of a generated name may fit other roles of the stack; a grant can bear that, a Deny cannot.
function refusePattern(key: kms.Key, identity: iam.IPrincipal): void {
  const element = ownedElement(identity);
  if (element && Stack.of(element) !== Stack.of(key) && !literalName(element)) {
    throw new Error(`${pathOf(element)} is to administer ${key.node.path} from another stack, and has no name; the key policy would know it only by a pattern, `
      + 'and denying the use of the key by a pattern could shut out applications. Give it a roleName (or userName).');
  }
}
