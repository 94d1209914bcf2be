import type { Piece } from './policy-variable';

/** A pattern: the text it starts with, then tokens, each the code of a character or one of the four wildcards below. */
export interface Glob {
  readonly start: string;
  readonly tokens: Tokens;
}

type Tokens = readonly number[];

export const ANY = -1; // any characters
export const ONE = -2; // any one character
export const ANY_BUT_COLON = -3;
export const ONE_BUT_COLON = -4;

const COLON = 58;
const ARN_SEGMENTS = 6;

/** Which wildcards stop at a colon. */
export interface GlobKind {
  /** Whether `*` and `?` of an ARN's first five segments stay within their segment. */
  readonly segmented: boolean;
  /** Of those, whether a `*` that ends its segment runs on past the colon. */
  readonly runsOn?: 'always' | 'alone-at-end';
}

/** `StringLike`, actions. */
export const TEXT: GlobKind = { segmented: false };
/** IAM User Guide, IAM JSON policy elements: Resource ("If the * wildcard is the last character of a resource ARN segment …"). */
export const RESOURCE: GlobKind = { segmented: true, runsOn: 'always' };
/**
 * IAM User Guide, IAM JSON policy elements: Condition operators, ARN condition operators: six segments, each compared on its own.
 * A last segment that is just `*` stands for all that follow (`*`, `arn:aws:s3:*`); no AWS page says, policies in use rely on it.
 */
export const ARN: GlobKind = { segmented: true, runsOn: 'alone-at-end' };

export function globOf(pieces: readonly Piece[], kind: GlobKind): Glob {
  const tokens: number[] = [];
  for (const { text, literal } of pieces) {
    for (let i = 0; i < text.length; i++) tokens.push(literal ? text.charCodeAt(i) : token(text, i));
  }
  const wild = tokens.findIndex((each) => each < 0);
  const end = wild < 0 ? tokens.length : wild;
  const start = pieces.map(({ text }) => text).join('').slice(0, end);
  return { start, tokens: (kind.segmented ? segmented(tokens, kind) : tokens).slice(end) };
}

function token(text: string, index: number): number {
  const character = text.charAt(index);
  if (character === '*') return ANY;
  return character === '?' ? ONE : text.charCodeAt(index);
}

function segmented(tokens: Tokens, kind: GlobKind): Tokens {
  let colons = 0;
  return tokens.map((each, i) => {
    if (each === COLON) colons++;
    if (colons >= ARN_SEGMENTS - 1 || each >= 0) return each;
    if (each === ONE) return ONE_BUT_COLON;
    return runsOn(tokens, i, kind) ? ANY : ANY_BUT_COLON;
  });
}

function runsOn(tokens: Tokens, i: number, kind: GlobKind): boolean {
  const atEnd = i === tokens.length - 1;
  if (kind.runsOn === 'always') return atEnd || tokens[i + 1] === COLON;
  return atEnd && (i === 0 || tokens[i - 1] === COLON);
}

function matchesCharacter(each: number | undefined, character: number): boolean {
  return each === character || each === ONE || (each === ONE_BUT_COLON && character !== COLON);
}

export function matchesGlob({ start, tokens }: Glob, text: string): boolean {
  return text.startsWith(start) && matchesTokens(tokens, text, start.length);
}

/**
 * Goes back to the last wildcard only, so that no pattern takes exponential time: an earlier `*` gains nothing by taking
 * more, and one that stops at a colon cannot move the colon that a later one starts after.
 */
function matchesTokens(tokens: Tokens, text: string, from: number): boolean {
  let g = 0;
  let t = from;
  let any = -1; // where the last ANY stands in the tokens, and where it ends in the text
  let anyEnd = 0;
  let inner = -1; // the last ANY_BUT_COLON after it
  let innerEnd = 0;
  while (t < text.length) {
    const current = tokens[g];
    if (current === ANY) {
      any = g++;
      anyEnd = t;
      inner = -1;
    } else if (current === ANY_BUT_COLON) {
      inner = g++;
      innerEnd = t;
    } else if (matchesCharacter(current, text.charCodeAt(t))) {
      g++;
      t++;
    } else if (inner >= 0 && text.charCodeAt(innerEnd) !== COLON) {
      g = inner + 1;
      t = ++innerEnd;
    } else if (any >= 0) {
      g = any + 1;
      t = ++anyEnd;
      inner = -1;
    } else {
      return false;
    }
  }
  while (tokens[g] === ANY || tokens[g] === ANY_BUT_COLON) g++;
  return g === tokens.length;
}
