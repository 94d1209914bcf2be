import { Aws, Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';

/** Whether two account ids, either of which may be known only at deployment, are the same. */
export function compareAccounts(one: string, other: string): 'same' | 'different' | 'unknown' {
  switch (Token.compareStrings(one, other)) {
    case TokenComparison.SAME: case TokenComparison.BOTH_UNRESOLVED: return 'same';
    case TokenComparison.DIFFERENT: return 'different';
    default: return 'unknown';
  }
}

/**
 * The principal as a key policy names it.
 *
 * A role or user of another stack becomes its account under a condition on `aws:PrincipalArn`: the key policy then refers to
 * nothing in that stack, stays valid when the role is made anew, and can be deployed before the role exists.
 */
export function keyPolicyPrincipal(principal: iam.IPrincipal, key: IConstruct): iam.IPrincipal {
  if (iam.principalIsOwnedResource(principal)) {
    const isNeighbour = Stack.of(principal) === Stack.of(key);
    return isNeighbour ? principal : accountUnderArn(Stack.of(principal).account, ownedArn(principal as unknown as Resource & iam.IPrincipal));
  }
  const arn = importedArn(principal);
  return arn && !isImmutable(principal) ? accountUnderArn(principal.principalAccount!, arn) : principal;
}

/** Stock CDK's `mutable: false`: it drops every statement and reports success. The class is private; its injection id is not. */
export function isImmutable(principal: iam.IPrincipal): boolean {
  return (principal.constructor as { PROPERTY_INJECTION_ID?: string }).PROPERTY_INJECTION_ID === 'aws-cdk-lib.aws-iam.ImmutableRole';
}

/** The identity behind a principal, where it is a role or user whose ARN is text. */
export function importedArn(principal: iam.IPrincipal): string | undefined {
  const arn = (principal as unknown as iam.IRole).roleArn ?? (principal as unknown as iam.IUser).userArn;
  return principal.principalAccount && typeof arn === 'string' ? arn : undefined;
}

/** Whether the principal's name is left to CloudFormation, so that a policy can only give a pattern for it. */
export function hasGeneratedName(principal: iam.IPrincipal): boolean {
  return iam.principalIsOwnedResource(principal) && literalName(principal as unknown as Resource) === undefined;
}

function accountUnderArn(account: string, arn: string): iam.IPrincipal {
  return new iam.PrincipalWithConditions(new iam.AccountPrincipal(account), { ArnLike: { 'aws:PrincipalArn': arn } });
}

// The ARN of a role or user as text. CloudFormation names an unnamed one <stack>-<logical id>-<random>, and keeps at least 24
// characters of either (AWS CloudFormation User Guide, Name type: "a unique physical ID").
function ownedArn(principal: Resource & iam.IPrincipal): string {
  const stack = Stack.of(principal);
  const child = principal.node.defaultChild;
  if (!(child instanceof iam.CfnRole || child instanceof iam.CfnUser)) {
    throw new Error(`${principal.node.path} is a ${principal.constructor.name} of another stack; a key policy can name roles and users. `
      + 'Grant to a role or a user.');
  }
  const kind = child instanceof iam.CfnUser ? 'user' : 'role';
  const account = Token.isUnresolved(stack.account) ? Aws.ACCOUNT_ID : stack.account;
  return `arn:${Aws.PARTITION}:iam::${account}:${kind}${child.path ?? '/'}${literalName(principal) ?? generatedName(principal)}`;
}

function literalName(principal: Resource): string | undefined {
  const child = principal.node.defaultChild;
  const name = child instanceof iam.CfnRole ? child.roleName : child instanceof iam.CfnUser ? child.userName : undefined;
  return name && !Token.isUnresolved(name) ? name : undefined;
}

function generatedName(principal: Resource): string {
  const stack = Stack.of(principal);
  if (Token.isUnresolved(stack.stackName)) {
    throw new Error(`${principal.node.path} gets its name from CloudFormation in a nested stack, and the key is in another stack; its key policy `
      + 'cannot name it without a reference back. Give it a roleName (or userName).');
  }
  const kept = 24;
  const logicalId: string = stack.resolve((principal.node.defaultChild as iam.CfnRole).logicalId);
  return `${stack.stackName.slice(0, kept)}${stack.stackName.length > kept ? '*' : ''}-${logicalId.slice(0, kept)}*`;
}
