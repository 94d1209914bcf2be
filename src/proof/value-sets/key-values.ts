import type { Literal } from '../atom';
import type { Domain } from '../key-domains';
import { WHOLE } from './part';
import type { Part } from './part';
import { findWord, otherThan } from './word';
import type { Test } from './word';

/** The values of a key; `absent` is an answer, undefined is none. */
export type Values = readonly string[] | 'absent';

/** Literals on one key, and which part of the value it is. */
export interface Asked extends Literal {
  readonly part: Part;
}

/** The values of a key that make all literals true; absent when that will do. */
export function findValues(asked: readonly Asked[], domain: Domain): Values | undefined {
  if (domain.presence !== 'always' && asked.every(({ atom, holds }) => atom.holds(undefined) === holds)) return 'absent';
  if (domain.presence === 'never' || asked.some(refusesPresence)) return undefined;
  const present = asked.filter(({ atom }) => atom.type !== undefined);
  const single = findSingle(present, domain);
  if (single !== undefined) return [single];
  return domain.many ? findSeveral(present, domain) : undefined;
}

/** Of `Null`, which looks at no value. */
const refusesPresence = ({ atom, holds }: Asked) => atom.type === undefined && atom.holds(['x']) !== holds;

function findSingle(asked: readonly Asked[], domain: Domain): string | undefined {
  const word = findWord(asked.map(({ atom, holds, part }) => ({ atom, part, matches: holds !== atom.negated })), domain);
  if (word !== undefined || domain.many || domain.shapes || domain.type) return word;
  return asked.every(({ atom, holds, part }) => part === WHOLE && atom.holds(['']) === holds) ? '' : undefined;
}

/**
 * Two values at least. What must hold for each of them is one test, what must hold for some is one value that passes it,
 * too: no sets need be tried.
 */
function findSeveral(asked: readonly Asked[], domain: Domain): readonly string[] | undefined {
  if (asked.some(({ atom, holds }) => !atom.quantifier && holds)) return undefined;
  const quantified = asked.filter(({ atom }) => atom.quantifier);
  const forAll = quantified.filter(({ atom, holds }) => (atom.quantifier === 'ForAllValues') === holds).map(testOf);
  const values: string[] = [];
  for (const some of quantified.filter(({ atom, holds }) => (atom.quantifier === 'ForAnyValue') === holds)) {
    if (values.some((value) => some.atom.matches(value) === testOf(some).matches)) continue;
    const value = findWord([testOf(some), ...forAll], domain);
    if (value === undefined) return undefined;
    values.push(value);
  }
  while (values.length < 2) {
    const value = findWord([...values.map(otherThan), ...forAll], domain);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** What the literal asks of each value, or of some. */
function testOf({ atom, holds, part }: Asked): Test {
  return { atom, part, matches: holds !== atom.negated };
}
