import type { Automaton } from './language';

/** A key whose value is a part of another key's. */
export interface Part {
  /** The part of a whole value. */
  of(whole: string): string;
  /** What reads a whole value and decides by the part. */
  lift(automaton: Automaton): Automaton;
}

export const WHOLE: Part = { of: (whole) => whole, lift: (automaton) => automaton };

/** What stands between a number of separators and the next. */
export function between(separator: string, index: number): Part {
  const mark = separator.charCodeAt(0);
  const room = index + 2; // a state tells how many separators were read, up to the end of the part, beside the state of the inner automaton
  const lift = (inner: Automaton): Automaton => {
    const read = (state: number) => ({ count: state % room, at: Math.floor(state / room) });
    return {
      start: inner.start * room,
      mentioned: [...inner.mentioned, mark],
      step: (state, character) => {
        const { count, at } = read(state);
        if (character === mark) return count > index ? state : state + 1;
        return count === index ? inner.step(at, character) * room + count : state;
      },
      accepts: (state) => inner.accepts(read(state).at),
      fate: (state) => {
        const { count, at } = read(state);
        if (count > index) return inner.accepts(at);
        return count === index && inner.fate(at) === inner.accepts(at) ? inner.fate(at) : undefined; // the part may end here
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
