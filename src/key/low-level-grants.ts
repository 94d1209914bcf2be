import * as iam from 'aws-cdk-lib/aws-iam';
import { compareAccounts } from './grantee';
import { KeyAccess } from './key-access';
import { GrantingKey, namedInKeyPolicy, narrowedActions } from './key-grants';

/**
 * Makes grants that CDK writes on the key's CloudFormation element (`BucketGrants.fromBucket(cfnBucket)`, traits) reach this key.
 *
 * Stock CDK gives up silently there, because the policy of an L2 key is not plain JSON.
 */
export function acceptLowLevelGrants(target: GrantingKey): void {
  const { key } = target;
  iam.ResourceWithPolicies.register(key, 'AWS::KMS::Key', {
    forResource: () => ({ env: key.env, addToResourcePolicy: (statement) => addLowLevelStatement(target, statement) }),
  });
}

function addLowLevelStatement(target: GrantingKey, statement: iam.PolicyStatement): iam.AddToResourcePolicyResult {
  const { key, access } = target;
  const isOwn = (principal: iam.IPrincipal) => principal.principalAccount !== undefined && compareAccounts(key.env.account, principal.principalAccount) === 'same';
  const principals = access === KeyAccess.KEY_POLICY_ONLY ? statement.principals : statement.principals.filter((principal) => !isOwn(principal));
  if (principals.length === 0) { return { statementAdded: false }; } // IAM alone allows it, and the grant has written that half
  refuseWholeAccount(target, principals.filter(isOwn));
  return key.addToResourcePolicy(new iam.PolicyStatement({
    actions: narrowedActions(target, statement.actions),
    principals: principals.map((principal) => namedInKeyPolicy(key, principal)),
    resources: ['*'],
    conditions: statement.conditions,
  }));
}

// For a role of another stack CDK names the whole account in its place; the role itself is not known here.
function refuseWholeAccount({ key }: GrantingKey, principals: iam.IPrincipal[]): void {
  if (principals.some((principal) => principal instanceof iam.AccountPrincipal)) {
    throw new Error(`A grant on the CloudFormation element of ${key.node.path} names the whole account in place of a role of another stack; `
      + 'with KeyAccess.KEY_POLICY_ONLY only named principals are let in. Grant on the key itself: key.grantDecrypt(role), key.grantEncryptDecrypt(role).');
  }
}
