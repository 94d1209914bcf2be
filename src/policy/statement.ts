/** Operator → condition key → value or values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Who a statement speaks of. Everybody is `{ AWS: '*' }`, never a bare `*`, which scanners read as public whatever the conditions say. */
export type StatementPrincipal = Readonly<Partial<Record<'AWS' | 'Service' | 'Federated', string | readonly string[]>>>;

/**
 * One statement of a key policy.
 *
 * `Resource` is always `*`, which means "this key"; AWS KMS refuses anything else (AWS KMS Developer Guide, Key policies).
 */
export interface KeyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: StatementPrincipal;
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition?: Conditions;
}

/** A statement that lets `principal` do `actions`, or, with `effect`, forbids it. */
export function keyStatement(sid: string, principal: StatementPrincipal, actions: readonly string[], condition?: Conditions,
  effect: 'Allow' | 'Deny' = 'Allow'): KeyStatement {
  return { Sid: sid, Effect: effect, Principal: principal, Action: actions, Resource: '*', ...(condition && { Condition: condition }) };
}
