import type { Automaton } from './language';

/** A key whose value is a part of another key's. */
export interface Part {
  /** The part of a whole value. */
  of(whole: string): string;
  /** What reads a whole value and decides by the part. */
  lift(automaton: Automaton): Automaton;
}

export const WHOLE: Part = { of: (whole) => whole, lift: (automaton) => automaton };

const ROOM = 8; // for the count of separators beside the state of the inner automaton; ARNs have five that count

/** What stands between a number of separators and the next. */
export function between(separator: string, index: number): Part {
  const mark = separator.charCodeAt(0);
  const lift = (inner: Automaton): Automaton => {
    const read = (state: number) => ({ count: state % ROOM, at: Math.floor(state / ROOM) });
    return {
      start: inner.start * ROOM,
      mentioned: [...inner.mentioned, mark],
      step: (state, character) => {
        const { count, at } = read(state);
        if (character === mark) return count > index ? state : state + 1;
        return count === index ? inner.step(at, character) * ROOM + count : state;
      },
      accepts: (state) => inner.accepts(read(state).at),
      fate: (state) => {
        const { count, at } = read(state);
        if (count > index) return inner.accepts(at);
        return count === index ? inner.fate(at) : undefined;
      },
      literals: () => undefined,
    };
  };
  return { of: (whole) => whole.split(separator)[index] ?? '', lift };
}

/** What stands after the last separator. */
export function afterLast(separator: string): Part {
  const mark = separator.charCodeAt(0);
  const lift = (inner: Automaton): Automaton => ({
    start: inner.start,
    mentioned: [...inner.mentioned, mark],
    step: (state, character) => character === mark ? inner.start : inner.step(state, character),
    accepts: (state) => inner.accepts(state),
    fate: () => undefined,
    literals: () => undefined,
  });
  return { of: (whole) => whole.slice(whole.lastIndexOf(separator) + 1), lift };
}
