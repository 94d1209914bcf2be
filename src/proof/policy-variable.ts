import type { KeyValues } from './request-context';

/** Text of a policy's value; in literal text `*` and `?` stand for themselves. */
export interface Piece {
  readonly text: string;
  readonly literal: boolean;
}

interface Variable {
  readonly key: string;
  readonly fallback?: string;
}

/** Something a policy's value builds; undefined when the request lacks a variable of it. */
export type Bound<T> = (context: KeyValues) => T | undefined;

/** `${*}`, `${?}`, `${$}`, `${key}`, `${key, 'default'}`. IAM User Guide, IAM policy elements: Variables and tags. */
const VARIABLE = /\$\{(?:([*?$])|\s*([^,}]+?)\s*(?:,\s*'([^']*)'\s*)?)\}/g;

function parse(source: string): (Piece | Variable)[] {
  const parts: (Piece | Variable)[] = [];
  let end = 0;
  for (const match of source.matchAll(VARIABLE)) {
    const [whole, character, key, fallback] = match;
    parts.push({ text: source.slice(end, match.index), literal: false });
    parts.push(key === undefined ? { text: character ?? '', literal: true } : { key: key.toLowerCase(), fallback });
    end = match.index + whole.length;
  }
  parts.push({ text: source.slice(end), literal: false });
  return parts;
}

function resolve(part: Piece | Variable, context: KeyValues): Piece | undefined {
  if ('text' in part) return part;
  const text = context.single(part.key) ?? part.fallback;
  return text === undefined ? undefined : { text, literal: true };
}

/** Builds once when the value has no variables, else for each request. Only Version 2012-10-17 has variables. */
export function bind<T>(source: string, variables: boolean, build: (pieces: readonly Piece[]) => T): Bound<T> {
  const parts = variables ? parse(source) : [{ text: source, literal: false }];
  if (parts.every((part): part is Piece => 'text' in part)) {
    const built = build(parts);
    return () => built;
  }
  return (context) => {
    const pieces = parts.map((part) => resolve(part, context));
    return pieces.every((piece): piece is Piece => piece !== undefined) ? build(pieces) : undefined;
  };
}
