/** One value, or several in a list: IAM takes either wherever a list can stand. */
export type OneOrMore<T> = T | readonly T[];

/** A value of a condition, as JSON has it. */
export type ConditionValue = string | number | boolean;

/** A statement as written. IAM User Guide, IAM JSON policy element reference. */
export interface PolicyStatement {
  readonly Sid?: string;
  /** `Allow` or `Deny`. */
  readonly Effect: string;
  /** Key policies and resource control policies only: `*`, or a map of `AWS`, `Service`, `Federated`, `CanonicalUser`. */
  readonly Principal?: string | Readonly<Record<string, OneOrMore<string>>>;
  readonly NotPrincipal?: string | Readonly<Record<string, OneOrMore<string>>>;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  /** Operator → condition key → values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<ConditionValue>>>>>;
}

/** A policy as written, every token and intrinsic function resolved. */
export interface PolicyDocument {
  /** `2012-10-17`, or `2008-10-17` (the default), in which `${…}` is plain text. */
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMore<PolicyStatement>;
}

/** `'a'` and `['a']` mean the same. */
export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
