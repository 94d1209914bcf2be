import { parseArn } from './arn';
import { globOf, ARN, matchesGlob } from './glob';
import type { Matter } from './matter';
import type { Reach } from './principal';
import { encryptionContext } from './request-context';
import type { GivenContext } from './request-context';
import type { PolicyRequest } from './statement';

/** A grant, in the words of `ListGrants`. AWS KMS API Reference, GrantListEntry, GrantConstraints. */
export interface Grant {
  readonly GrantId?: string;
  readonly Name?: string;
  /** The ARN of an account's root, a user, a role, a session or a federated user; or an account. */
  readonly GranteePrincipal?: string;
  readonly GranteeServicePrincipal?: string;
  /** E.g. `Decrypt`. */
  readonly Operations: readonly string[];
  readonly Constraints?: {
    readonly EncryptionContextEquals?: Readonly<Record<string, string>>;
    readonly EncryptionContextSubset?: Readonly<Record<string, string>>;
    readonly SourceArn?: string;
  };
}

/** AWS KMS Developer Guide, Grants: operations that a constraint leaves alone. */
export const FREE_OF_ENCRYPTION_CONTEXT = ['kms:describekey', 'kms:retiregrant'];
export const FREE_OF_SOURCE_ARN = ['kms:retiregrant'];

/** How a grant reaches the caller, if it covers the request. */
export function grantReach(grant: Grant, { request, given }: Pick<Matter, 'request' | 'given'>): Reach | undefined {
  if (!grant.Operations.some((operation) => `kms:${operation.toLowerCase()}` === request.action)) return undefined;
  const reach = granteeReach(grant, request);
  return reach && meetsEncryptionContext(grant, request, given) && meetsSourceArn(grant, request) ? reach : undefined;
}

function granteeReach({ GranteePrincipal: grantee, GranteeServicePrincipal: service }: Grant, { context }: PolicyRequest): Reach | undefined {
  const { caller } = context;
  if (caller.kind === 'service') return caller.name === service || caller.name === grantee ? 'direct' : undefined;
  if (grantee === undefined) return undefined;
  if (grantee === caller.arn || grantee === caller.session) return 'direct';
  const account = parseArn(grantee)?.resource === 'root' ? parseArn(grantee)?.account : grantee;
  if (account !== caller.account) return undefined;
  return caller.kind === 'root' ? 'direct' : 'account';
}

/** The keys of a constraint have no case, its values do. */
function meetsEncryptionContext({ Constraints }: Grant, { action }: PolicyRequest, given: () => GivenContext): boolean {
  if (FREE_OF_ENCRYPTION_CONTEXT.includes(action)) return true;
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = Constraints ?? {};
  if (!equals && !subset) return true;
  const context = encryptionContext(given());
  const contains = (pairs: Readonly<Record<string, string>>) => Object.entries(pairs).every(([key, value]) => {
    const values = context.get(key.toLowerCase());
    return values?.length === 1 && values[0] === value;
  });
  return (!equals || (contains(equals) && Object.keys(equals).length === context.size)) && (!subset || contains(subset));
}

/** Acts like the condition key `aws:SourceArn`. */
function meetsSourceArn({ Constraints }: Grant, { action, context }: PolicyRequest): boolean {
  const pattern = Constraints?.SourceArn;
  if (pattern === undefined || FREE_OF_SOURCE_ARN.includes(action)) return true;
  const source = context.single('aws:sourcearn');
  return source !== undefined && matchesGlob(globOf([{ text: pattern, literal: false }], ARN), source);
}
