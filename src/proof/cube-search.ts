import type { Literal } from './atom';
import { NEVER_TOGETHER } from './key-domains';
import type { Assignment, KnownKeys } from './known-keys';
import type { Choice, Cube } from './provable-statement';
import { Undecided } from './undecided';
import { ENCRYPTION_CONTEXT_KEYS } from './value-sets/encryption-context';
import type { Values } from './value-sets/key-values';

/** Each is one set of literals tried; policies in use need some dozens. */
const MAX_CUBES = 20_000;

/** What is chosen, by the group of its keys. */
export type Groups = ReadonlyMap<string, readonly Literal[]>;
const NOTHING_CHOSEN: Groups = new Map();

/**
 * Looks for a request of one mode that makes one cube of every choice true. Once the cubes are chosen, what is left is a list
 * of literals; keys that have nothing to do with each other are decided one by one, each answer remembered.
 */
export class CubeSearch {
  /** What stopped the search somewhere; undefined while it is exact. */
  public undecided?: string;
  private cubes = 0;
  private listed = false; // whether something asks for the list of encryption context keys

  public constructor(private readonly keys: KnownKeys) {}

  /** What choices that leave no choice come to, for some action at least; undefined when they contradict each other. */
  public forced(choices: readonly Choice[]): Groups | undefined {
    return this.newlyForced(choices, NOTHING_CHOSEN);
  }

  /** Whether other choices that leave no choice go with that: they seldom do, and it is told before any is made. */
  public goTogether(forced: Groups, choices: readonly Choice[]): boolean {
    return this.newlyForced(choices, forced) !== undefined;
  }

  /** The first assignment that is good, of those that make all choices true for an action. */
  public find(action: string, choices: readonly Choice[], isGood: (assignment: Assignment) => boolean): boolean {
    this.listed = choices.some((choice) => choice.some((cube) => cube.some(({ atom }) => atom.key === ENCRYPTION_CONTEXT_KEYS)));
    this.cubes = 0;
    this.undecided = undefined;
    const open = this.open(choices, action);
    try {
      return open !== undefined && this.branch(NOTHING_CHOSEN, open, isGood);
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
      this.undecided = error.construct;
      return false;
    }
  }

  private newlyForced(choices: readonly Choice[], groups: Groups): Groups | undefined {
    this.cubes = 0;
    this.listed = false;
    if (choices.some((choice) => choice.length === 0)) return undefined;
    return this.added(choices.flatMap((choice) => choice.length === 1 ? choice[0] ?? [] : []), groups);
  }

  /** The choices that are left to make; undefined when one has no way left. */
  private open(choices: readonly Choice[], action: string): Choice[] | undefined {
    const open: Choice[] = [];
    for (const choice of choices) {
      const left = choice.map((cube) => this.left(cube, action)).filter((cube) => cube !== undefined);
      if (left.length === 0) return undefined;
      if (left.every((cube) => cube.length > 0)) open.push(left);
    }
    return open;
  }

  /** What mode and action have not settled of a cube; undefined when they have settled that it is false. */
  private left(cube: Cube, action: string): Cube | undefined {
    const settled = cube.map((literal) => this.keys.settled(literal, action));
    if (settled.includes(false)) return undefined;
    return settled.includes(true) ? cube.filter((_, i) => settled[i] === undefined) : cube;
  }

  private branch(groups: Groups, choices: readonly Choice[], isGood: (assignment: Assignment) => boolean): boolean {
    const state = this.propagated(groups, choices);
    if (!state) return false;
    const [next, ...others] = [...state.choices].sort((a, b) => a.length - b.length);
    if (!next) return this.isGoodLeaf(state.groups, isGood);
    return next.some((cube) => {
      const extended = this.extended(state.groups, cube);
      return extended !== undefined && this.branch(extended, others, isGood);
    });
  }

  /** Drops the cubes that contradict what is chosen and chooses those without alternative, until nothing changes. */
  private propagated(groups: Groups, choices: readonly Choice[]): { groups: Groups; choices: readonly Choice[] } | undefined {
    let open = choices;
    for (let settled = groups; ;) {
      const left: Choice[] = [];
      let changed = false;
      for (const choice of open) {
        if (choice.some((cube) => cube.every((literal) => this.isChosen(settled, literal)))) continue;
        const possible = choice.filter((cube) => this.fits(cube, settled));
        if (possible.length === 0) return undefined;
        const [only] = possible;
        if (only && possible.length === 1) {
          settled = this.extended(settled, only) ?? settled;
          changed = true;
        } else {
          left.push(possible);
        }
      }
      open = left;
      if (!changed) return { groups: settled, choices: left };
    }
  }

  private isChosen(groups: Groups, literal: Literal): boolean {
    return has(groups.get(this.keys.groupOf(literal.atom.key, this.listed)), literal.atom, literal.holds);
  }

  /** Undefined when the literals contradict those before. */
  private extended(groups: Groups, cube: Cube): Groups | undefined {
    const added = this.added(cube, groups);
    if (!added) return undefined;
    const extended = new Map(groups);
    added.forEach((literals, group) => extended.set(group, literals));
    return extended;
  }

  /** Whether a cube goes with what is chosen; most have one literal. */
  private fits(cube: Cube, groups: Groups): boolean {
    const [literal] = cube;
    if (!literal || cube.length > 1) return this.added(cube, groups) !== undefined;
    this.count();
    const { atom, holds } = literal;
    const group = this.keys.groupOf(atom.key, this.listed);
    const before = groups.get(group) ?? [];
    return has(before, atom, holds) || (!has(before, atom, !holds) && this.keys.solved(group, [...before, literal]) !== undefined);
  }

  private count(): void {
    if (++this.cubes > MAX_CUBES) throw new Undecided(`statements that combine in more than ${MAX_CUBES} ways`);
  }

  /** The groups that a cube adds to, with what they had. */
  private added(cube: Cube, groups: Groups): Groups | undefined {
    this.count();
    const added = new Map<string, readonly Literal[]>();
    for (const literal of cube) {
      const { atom, holds } = literal;
      const group = this.keys.groupOf(atom.key, this.listed);
      const before = added.get(group) ?? groups.get(group) ?? [];
      if (has(before, atom, holds)) continue;
      if (has(before, atom, !holds)) return undefined;
      added.set(group, [...before, literal]);
    }
    for (const [group, literals] of added) {
      if (this.keys.solved(group, literals) === undefined) return undefined;
    }
    return added;
  }

  private isGoodLeaf(groups: Groups, isGood: (assignment: Assignment) => boolean): boolean {
    const assignment = new Map<string, Values>();
    const wanted = [...groups.keys(), ...this.keys.mode.required.filter((key) => !groups.has(key))];
    for (const group of wanted) {
      const solved = this.keys.solved(group, groups.get(group) ?? []);
      if (solved instanceof Undecided) this.undecided = solved.construct;
      if (!(solved instanceof Map)) return false;
      solved.forEach((values, name) => assignment.set(name, values));
    }
    return !incompatible(assignment) && isGood(assignment);
  }
}

function has(literals: readonly Literal[] | undefined, atom: Literal['atom'], holds: boolean): boolean {
  return literals?.some((literal) => literal.atom === atom && literal.holds === holds) ?? false;
}

/** Absent is the first that is tried for each key: where two are present, both had to be. */
function incompatible(assignment: Assignment): boolean {
  const present = [...assignment].filter(([, values]) => values !== 'absent').map(([name]) => name.toLowerCase());
  return NEVER_TOGETHER.some(([one, other]) => present.some((name) => one.test(name)) && present.some((name) => other.test(name)));
}
