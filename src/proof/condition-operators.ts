import { address, arnLike, binary, boolean, date, number, text, textIgnoringCase, textLike } from './comparisons';
import type { Comparison } from './comparisons';

export interface ConditionOperator {
  readonly comparison: Comparison;
  /** Whether it holds when no value matches, an absent key included. */
  readonly negated: boolean;
  readonly values: ValueType;
}

/** The types of values, and what a value must be, for errors. */
export const VALUE_TYPES = {
  text: 'text',
  arn: 'an ARN',
  boolean: 'true or false',
  binary: 'base64',
  number: 'a number',
  date: 'a date such as 2026-01-31T00:00:00Z, or seconds since 1970',
  address: 'an IPv4 or IPv6 address or CIDR block such as 203.0.113.0/24',
};
export type ValueType = keyof typeof VALUE_TYPES;

const is = (comparison: Comparison, values: ValueType): ConditionOperator => ({ comparison, values, negated: false });
const not = (comparison: Comparison, values: ValueType): ConditionOperator => ({ comparison, values, negated: true });

/** IAM User Guide, IAM JSON policy elements: Condition operators. Without `Null`, which looks at no value. */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map(Object.entries({
  StringEquals: is(text, 'text'),
  StringNotEquals: not(text, 'text'),
  StringEqualsIgnoreCase: is(textIgnoringCase, 'text'),
  StringNotEqualsIgnoreCase: not(textIgnoringCase, 'text'),
  StringLike: is(textLike, 'text'),
  StringNotLike: not(textLike, 'text'),

  NumericEquals: is(number('equals'), 'number'),
  NumericNotEquals: not(number('equals'), 'number'),
  NumericLessThan: is(number('lessThan'), 'number'),
  NumericLessThanEquals: is(number('lessThanEquals'), 'number'),
  NumericGreaterThan: is(number('greaterThan'), 'number'),
  NumericGreaterThanEquals: is(number('greaterThanEquals'), 'number'),

  DateEquals: is(date('equals'), 'date'),
  DateNotEquals: not(date('equals'), 'date'),
  DateLessThan: is(date('lessThan'), 'date'),
  DateLessThanEquals: is(date('lessThanEquals'), 'date'),
  DateGreaterThan: is(date('greaterThan'), 'date'),
  DateGreaterThanEquals: is(date('greaterThanEquals'), 'date'),

  Bool: is(boolean, 'boolean'),
  BinaryEquals: is(binary, 'binary'),
  IpAddress: is(address, 'address'),
  NotIpAddress: not(address, 'address'),

  ArnEquals: is(arnLike, 'arn'), // ArnEquals and ArnLike behave identically, so their negations too
  ArnLike: is(arnLike, 'arn'),
  ArnNotEquals: not(arnLike, 'arn'),
  ArnNotLike: not(arnLike, 'arn'),
}));

export const NULL = 'Null';
export const QUANTIFIERS = ['ForAllValues', 'ForAnyValue'] as const;
export type Quantifier = typeof QUANTIFIERS[number];
export const IF_EXISTS = 'IfExists';
