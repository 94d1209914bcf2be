import type { Literal } from './atom';
import type { CallerMode } from './caller-mode';
import { ACTIONS_OF_KEYS, ANY_DOMAIN, KEY_DOMAINS, NEVER, NEVER_TOGETHER, RESOURCE_KEY } from './key-domains';
import type { Domain, LinkedKey } from './key-domains';
import type { Choice, Cube } from './provable-statement';
import { ABSENT_IN_KEY_POLICIES } from './request-physics';
import { Undecided } from './undecided';
import { ENCRYPTION_CONTEXT, ENCRYPTION_CONTEXT_KEYS, findEncryptionContext } from './value-sets/encryption-context';
import { findValues } from './value-sets/key-values';
import type { Asked, Values } from './value-sets/key-values';
import { WHOLE } from './value-sets/part';

/** The values of condition keys, by their names as written. */
export type Assignment = ReadonlyMap<string, Values>;

/** Each is one set of literals tried; policies in use need some dozens. */
const MAX_CUBES = 20_000;

const ENCRYPTION_CONTEXT_GROUP = '(encryption context)';

type Groups = ReadonlyMap<string, readonly Literal[]>;
type Solution = Assignment | Undecided | undefined;

/** What was found out, by what a key can be: the same few literals come back in every mode, statement and question. */
const remembered = new WeakMap<Domain, Map<string, Solution>>();
const MAX_REMEMBERED = 5_000;

/**
 * Looks for a request of one mode that makes one cube of every choice true. Once the cubes are chosen, what is left is a list
 * of literals; keys that have nothing to do with each other are decided one by one, each answer remembered.
 */
export class CubeSearch {
  /** What stopped the search somewhere; undefined while it is exact. */
  public undecided?: string;
  private readonly domains = new Map<string, Domain>();
  private readonly actions = new Map<string, readonly string[] | undefined>();
  private cubes = 0;
  private listed = false; // whether something asks for the list of encryption context keys

  public constructor(private readonly mode: CallerMode, private readonly resource: Domain) {}

  /** The first assignment that is good, of those that make all choices true for an action. */
  public find(action: string, choices: readonly Choice[], isGood: (assignment: Assignment) => boolean): boolean {
    this.listed = choices.some((choice) => choice.some((cube) => cube.some(({ atom }) => atom.key === ENCRYPTION_CONTEXT_KEYS)));
    this.cubes = 0;
    this.undecided = undefined;
    const open = this.open(choices, action);
    try {
      return open !== undefined && this.branch(new Map(), open, isGood);
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
      this.undecided = error.construct;
      return false;
    }
  }

  /** The choices that are left to make; undefined when one has no way left. */
  private open(choices: readonly Choice[], action: string): Choice[] | undefined {
    const open: Choice[] = [];
    for (const choice of choices) {
      const simplified = this.simplified(choice, action);
      if (simplified.length === 0) return undefined;
      if (simplified.every((cube) => cube.length > 0)) open.push(simplified);
    }
    return open;
  }

  /** Without what the mode and the action have settled. */
  private simplified(choice: Choice, action: string): Choice {
    return choice.flatMap((cube): Choice => {
      const settled = cube.map((literal) => this.settled(literal, action));
      return settled.includes(false) ? [] : [cube.filter((_, i) => settled[i] === undefined)];
    });
  }

  private settled({ atom, holds }: Literal, action: string): boolean | undefined {
    const { presence, values } = this.isOfAction(atom.key, action) ? this.domainOf(atom.key) : NEVER;
    if (presence === 'never') return atom.holds(undefined) === holds;
    return presence === 'always' && values?.length === 1 ? atom.holds(values) === holds : undefined;
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
        if (choice.some((cube) => cube.every((literal) => has(settled, this.groupOf(literal), literal)))) continue;
        const possible = choice.filter((cube) => this.extended(settled, cube));
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

  /** Undefined when the literals contradict those before. */
  private extended(groups: Groups, cube: Cube): Groups | undefined {
    if (++this.cubes > MAX_CUBES) throw new Undecided(`statements that combine in more than ${MAX_CUBES} ways`);
    const extended = new Map(groups);
    const touched = new Set<string>();
    for (const literal of cube) {
      const group = this.groupOf(literal);
      if (has(extended, group, literal)) continue;
      if (has(extended, group, { ...literal, holds: !literal.holds })) return undefined;
      extended.set(group, [...extended.get(group) ?? [], literal]);
      touched.add(group);
    }
    return [...touched].every((group) => this.solved(group, extended.get(group) ?? []) !== undefined) ? extended : undefined;
  }

  private isGoodLeaf(groups: Groups, isGood: (assignment: Assignment) => boolean): boolean {
    const assignment = new Map<string, Values>();
    const wanted = [...groups.keys(), ...this.mode.required.filter((key) => !groups.has(key))];
    for (const group of wanted) {
      const solved = this.solved(group, groups.get(group) ?? []);
      if (solved instanceof Undecided) this.undecided = solved.construct;
      if (!(solved instanceof Map)) return false;
      solved.forEach((values, name) => assignment.set(name, values));
    }
    return !incompatible(assignment) && isGood(assignment);
  }

  private solved(group: string, literals: readonly Literal[]): Solution {
    const domain = this.domainOf(group);
    let known = remembered.get(domain);
    if (!known || known.size > MAX_REMEMBERED) remembered.set(domain, known = new Map());
    const ids = literals.map(({ atom, holds }) => holds ? atom.id : -atom.id - 1).sort((one, other) => one - other);
    const name = [group, this.mode.links.length, ...ids].join(' ');
    if (!known.has(name)) known.set(name, this.solve(group, literals));
    return known.get(name);
  }

  private solve(group: string, literals: readonly Literal[]): Solution {
    try {
      if (group === ENCRYPTION_CONTEXT_GROUP) return findEncryptionContext(byKey(literals), (key) => this.domainOf(key));
      const links = this.mode.links.filter((link) => link.whole === group);
      const values = findValues(literals.map((literal) => ({ ...literal, part: links.find(isOf(literal))?.part ?? WHOLE })), this.domainOf(group));
      return values && named(group, literals, values, links);
    } catch (error) {
      if (error instanceof Undecided) return error;
      throw error;
    }
  }

  private groupOf({ atom: { key } }: Literal): string {
    if (this.listed && (key === ENCRYPTION_CONTEXT_KEYS || key.startsWith(ENCRYPTION_CONTEXT))) return ENCRYPTION_CONTEXT_GROUP;
    return this.mode.links.find((link) => link.key.toLowerCase() === key)?.whole ?? key;
  }

  private isOfAction(key: string, action: string): boolean {
    if (!this.actions.has(key)) this.actions.set(key, ACTIONS_OF_KEYS.find(([name]) => name.test(key))?.[1]);
    return this.actions.get(key)?.includes(action) ?? true;
  }

  private domainOf(key: string): Domain {
    const domain = this.domains.get(key) ?? this.findDomain(key);
    this.domains.set(key, domain);
    return domain;
  }

  private findDomain(key: string): Domain {
    if (key === RESOURCE_KEY) return this.resource;
    if (ABSENT_IN_KEY_POLICIES.test(key)) return NEVER;
    const of = (domains: typeof KEY_DOMAINS) => domains.find(([name]) => name.test(key))?.[1];
    return of(this.mode.domains) ?? (this.mode.links.some((link) => link.key.toLowerCase() === key) ? ANY_DOMAIN : of(KEY_DOMAINS) ?? ANY_DOMAIN);
  }
}

function byKey(literals: readonly Literal[]): Map<string, Asked[]> {
  const asked = new Map<string, Asked[]>();
  for (const literal of literals) asked.set(literal.atom.key, [...asked.get(literal.atom.key) ?? [], { ...literal, part: WHOLE }]);
  return asked;
}

const isOf = ({ atom }: Literal) => ({ key }: LinkedKey) => key.toLowerCase() === atom.key;

function has(groups: Groups, group: string, { atom, holds }: Literal): boolean {
  return groups.get(group)?.some((literal) => literal.atom === atom && literal.holds === holds) ?? false;
}

/** The whole, and its parts that a context must name. */
function named(group: string, literals: readonly Literal[], values: Values, links: readonly LinkedKey[]): Assignment {
  const name = literals.find(({ atom }) => atom.key === group)?.atom.name ?? NAMES.get(group) ?? group;
  const parts = values === 'absent' ? [] : links.filter(({ implied }) => !implied).map(({ key, part }): [string, Values] => [key, values.map(part.of)]);
  return new Map([[name, values], ...parts]);
}

/** Of wholes that only their parts may have named. */
const NAMES = new Map(['aws:PrincipalArn', 'aws:PrincipalServiceName', 'aws:PrincipalOrgPaths', 'aws:SourceOrgPaths', 'aws:ResourceOrgPaths',
  'aws:VpceOrgPaths', 'aws:SourceArn', 'kms:ViaService'].map((name) => [name.toLowerCase(), name]));

/** Absent is the first that is tried for each key: where two are present, both had to be. */
function incompatible(assignment: Assignment): boolean {
  const present = [...assignment].filter(([, values]) => values !== 'absent').map(([name]) => name.toLowerCase());
  return NEVER_TOGETHER.some(([one, other]) => present.some((name) => one.test(name)) && present.some((name) => other.test(name)));
}
