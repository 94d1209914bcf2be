import type { AccountCaller, Caller } from './caller';
import { PolicyError } from './errors';
import { listOf } from './policy-document';
import type { PolicyStatement } from './policy-document';
import type { RequestContext } from './request-context';

/**
 * How an Allow reaches the caller. `direct`: nothing else is needed within the account. `role`: so too, but an implicit
 * deny of the permissions boundary limits it. `account`: the account's identity policies decide.
 * IAM User Guide, Policy evaluation for requests within a single account; Permissions boundaries for IAM entities.
 */
export type Reach = 'account' | 'role' | 'direct';

/** The principals that an element names, by type. */
export interface NamedPrincipals {
  readonly anyone: boolean;
  readonly accounts: ReadonlySet<string>;
  /** ARNs of users, roles and sessions; unique ids of deleted ones, which match nobody. */
  readonly aws: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly federated: ReadonlySet<string>;
}

export type PrincipalElement = Readonly<{ names: NamedPrincipals; negated: boolean }>;

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser']; // the last: Amazon S3's, no caller of KMS has one
/** Those that are an account: its root user stands for all of it. */
export const ACCOUNT = /^(?:(\d{12})|arn:[^:]+:iam::(\d{12}):root)$/;
/** What may stand under AWS. IAM User Guide, AWS JSON policy elements: Principal. */
const NAMED = [
  /^\*$/,
  /^\d{12}$/,
  /^A[A-Z0-9]{15,127}$/, // what AWS makes of the ARN of a user or role that was deleted
  /^arn:[^:*?]+:iam::[^:*?]+:(root|(user|role)\/[^*?]+)$/,
  /^arn:[^:*?]+:sts::\d{12}:(assumed-role|federated-user)\/[^*?]+$/,
];

/** Reads `Principal` or `NotPrincipal`, whichever the statement has. */
export function compilePrincipal(statement: PolicyStatement, where: string): PrincipalElement {
  const negated = statement.NotPrincipal !== undefined;
  const element = statement.NotPrincipal ?? statement.Principal;
  const byType: Record<string, unknown> = element === '*' ? { AWS: '*' } : Object(element);
  if ((element !== '*' && typeof element !== 'object') || element === null || Object.keys(byType).some((type) => !TYPES.includes(type))) {
    throw notAPrincipal(where, element);
  }
  const of = (type: string) => listOf(byType[type] as string).map((name: unknown) => checked(type, name, where));
  return { negated, names: namedPrincipals(of('AWS'), of('Service'), of('Federated')) };
}

function namedPrincipals(aws: string[], services: string[], federated: string[]): NamedPrincipals {
  const accounts = aws.flatMap((name) => ACCOUNT.exec(name)?.slice(1).filter((account) => account !== undefined) ?? []);
  return { anyone: aws.includes('*'), accounts: new Set(accounts), aws: new Set(aws), services: new Set(services), federated: new Set(federated) };
}

function checked(type: string, name: unknown, where: string): string {
  if (typeof name !== 'string' || (type === 'AWS' && !NAMED.some((form) => form.test(name)))) throw notAPrincipal(where, name);
  return name;
}

function notAPrincipal(where: string, given: unknown): PolicyError {
  return new PolicyError({
    fact: `${where} has an invalid principal`,
    given,
    allowed: 'a principal is *, or under AWS an account or the ARN of a root user, user, role or session (no groups, no wildcards within), '
      + 'or under Service, Federated or CanonicalUser a name',
    remedy: 'Name the principal in full; for a pattern, name the account and add the condition ArnLike aws:PrincipalArn.',
  });
}

/** How far the statement's principals reach the caller, if at all. `bounded`: the caller has a permissions boundary. */
export function reachOf(element: PrincipalElement, context: RequestContext, bounded: boolean): Reach | undefined {
  const { names, negated } = element;
  if (!negated) return names.anyone ? 'direct' : named(names, context);
  return !names.anyone && (bounded || !allNamed(names, context.caller)) ? 'direct' : undefined;
}

function named(names: NamedPrincipals, context: RequestContext): Reach | undefined {
  const { caller } = context;
  if (caller.kind === 'service') return has(names.services, caller.name) ? 'direct' : undefined;
  if (names.federated.size > 0 && namesProvider(names, context)) return 'direct';
  return namedInAccount(names, caller);
}

function namesProvider({ federated }: NamedPrincipals, context: RequestContext): boolean {
  const provider = context.single('aws:federatedprovider');
  return provider !== undefined && has(federated, provider);
}

function namedInAccount(names: NamedPrincipals, caller: AccountCaller): Reach | undefined {
  const account = names.accounts.has(caller.account);
  if (caller.kind === 'root') return account ? 'direct' : undefined;
  if (caller.session !== undefined && names.aws.has(caller.session)) return 'direct';
  if (names.aws.has(caller.arn)) return caller.kind === 'role' ? 'role' : 'direct';
  return account ? 'account' : undefined;
}

const has = (names: ReadonlySet<string>, name: string) => names.has(name) || names.has('*');

/**
 * `NotPrincipal` spares a caller only when it lists all that the caller is: the account, the user or role, and the session.
 * IAM User Guide, IAM JSON policy elements: NotPrincipal. (And it never spares one with a permissions boundary.)
 */
function allNamed(names: NamedPrincipals, caller: Caller): boolean {
  if (caller.kind === 'service') return has(names.services, caller.name);
  if (!names.accounts.has(caller.account)) return false;
  if (caller.kind === 'root') return true;
  return names.aws.has(caller.arn) && (caller.kind !== 'role' || (caller.session !== undefined && names.aws.has(caller.session)));
}
