import { ARN, globOf, matchesGlob, TEXT } from './glob';
import type { GlobKind } from './glob';
import { addressBits, blockPrefix } from './ip-address';
import { bind } from './policy-variable';
import type { Piece } from './policy-variable';
import type { KeyValues } from './request-context';

/** Whether one value of the request matches one value of the policy. */
export type ValueTest = (value: string, context: KeyValues) => boolean;

/** Reads a value of the policy; undefined when it is not of the comparison's type. */
export type Comparison = (policyValue: string, variables: boolean) => ValueTest | undefined;

export const joined = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join('');

const exact = (normal: (text: string) => string): Comparison => (policyValue, variables) => {
  const expected = bind(policyValue, variables, (pieces) => normal(joined(pieces)));
  return (value, context) => expected(context) === normal(value);
};

const like = (kind: GlobKind): Comparison => (policyValue, variables) => {
  const glob = bind(policyValue, variables, (pieces) => globOf(pieces, kind));
  return (value, context) => {
    const bound = glob(context);
    return bound !== undefined && matchesGlob(bound, value);
  };
};

/** Reads both values with `read`, which answers undefined for what is not of the type: such a request value matches nothing. */
const typed = <T>(read: (text: string) => T | undefined, holds: (value: T, expected: T) => boolean): Comparison => (policyValue) => {
  const expected = read(policyValue);
  return expected === undefined ? undefined : (value) => {
    const actual = read(value);
    return actual !== undefined && holds(actual, expected);
  };
};

const orders = {
  equals: (value: number, expected: number) => value === expected,
  lessThan: (value: number, expected: number) => value < expected,
  lessThanEquals: (value: number, expected: number) => value <= expected,
  greaterThan: (value: number, expected: number) => value > expected,
  greaterThanEquals: (value: number, expected: number) => value >= expected,
};

export type Order = keyof typeof orders;

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
export const readNumber = (text: string) => NUMBER.test(text) ? Number(text) : undefined;
export const number = (order: Order) => typed(readNumber, orders[order]);

/** W3C Date and Time Formats (a profile of ISO 8601), or seconds since 1970. Answers milliseconds. */
const DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
export function readDate(text: string): number | undefined {
  const time = DATE.test(text) ? Date.parse(text) : 1000 * (readNumber(text) ?? NaN);
  return Number.isNaN(time) ? undefined : time;
}
export const date = (order: Order) => typed(readDate, orders[order]);

export const BOOLEANS: ReadonlyMap<string, boolean> = new Map([['true', true], ['false', false]]);
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const text = exact((value) => value);
export const textIgnoringCase = exact((value) => value.toLowerCase());
export const textLike = like(TEXT);
export const arnLike = like(ARN);
export const boolean = typed((value) => BOOLEANS.get(value.toLowerCase()), (value, expected) => value === expected);
/** Padded base64 is canonical but for the spare bits of its last character, which no encoder sets. */
export const binary = typed((value) => BASE64.test(value) ? value : undefined, (value, expected) => value === expected);

export const address: Comparison = (policyValue) => {
  const prefix = blockPrefix(policyValue);
  return prefix === undefined ? undefined : (value) => addressBits(value)?.startsWith(prefix) ?? false;
};
