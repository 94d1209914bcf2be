import * as iam from 'aws-cdk-lib/aws-iam';
import { accountOf, compareAccounts, granteeBehind } from './grantee';
import { GrantingKey, narrowedActions } from './key-grants';
import { keyPolicyPrincipal } from './key-policy-principal';

/**
 * Makes grants that CDK writes on the key's CloudFormation element (`BucketGrants.fromBucket(cfnBucket)`, traits) reach this key.
 *
 * Stock CDK gives up silently there, because the policy of an L2 key is not plain JSON. The IAM half of such a grant is CDK's own,
 * with CDK's wildcards; the half in the key policy is as narrow as that of any other grant.
 */
export function acceptLowLevelGrants(target: GrantingKey): void {
  const { key } = target;
  iam.ResourceWithPolicies.register(key, 'AWS::KMS::Key', {
    forResource: () => ({ env: key.env, addToResourcePolicy: (statement) => addLowLevelStatement(target, statement) }),
  });
}

function addLowLevelStatement(target: GrantingKey, statement: iam.PolicyStatement): iam.AddToResourcePolicyResult {
  const { key } = target;
  const actions = narrowedActions(target, statement.actions);
  const isOwn = (principal: iam.IPrincipal) => compareAccounts(key.env.account, accountOf(granteeBehind(principal).identity)) === 'same';
  const isReachedByIam = (principal: iam.IPrincipal) => isOwn(principal) && !granteeBehind(principal).takesNoPolicies && target.isLeftToIam(actions);
  const principals = statement.principals.filter((principal) => !isReachedByIam(principal));
  if (principals.length === 0) { return { statementAdded: false }; } // the grant has written the IAM half
  refuseWholeAccount(target, principals.filter(isOwn));
  return key.addToResourcePolicy(new iam.PolicyStatement({
    actions,
    principals: principals.map((principal) => keyPolicyPrincipal(principal, key)),
    resources: ['*'],
    conditions: statement.conditions,
  }));
}

// For a role of another stack CDK names the whole account in its place; the role itself is not known here.
function refuseWholeAccount({ key }: GrantingKey, principals: iam.IPrincipal[]): void {
  if (principals.some((principal) => principal instanceof iam.AccountPrincipal)) {
    throw new Error(`A grant on the CloudFormation element of ${key.node.path} names the whole account in place of a role of another stack; `
      + 'this key policy lets only named principals in. Grant on the key itself: key.grantDecrypt(role), key.grantEncryptDecrypt(role).');
  }
}
