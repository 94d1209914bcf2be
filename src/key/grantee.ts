import { Aws, CfnElement, Reference, Resource, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { pathOf } from './construct-path';

/** Whom a grant is for, behind the wrappers that CDK puts around principals. */
export interface Grantee {
  /** The role, user, service, account … itself. */
  readonly identity: iam.IPrincipal;

  /** The conditions that the wrappers ask for, on either half of a grant. */
  readonly conditions: iam.Conditions;

  /** Stock CDK drops every statement for such a role, and reports success. */
  readonly takesNoPolicies: boolean;
}

/** Looks behind conditions, session tags, `ViaServicePrincipal` and `mutable: false`. */
export function granteeBehind(given: iam.IPrincipal): Grantee {
  const inner = wrappedBy(given);
  if (!inner) { return { identity: given, conditions: {}, takesNoPolicies: false }; }
  const { identity, takesNoPolicies } = granteeBehind(inner);
  return { identity, conditions: given.policyFragment.conditions, takesNoPolicies: takesNoPolicies || isImmutable(given) };
}

/** Whether two account ids, either of which may be known only at deployment, are the same. */
export function compareAccounts(one: string, other: string | undefined): 'same' | 'different' | 'unknown' {
  switch (other === undefined ? undefined : Token.compareStrings(one, other)) {
    case TokenComparison.SAME: case TokenComparison.BOTH_UNRESOLVED: return 'same';
    case TokenComparison.DIFFERENT: return 'different';
    default: return 'unknown';
  }
}

/** The account of a principal, where the principal or its ARN tells. */
export function accountOf(principal: iam.IPrincipal): string | undefined {
  return principal.principalAccount ?? /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(literalArn(principal) ?? '')?.[1];
}

/** The ARN of a role or user that the app does not make, as text. */
export function literalArn(principal: iam.IPrincipal): string | undefined {
  const { roleArn, userArn, arn } = principal as Partial<iam.IRole & iam.IUser & iam.ArnPrincipal>;
  return [roleArn, userArn, arn].find((each) => each !== undefined && !Token.isUnresolved(each));
}

/** The role or user of the app behind a principal, as its CloudFormation element. */
export function ownedElement(principal: iam.IPrincipal): CfnElement | undefined {
  if (iam.principalIsOwnedResource(principal) || principal instanceof iam.LazyRole) { return elementBelow(principal); }
  const arn = principal instanceof iam.ArnPrincipal && Token.isUnresolved(principal.arn) ? principal.arn : undefined;
  const token = arn ? Tokenization.reverse(arn, { failConcat: false }) : undefined;
  const target = Reference.isReference(token) ? token.target : undefined;
  return target instanceof iam.CfnRole || target instanceof iam.CfnUser ? target : undefined;
}

// A LazyRole makes its role when it is first asked who it is, and keeps it as its child.
function elementBelow(principal: iam.IPrincipal & IConstruct): CfnElement | undefined {
  void principal.policyFragment;
  let construct: IConstruct | undefined = principal.node.defaultChild ?? principal.node.children[0];
  while (construct && !CfnElement.isCfnElement(construct)) { construct = construct.node.defaultChild; }
  return construct;
}

/** The name of a role or user, where the app gives one. */
export function literalName(element: CfnElement): string | undefined {
  const name = element instanceof iam.CfnRole ? element.roleName : element instanceof iam.CfnUser ? element.userName : undefined;
  return name && !Token.isUnresolved(name) ? name : undefined;
}

/**
 * The ARN of a role or user of another stack as text, so that it can stand in a policy without a reference.
 *
 * Between environments CDK gives out a name that was set or can be generated. Within one, CloudFormation names an unnamed role
 * <stack>-<logical id>-<random>, of either at least 24 characters (AWS CloudFormation User Guide, Name type: "a unique physical ID").
 */
export function arnWithoutReference(principal: iam.IPrincipal, element: CfnElement, from: Stack): string {
  const stack = Stack.of(element);
  const { roleArn, userArn } = principal as Partial<iam.IRole & iam.IUser>;
  const named = roleArn ?? userArn;
  if (named && stack.environment !== from.environment) { return Token.asString(from.resolve(named)); }
  const kind = element instanceof iam.CfnUser ? 'user' : 'role';
  const path = (element as iam.CfnRole | iam.CfnUser).path ?? '/';
  const account = Token.isUnresolved(stack.account) ? Aws.ACCOUNT_ID : stack.account;
  return `arn:${Aws.PARTITION}:iam::${account}:${kind}${path}${literalName(element) ?? generatedName(element)}`;
}

function generatedName(element: CfnElement): string {
  const stack = Stack.of(element);
  if (Token.isUnresolved(stack.stackName)) {
    throw new Error(`${pathOf(element)} gets its name from CloudFormation in a nested stack, and the key is in another stack; its key policy `
      + 'cannot name it without a reference back. Give it a roleName (or userName).');
  }
  const kept = 24;
  const logicalId: string = stack.resolve(element.logicalId);
  return `${stack.stackName.slice(0, kept)}${stack.stackName.length > kept ? '*' : ''}-${logicalId.slice(0, kept)}*`;
}

// The wrappers keep what they wrap to themselves; their classes are part of CDK's contract, and the tests hold their fields to it.
function wrappedBy(principal: iam.IPrincipal): iam.IPrincipal | undefined {
  const { wrapped, basePrincipal, role } = principal as unknown as Record<string, iam.IPrincipal | undefined>;
  return wrapped ?? basePrincipal ?? (isImmutable(principal) ? role : undefined);
}

// The class is private; its injection id is not.
function isImmutable(principal: iam.IPrincipal): boolean {
  return (principal.constructor as typeof Resource & { PROPERTY_INJECTION_ID?: string }).PROPERTY_INJECTION_ID === 'aws-cdk-lib.aws-iam.ImmutableRole';
}
