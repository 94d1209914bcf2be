import { ANY, ANY_BUT_COLON, ARN, globOf, ONE, ONE_BUT_COLON, TEXT } from '../glob';
import type { Glob } from '../glob';

/** A finite automaton that reads a word character by character; its states are numbers. */
export interface Automaton {
  readonly start: number;
  /** The characters that it tells from others. */
  readonly mentioned: Iterable<number>;
  step(state: number, character: number): number;
  accepts(state: number): boolean;
  /** Whether every longer word is accepted (true), or none (false); undefined while that is open. */
  fate(state: number): boolean | undefined;
  /** The only characters that lead on; undefined when others do, too. */
  literals(state: number): readonly number[] | undefined;
}

// Tokens beside those of globs, for the shapes of what AWS names: one character of a class, any number of them.
const DIGIT = -5;
const ONE_NAME = -6;
const ANY_NAME = -7;
const ONE_LABEL = -8;
const ANY_LABEL = -9;
const END = -10;

type Characters = (character: number) => boolean;
const anyOf = (characters: string): Characters => (character) => characters.includes(String.fromCharCode(character));
const any: Characters = () => true;
const anyButColon: Characters = (character) => character !== ':'.charCodeAt(0);
const digit = anyOf('0123456789');
const label = anyOf('abcdefghijklmnopqrstuvwxyz0123456789-');
const name = anyOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-');

const CLASSES = new Map<number, Characters>([
  [ANY, any], [ONE, any], [ANY_BUT_COLON, anyButColon], [ONE_BUT_COLON, anyButColon],
  [DIGIT, digit], [ONE_NAME, name], [ANY_NAME, name], [ONE_LABEL, label], [ANY_LABEL, label],
]);
const REPEATED = new Set([ANY, ANY_BUT_COLON, ANY_NAME, ANY_LABEL]);

/** The words that one of several patterns matches: its states are the sets of places that reading has reached, made when first met. */
export class Language implements Automaton {
  public readonly start: number;
  public readonly mentioned: ReadonlySet<number>;
  private readonly tokens: readonly number[];
  private readonly states: State[] = [];
  private readonly numbers = new Map<string, number>();

  public constructor(patterns: readonly (readonly number[])[], private readonly ignoringCase = false) {
    this.tokens = patterns.flatMap((pattern) => [...pattern, END]);
    this.mentioned = new Set(this.tokens.flatMap((token) => this.written(token)));
    let offset = 0;
    const starts = new Set<number>();
    for (const pattern of patterns) {
      this.enter(starts, offset);
      offset += pattern.length + 1;
    }
    this.start = this.state(starts);
  }

  public step(state: number, character: number): number {
    const from = this.states[state];
    const known = from?.steps.get(character);
    if (known !== undefined) return known;
    const reached = new Set<number>();
    for (const place of from?.places ?? []) {
      const token = this.tokens[place] ?? END;
      if (this.admits(token, character)) this.enter(reached, REPEATED.has(token) ? place : place + 1);
    }
    const next = this.state(reached);
    from?.steps.set(character, next);
    return next;
  }

  public accepts(state: number): boolean {
    return this.states[state]?.accepts ?? false;
  }

  public fate(state: number): boolean | undefined {
    return this.states[state]?.fate;
  }

  public literals(state: number): readonly number[] | undefined {
    return this.states[state]?.literals;
  }

  public includes(word: string): boolean {
    let state = this.start;
    for (let i = 0; i < word.length; i++) state = this.step(state, word.charCodeAt(i));
    return this.accepts(state);
  }

  private written(token: number): number[] {
    if (token < 0) return [];
    const character = String.fromCharCode(token);
    return this.ignoringCase ? [token, character.toUpperCase().charCodeAt(0)] : [token];
  }

  private admits(token: number, character: number): boolean {
    if (token < 0) return CLASSES.get(token)?.(character) ?? false;
    return token === (this.ignoringCase ? String.fromCharCode(character).toLowerCase().charCodeAt(0) : character);
  }

  private enter(reached: Set<number>, place: number): void {
    reached.add(place);
    if (REPEATED.has(this.tokens[place] ?? END)) this.enter(reached, place + 1);
  }

  private state(reached: ReadonlySet<number>): number {
    const places = [...reached].sort((a, b) => a - b);
    const listed = places.join();
    const known = this.numbers.get(listed);
    if (known !== undefined) return known;
    this.numbers.set(listed, this.states.length);
    return this.states.push(this.stateAt(places)) - 1;
  }

  private stateAt(places: readonly number[]): State {
    const open = places.filter((place) => this.tokens[place] !== END);
    const tokens = open.map((place) => this.tokens[place] ?? END);
    const forGood = open.some((place) => this.tokens[place] === ANY && this.tokens[place + 1] === END);
    return {
      places,
      steps: new Map(),
      accepts: open.length < places.length,
      fate: open.length === 0 ? false : forGood || undefined,
      literals: tokens.some((token) => token < 0) ? undefined : tokens.flatMap((token) => this.written(token)),
    };
  }
}

/** Where reading has got to. */
interface State {
  readonly places: readonly number[];
  readonly steps: Map<number, number>;
  readonly accepts: boolean;
  readonly fate?: boolean;
  readonly literals?: readonly number[];
}

export function tokensOfText(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

export function tokensOfGlob({ start, tokens }: Glob): number[] {
  return [...tokensOfText(start), ...tokens];
}

/** `#` is a digit, `%` a name (letters, digits, `+=,.@_-`), `&` a label of a host name; `*` and `?` stay within the segments of an ARN. */
const SHAPE_TOKENS = new Map([['#', [DIGIT]], ['%', [ONE_NAME, ANY_NAME]], ['&', [ONE_LABEL, ANY_LABEL]]]
  .map(([sign, tokens]) => [String(sign).charCodeAt(0), tokens as number[]]));

/** The language of what AWS writes in these shapes. */
export function shape(...shapes: readonly string[]): Language {
  return new Language(shapes.map((text) =>
    tokensOfGlob(globOf([{ text, literal: false }], text.startsWith('arn:') ? ARN : TEXT)).flatMap((token) => SHAPE_TOKENS.get(token) ?? [token])));
}
