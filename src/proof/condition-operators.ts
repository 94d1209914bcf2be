import { address, arnLike, binary, boolean, date, number, text, textIgnoringCase, textLike } from './comparisons';
import type { Comparison } from './comparisons';

export interface ConditionOperator {
  readonly comparison: Comparison;
  /** Whether it holds when no value matches, an absent key included. */
  readonly negated: boolean;
  /** What a value of it must be, for the error. */
  readonly takes: string;
}

const is = (comparison: Comparison, takes: string): ConditionOperator => ({ comparison, takes, negated: false });
const not = (comparison: Comparison, takes: string): ConditionOperator => ({ comparison, takes, negated: true });

const TEXT = 'text';
const NUMBER = 'a number';
const DATE = 'a date such as 2026-01-31T00:00:00Z, or seconds since 1970';
const CIDR = 'an IPv4 or IPv6 address or CIDR block such as 203.0.113.0/24';

/** IAM User Guide, IAM JSON policy elements: Condition operators. Without `Null`, which looks at no value. */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map(Object.entries({
  StringEquals: is(text, TEXT),
  StringNotEquals: not(text, TEXT),
  StringEqualsIgnoreCase: is(textIgnoringCase, TEXT),
  StringNotEqualsIgnoreCase: not(textIgnoringCase, TEXT),
  StringLike: is(textLike, TEXT),
  StringNotLike: not(textLike, TEXT),

  NumericEquals: is(number('equals'), NUMBER),
  NumericNotEquals: not(number('equals'), NUMBER),
  NumericLessThan: is(number('lessThan'), NUMBER),
  NumericLessThanEquals: is(number('lessThanEquals'), NUMBER),
  NumericGreaterThan: is(number('greaterThan'), NUMBER),
  NumericGreaterThanEquals: is(number('greaterThanEquals'), NUMBER),

  DateEquals: is(date('equals'), DATE),
  DateNotEquals: not(date('equals'), DATE),
  DateLessThan: is(date('lessThan'), DATE),
  DateLessThanEquals: is(date('lessThanEquals'), DATE),
  DateGreaterThan: is(date('greaterThan'), DATE),
  DateGreaterThanEquals: is(date('greaterThanEquals'), DATE),

  Bool: is(boolean, 'true or false'),
  BinaryEquals: is(binary, 'base64'),
  IpAddress: is(address, CIDR),
  NotIpAddress: not(address, CIDR),

  ArnEquals: is(arnLike, 'an ARN'), // ArnEquals and ArnLike behave identically, so their negations too
  ArnLike: is(arnLike, 'an ARN'),
  ArnNotEquals: not(arnLike, 'an ARN'),
  ArnNotLike: not(arnLike, 'an ARN'),
}));

export const NULL = 'Null';
export const QUANTIFIERS = ['ForAllValues', 'ForAnyValue'] as const;
export type Quantifier = typeof QUANTIFIERS[number];
export const IF_EXISTS = 'IfExists';
