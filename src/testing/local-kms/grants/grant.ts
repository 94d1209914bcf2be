import type { Grant } from '../../../proof';
import type { RequestFacts } from '../callers/request-context';
import type { GrantOperation } from '../service-model';

type Constraints = NonNullable<Grant['Constraints']>;
type Pairs = Readonly<Record<string, string>>;

/** A grant of a key, as ListGrants tells of it (API Reference, GrantListEntry). */
export interface KeyGrant extends Grant {
  /** The ARN of the key. */
  readonly KeyId: string;
  readonly GrantId: string;
  readonly CreationDate: Date;
  readonly Operations: (typeof GrantOperation.enum)[number][];
  readonly RetiringPrincipal?: string;
  readonly RetiringServicePrincipal?: string;
  /** The account that made it, by the ARN of its root user. */
  readonly IssuingAccount: string;
}

/** Whether who may make grants by `parent` may make this one: no more operations, constraints as strict or stricter (API Reference, CreateGrant). */
export function covers({ Operations, Constraints: parent = {} }: Grant, child: RequestFacts): boolean {
  return (child.Operations ?? []).every((operation) => Operations.includes(operation)) && isAsStrict(child.Constraints ?? {}, parent);
}

/** Who may retire the grant, as grants that let them: its retiring principal, the account that made it, and its grantee where it says so. */
export function retirementsOf(grant: KeyGrant): Grant[] {
  const { RetiringPrincipal, RetiringServicePrincipal, IssuingAccount, GrantId } = grant;
  const retiring = { GrantId, Operations: ['RetireGrant'] };
  return [
    grant,
    { ...retiring, GranteePrincipal: RetiringPrincipal, GranteeServicePrincipal: RetiringServicePrincipal },
    { ...retiring, GranteePrincipal: IssuingAccount },
  ];
}

function isAsStrict(child: Constraints, parent: Constraints): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset = {}, SourceArn } = parent;
  const { EncryptionContextEquals: childEquals, EncryptionContextSubset: childSubset } = child;
  return (!equals || (childEquals !== undefined && contains(childEquals, equals) && contains(equals, childEquals)))
    && contains({ ...childSubset, ...childEquals }, subset)
    && (SourceArn === undefined || SourceArn === child.SourceArn);
}

// The keys of a constraint have no case, its values do.
function contains(pairs: Pairs, part: Pairs): boolean {
  const values = new Map(Object.entries(pairs).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(part).every(([key, value]) => values.get(key.toLowerCase()) === value);
}
