import { BOOLEANS } from './comparisons';
import type { Comparison, ValueTest } from './comparisons';
import { CONDITION_OPERATORS, IF_EXISTS, NULL, QUANTIFIERS, VALUE_TYPES } from './condition-operators';
import type { Quantifier, ValueType } from './condition-operators';
import { PolicyError } from './errors';
import { listOf } from './policy-document';
import type { ConditionValue, OneOrMore, PolicyStatement } from './policy-document';
import type { KeyValues } from './request-context';

/** One operator on one key. */
export interface Condition {
  /** As written, prefix and suffix included. */
  readonly operator: string;
  /** As written. */
  readonly key: string;
  /** The key in lower case: key names have no case. */
  readonly name: string;
  readonly values: readonly ConditionValue[];
  /** Whether its values may hold policy variables. */
  readonly variables: boolean;
  readonly quantifier?: Quantifier;
  readonly negated: boolean;
  /** How a value of the request is held against one of the policy's; none for `Null`. */
  readonly comparison?: Comparison;
  /** The type of its values; none for `Null`. */
  readonly type?: ValueType;
  /** Whether it holds for a request without the key. */
  readonly whenAbsent: boolean;
  /** The values that the condition sees; undefined when to it the request does not have the key. */
  seen(context: KeyValues): readonly string[] | undefined;
  holds(context: KeyValues): boolean;
}

const SYNTAX = new RegExp(`^(?:(${QUANTIFIERS.join('|')}):)?(.*?)(${IF_EXISTS})?$`);

interface Site {
  readonly where: string;
  readonly variables: boolean;
  /** Keys that are absent to the policy, whatever the request has. */
  readonly absentKeys?: RegExp;
}

/** All conditions of a statement; it applies when all hold. */
export function compileConditions(block: PolicyStatement['Condition'], site: Site): Condition[] {
  return Object.entries(checkedMap(block ?? {}, site.where)).flatMap(([operator, keys]) =>
    Object.entries(checkedMap(keys, site.where)).map(([key, values]) => compileCondition(operator, key, values, site)));
}

function compileCondition(operator: string, key: string, value: OneOrMore<ConditionValue>, site: Site): Condition {
  const [, prefix, name = '', ifExists] = SYNTAX.exec(operator) ?? [];
  const quantifier = prefix as Quantifier | undefined;
  const values = listOf(value);
  const written = { operator, key, name: key.toLowerCase(), values, quantifier, variables: site.variables, seen: sightOf(key, site) };
  if (operator === NULL) return { ...written, negated: false, ...nullTest(key, values, written.seen, site) };
  const known = CONDITION_OPERATORS.get(name);
  if (!known) throw unknownOperator(operator, name, site.where);
  const tests = values.map((expected) => known.comparison(checkedValue(expected, operator, key, site.where), site.variables)
    ?? wrongType(operator, key, VALUE_TYPES[known.values], expected, site.where));
  // IAM User Guide, Single-valued vs. multivalued context keys: ForAnyValue is false for an absent key; AWS re:Post, "ForAnyValue:StringEqualsIfExists
  // behaving unexpectedly": IfExists does not change that.
  const whenAbsent = quantifier === undefined ? ifExists !== undefined || known.negated : quantifier === 'ForAllValues';
  const rule = { tests, negated: known.negated, quantifier, whenAbsent };
  return { ...written, comparison: known.comparison, type: known.values, negated: known.negated, whenAbsent, holds: holdsFor(written.seen, rule) };
}

function sightOf(key: string, { absentKeys }: Site): Condition['seen'] {
  const name = key.toLowerCase();
  return absentKeys?.test(name) ? () => undefined : (context) => context.values(name);
}

interface Rule {
  readonly tests: readonly ValueTest[];
  readonly negated: boolean;
  readonly quantifier?: Quantifier;
  readonly whenAbsent: boolean;
}

/**
 * IAM User Guide, Set operators for multivalued context keys: a key whose values are all empty counts as absent there.
 * An operator without a set operator on several values never holds: IAM requires one and documents nothing else.
 */
function holdsFor(seen: Condition['seen'], { tests, negated, quantifier, whenAbsent }: Rule): Condition['holds'] {
  return (context) => {
    const all = seen(context);
    const values = quantifier ? all?.filter((value) => value !== '') : all;
    if (!values?.length) return whenAbsent;
    const holds = (value: string) => tests.some((matches) => matches(value, context)) !== negated;
    if (quantifier === 'ForAllValues') return values.every(holds);
    if (quantifier === 'ForAnyValue') return values.some(holds);
    return values.length === 1 && values.every(holds);
  };
}

function nullTest(key: string, values: readonly ConditionValue[], seen: Condition['seen'], { where }: Site): Pick<Condition, 'whenAbsent' | 'holds'> {
  const expected = values.map((value) => BOOLEANS.get(String(value).toLowerCase()) ?? wrongType(NULL, key, 'true or false', value, where));
  return { whenAbsent: expected.includes(true), holds: (context) => expected.includes(seen(context) === undefined) };
}

function checkedMap<T>(map: Readonly<Record<string, T>>, where: string): Readonly<Record<string, T>> {
  if (typeof map === 'object' && map !== null && !Array.isArray(map)) return map;
  throw new PolicyError({
    fact: `${where} has a malformed condition`,
    given: map,
    allowed: 'Condition is a map of operators, each a map of condition keys to values',
    remedy: 'Write e.g. {"StringEquals": {"kms:CallerAccount": "111122223333"}}.',
  });
}

function checkedValue(value: unknown, operator: string, key: string, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return wrongType(operator, key, 'text, a number or a boolean', value, where);
}

function wrongType(operator: string, key: string, takes: string, given: unknown, where: string): never {
  throw new PolicyError({
    fact: `${where} compares ${key} with a value that ${operator} does not take`,
    given,
    allowed: `it takes ${takes}`,
    remedy: 'Correct the value or the operator; resolve tokens and intrinsic functions first.',
  });
}

function unknownOperator(operator: string, name: string, where: string): PolicyError {
  const intended = [...CONDITION_OPERATORS.keys(), NULL].find((known) => known.toLowerCase() === name.toLowerCase());
  return new PolicyError({
    fact: `${where} has an unknown condition operator`,
    given: operator,
    allowed: `operators are ${[...CONDITION_OPERATORS.keys()].join(', ')}, each with ${QUANTIFIERS.join(': or ')}: before and ${IF_EXISTS} after it, `
      + `and ${NULL}, with neither`,
    remedy: intended ? `Write ${intended}, spelt so.` : 'Write one of them.',
  });
}
