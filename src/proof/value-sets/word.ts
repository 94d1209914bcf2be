import type { Atom } from '../atom';
import type { ValueType } from '../condition-operators';
import type { Domain } from '../key-domains';
import { Undecided } from '../undecided';
import { Language, tokensOfText } from './language';
import { WHOLE } from './part';
import type { Part } from './part';
import { addresses, dates, epochs, numbers } from './samples';
import { shortestWord } from './word-search';

/** Whether a value, or a part of it, is to match an atom. */
export interface Test {
  readonly atom: Atom;
  readonly matches: boolean;
  readonly part: Part;
}

const TEXTS: readonly (ValueType | undefined)[] = ['text', 'arn', 'boolean', 'binary'];
const TYPED = { number: (constants: readonly string[]) => numbers(constants, true), date: dates, epoch: epochs, address: addresses };
/** The same where the type of the key is not known, so that a value may be of none. */
const UNTYPED = {
  number: (constants: readonly string[]) => [...numbers(constants, false), 'x'],
  date: (constants: readonly string[]) => [...dates(constants), 'x'],
  address: (constants: readonly string[]) => [...addresses(constants), 'x'],
};

/** A value, not empty, that passes all tests; undefined when there is none. Exact, or `Undecided`. */
export function findWord(tests: readonly Test[], domain: Domain): string | undefined {
  const candidates = domain.values ?? listed(tests) ?? sampled(tests, domain);
  const isFound = (word: string) => word !== '' && passes(word, tests) && hasShape(word, domain);
  if (candidates) return candidates.find(isFound);
  const pattern = tests.find(({ matches, part }) => matches && part === WHOLE)?.atom;
  const plain = (pattern?.plain ?? domain.plain)?.find(isFound);
  if (plain !== undefined) return plain;
  for (const shape of domain.shapes ?? [ANY_TEXT]) {
    const word = shortestWord([{ automaton: shape, accepted: true }, ...tests.map(requirement)]);
    if (word !== undefined) return word;
  }
  return undefined;
}

export function passes(word: string, tests: readonly Test[]): boolean {
  return tests.every(({ atom, matches, part }) => atom.matches(part.of(word)) === matches);
}

const ANY_TEXT = new Language([[-1]]);

/** No other value than this. */
export const otherThan = (word: string): Test => ({ atom: literally(word), matches: false, part: WHOLE });

function literally(word: string): Atom {
  const language = new Language([tokensOfText(word)]);
  const matches = (value: string) => value === word;
  const holds = (values: readonly string[] | undefined) => values?.[0] === word;
  return { id: -1, key: '', name: '', type: 'text', negated: false, whenAbsent: false, constants: [word], words: [word], holds, matches, language: () => language };
}

/** The few values that one of the tests leaves. */
function listed(tests: readonly Test[]): readonly string[] | undefined {
  return tests.find(({ atom, matches, part }) => matches && part === WHOLE && atom.words)?.atom.words;
}

function sampled(tests: readonly Test[], { type, shapes }: Domain): readonly string[] | undefined {
  const constants = tests.flatMap(({ atom }) => atom.constants);
  const types = new Set(tests.map(({ atom }) => TEXTS.includes(atom.type) ? 'text' : atom.type));
  if (type === 'boolean') return ['true', 'false'];
  if (type !== undefined && type !== 'text') return types.has('text') ? mixed(tests) : TYPED[type](constants);
  if (types.size === 0 || (types.size === 1 && types.has('text'))) return undefined;
  const [only] = types;
  return types.size === 1 && only !== undefined && only in UNTYPED && !shapes ? UNTYPED[only as keyof typeof UNTYPED](constants) : mixed(tests);
}

function mixed(tests: readonly Test[]): never {
  const types = new Set(tests.map(({ atom }) => atom.type));
  throw new Undecided(`${tests[0]?.atom.name}, compared as ${[...types].join(' and as ')}`);
}

function hasShape(word: string, { shapes }: Domain): boolean {
  return !shapes || shapes.some((shape) => shape.includes(word));
}

function requirement({ atom, matches, part }: Test) {
  if (!atom.language) throw new Undecided(`${atom.name}, whose operator compares no text`);
  return { automaton: part.lift(atom.language()), accepted: matches };
}
