import * as comparisons from './comparisons';
import type { Condition } from './condition';
import type { ValueType } from './condition-operators';
import { ARN, globOf, matchesGlob, ONE, ONE_BUT_COLON, TEXT } from './glob';
import type { Glob, GlobKind } from './glob';
import { Memo } from './memo';
import { bind } from './policy-variable';
import type { Piece } from './policy-variable';
import { NOTHING } from './request-context';
import type { KeyValues } from './request-context';
import { Language, tokensOfGlob, tokensOfText } from './value-sets/language';

/** What a statement asks of one condition key (or of the principal, or of the resource): the unit that proofs are made of. */
export interface Atom {
  /** For remembering; no other atom has it. */
  readonly id: number;
  /** In lower case. */
  readonly key: string;
  /** As written. */
  readonly name: string;
  /** None for `Null`. */
  readonly type?: ValueType;
  readonly quantifier?: Condition['quantifier'];
  readonly negated: boolean;
  /** Whether it holds where the key is absent. */
  readonly whenAbsent: boolean;
  /** The values of the policy. */
  readonly constants: readonly string[];
  /** The values that `matches`; of an atom on texts only. */
  readonly language?: () => Language;
  /** Those values, if they can be listed. */
  readonly words?: readonly string[];
  /** Some of them, likely to read well: the patterns with as little in place of their wildcards as may be. */
  readonly plain?: readonly string[];
  holds(values: readonly string[] | undefined): boolean;
  /** Whether a value, which is not empty, is like one of the policy's; the negation of the operator left aside. */
  matches(value: string): boolean;
}

/** An atom that is to hold, or not to. */
export interface Literal {
  readonly atom: Atom;
  readonly holds: boolean;
}

/** Atoms that say the same are one, so that what was found out about one is known of the other. */
const atoms = new Memo<Atom>(5_000);
let count = 0;

function remembered(name: readonly unknown[], make: (id: number) => Atom): Atom {
  return atoms.get(JSON.stringify(name), () => make(count++));
}

type Tokens = readonly number[];
type Reader = (pieces: readonly Piece[]) => Tokens;

const SINGLE = [ONE, ONE_BUT_COLON];

/** How the operators on texts read a value of the policy. */
const READERS = new Map<comparisons.Comparison, { readonly tokens: Reader; readonly ignoringCase?: boolean }>([
  [comparisons.text, { tokens: (pieces) => tokensOfText(comparisons.joined(pieces)) }],
  [comparisons.binary, { tokens: (pieces) => tokensOfText(comparisons.joined(pieces)) }],
  [comparisons.textIgnoringCase, { tokens: (pieces) => tokensOfText(comparisons.joined(pieces).toLowerCase()), ignoringCase: true }],
  [comparisons.boolean, { tokens: (pieces) => tokensOfText(comparisons.joined(pieces).toLowerCase()), ignoringCase: true }],
  [comparisons.textLike, { tokens: (pieces) => tokensOfGlob(globOf(pieces, TEXT)) }],
  [comparisons.arnLike, { tokens: (pieces) => tokensOfGlob(globOf(pieces, ARN)) }],
]);

const valuesOnly = (values: readonly string[] | undefined): KeyValues => ({ ...NOTHING, values: () => values });

export function atomOf(condition: Condition): Atom {
  const { operator, name, values, variables } = condition;
  const absent = condition.seen(valuesOnly(['x'])) === undefined;
  return remembered([operator, name, values, variables, absent], (id) => conditionAtom(condition, id));
}

function conditionAtom(condition: Condition, id: number): Atom {
  const { name: key, key: name, comparison, type, quantifier, negated } = condition;
  const constants = condition.values.map(String);
  const holds = (values: readonly string[] | undefined) => condition.holds(valuesOnly(values));
  const matches = (value: string) => holds([value]) !== negated;
  const base = { id, key, name, type, quantifier, negated, whenAbsent: holds(undefined), constants, holds, matches };
  const reader = comparison && READERS.get(comparison);
  if (!reader) return base;
  const patterns = constants.map((value) => bind(value, condition.variables, reader.tokens)(NOTHING) ?? []);
  return { ...base, ...languageOf(patterns, reader.ignoringCase) };
}

/** An atom that no condition makes: that a text matches one of several patterns; without `kind` they are plain text. */
export function membership(name: string, patterns: readonly string[], kind?: GlobKind, variables = false): Atom {
  const read = (text: string) => kind ? bind(text, variables, (pieces) => globOf(pieces, kind))(NOTHING) : globOf([{ text, literal: true }], TEXT);
  const globs = () => patterns.map(read).filter((glob) => glob !== undefined);
  return remembered([name, kind, variables, patterns], (id) => membershipAtom(name, globs(), id));
}

function membershipAtom(name: string, globs: readonly Glob[], id: number): Atom {
  const matches = (value: string) => globs.some((glob) => matchesGlob(glob, value));
  const holds = (values: readonly string[] | undefined) => values !== undefined && values.every(matches);
  const members = languageOf(globs.map(tokensOfGlob));
  return { id, key: name.toLowerCase(), name, type: 'text', negated: false, whenAbsent: false, constants: members.words ?? [], holds, matches, ...members };
}

/** An atom that no condition makes: that one of several texts is this one, in any case. */
export function membershipIgnoringCase(text: string): Atom {
  return remembered([text], (id) => memberIgnoringCase(text, id));
}

function memberIgnoringCase(text: string, id: number): Atom {
  const members = languageOf([tokensOfText(text)], true);
  const matches = (value: string) => members.language().includes(value);
  const holds = (values: readonly string[] | undefined) => values?.some(matches) ?? false;
  return { id, key: text, name: text, type: 'text', quantifier: 'ForAnyValue', negated: false, whenAbsent: false, constants: [text], holds, matches, ...members };
}

type Members = Pick<Required<Atom>, 'language' | 'plain'> & Pick<Atom, 'words'>;

function languageOf(patterns: readonly Tokens[], ignoringCase = false): Members {
  let made: Language | undefined;
  const language = () => made ??= new Language(patterns, ignoringCase);
  const plain = patterns.flatMap((tokens) => tokens.every((token) => token >= 0) ? [filled(tokens, '')] : [filled(tokens, ''), filled(tokens, 'x')]);
  const listed = !ignoringCase && plain.length === patterns.length;
  return { language, words: listed ? plain : undefined, plain };
}

function filled(tokens: Tokens, any: string): string {
  return tokens.map((token) => token >= 0 ? String.fromCharCode(token) : SINGLE.includes(token) ? 'x' : any).join('');
}
