import { Undecided } from '../undecided';
import type { Automaton } from './language';

/** An automaton, and whether the word is to be accepted by it. */
export interface Requirement {
  readonly automaton: Automaton;
  readonly accepted: boolean;
}

/** Policies in use need a few hundred; beyond this, patterns with many stars multiply and no answer comes in reasonable time. */
const MAX_STATES = 20_000;

// What stands for all characters that no pattern mentions, one of each class that shapes tell apart; the plainest first.
const UNMENTIONED = ['xyzwvutsrqponmlkjihgfedcba-', '9876543210', 'XYZWVUTSRQPONMLKJIHGFEDCBA_+=,.@', '/~|!^;<>()[]{} "\'', ':'];

interface Node {
  readonly states: readonly number[];
  readonly before?: Node;
  readonly character: number;
}

/** The shortest word, of one character at least, that meets all requirements; undefined when there is none. */
export function shortestWord(requirements: readonly Requirement[]): string | undefined {
  const alphabet = alphabetOf(requirements);
  const isWord = ({ states }: Node) => requirements.every(({ automaton, accepted }, i) => automaton.accepts(states[i] ?? 0) === accepted);
  const met = new Set<string>();
  let layer: Node[] = [{ states: requirements.map(({ automaton }) => automaton.start), character: 0 }];
  while (layer.length > 0) {
    const longer: Node[] = [];
    for (const node of successors(layer, alphabet, requirements)) {
      const name = node.states.join();
      if (met.has(name)) continue;
      if (isWord(node)) return word(node);
      longer.push(node);
      if (met.add(name).size > MAX_STATES) throw new Undecided(`patterns that take more than ${MAX_STATES} states to tell apart`);
    }
    layer = longer;
  }
  return undefined;
}

function* successors(layer: readonly Node[], alphabet: readonly number[], requirements: readonly Requirement[]): Generator<Node> {
  for (const before of layer) {
    for (const character of choices(before, requirements) ?? alphabet) {
      const states = advance(before, character, requirements);
      if (states) yield { states, before, character };
    }
  }
}

/** Undefined when the word can end here at most, but does not meet the requirements. */
function advance(node: Node, character: number, requirements: readonly Requirement[]): number[] | undefined {
  const states: number[] = [];
  for (let i = 0; i < requirements.length; i++) {
    const { automaton, accepted } = requirements[i] as Requirement;
    const state = automaton.step(node.states[i] ?? 0, character);
    if (automaton.fate(state) === !accepted && automaton.accepts(state) !== accepted) return undefined;
    states.push(state);
  }
  return states;
}

function alphabetOf(requirements: readonly Requirement[]): number[] {
  const mentioned = new Set(requirements.flatMap(({ automaton }) => [...automaton.mentioned]));
  const unmentioned = (pool: string) => [...pool].map((character) => character.charCodeAt(0)).find((code) => !mentioned.has(code));
  const representatives = UNMENTIONED.map(unmentioned).filter((code) => code !== undefined);
  return [...representatives, ...mentioned];
}

/** The characters that a requirement leaves, where it leaves few. */
function choices(node: Node, requirements: readonly Requirement[]): readonly number[] | undefined {
  let fewest: readonly number[] | undefined;
  for (let i = 0; i < requirements.length; i++) {
    const { automaton, accepted } = requirements[i] as Requirement;
    const literals = accepted ? automaton.literals(node.states[i] ?? 0) : undefined;
    if (literals && (!fewest || literals.length < fewest.length)) fewest = literals;
  }
  return fewest;
}

function word(last: Node): string {
  let text = '';
  for (let node: Node | undefined = last; node?.before; node = node.before) text = String.fromCharCode(node.character) + text;
  return text;
}
