import type { Literal } from './atom';
import type { CallerMode } from './caller-mode';
import { actionsOfKey, ANY_DOMAIN, KEY_DOMAINS, NEVER, RESOURCE_KEY } from './key-domains';
import type { Domain, LinkedKey } from './key-domains';
import { Memo } from './memo';
import { Undecided } from './undecided';
import { ENCRYPTION_CONTEXT, ENCRYPTION_CONTEXT_KEYS, findEncryptionContext } from './value-sets/encryption-context';
import { findValues } from './value-sets/key-values';
import type { Asked, Values } from './value-sets/key-values';
import { WHOLE } from './value-sets/part';

/** The values of condition keys, by their names as written. */
export type Assignment = ReadonlyMap<string, Values>;

/** Values that make some literals true; undefined when there are none. */
export type Solution = Assignment | Undecided | undefined;

/** Keys that are decided together. */
const ENCRYPTION_CONTEXT_GROUP = '(encryption context)';

/** What was found out, by what a key can be: the same few literals come back in every mode, statement and question. */
const solutions = new WeakMap<Domain, Memo<Solution>>();
const domainsOfModes = new WeakMap<CallerMode, Memo<Domain>>();

function within<K extends object, T>(all: WeakMap<K, Memo<T>>, key: K): Memo<T> {
  const known = all.get(key);
  if (known) return known;
  const made = new Memo<T>(5_000);
  all.set(key, made);
  return made;
}

/** What a mode makes of condition keys: what they can be, which hang together, which values meet what is asked of them. */
export class KnownKeys {
  private readonly domains: Memo<Domain>;
  private readonly wholes: ReadonlyMap<string, string>;

  /** `resource`: what the ARN of the key can be. */
  public constructor(public readonly mode: CallerMode, private readonly resource: Domain) {
    this.domains = within(domainsOfModes, mode);
    this.wholes = new Map(mode.links.map(({ key, whole }) => [key.toLowerCase(), whole]));
  }

  /** What the callers of the mode look like. */
  public get callers(): Domain {
    return this.domainOf(this.mode.caller === 'service' ? 'aws:principalservicename' : 'aws:principalarn');
  }

  /** Whether mode and action settle a literal by themselves, and how; undefined when they do not. */
  public settled({ atom, holds }: Literal, action: string): boolean | undefined {
    const { presence, values } = actionsOfKey(atom.key)?.includes(action) ?? true ? this.domainOf(atom.key) : NEVER;
    if (presence === 'never') return atom.whenAbsent === holds;
    return presence === 'always' && values?.length === 1 ? atom.holds(values) === holds : undefined;
  }

  /** The keys with which a key is decided, by one name. `listed`: whether something asks for the list of encryption context keys. */
  public groupOf(key: string, listed: boolean): string {
    if (listed && (key === ENCRYPTION_CONTEXT_KEYS || key.startsWith(ENCRYPTION_CONTEXT))) return ENCRYPTION_CONTEXT_GROUP;
    return this.wholes.get(key) ?? key;
  }

  public solved(group: string, literals: readonly Literal[]): Solution {
    if (literals.some((literal) => excluded(literal, literals))) return undefined;
    const name = literals.reduce((text, { atom, holds }) => `${text} ${holds ? atom.id : -atom.id - 1}`, `${group} ${this.mode.links.length}`);
    return within(solutions, this.domainOf(group)).get(name, () => this.solve(group, literals));
  }

  public domainOf(key: string): Domain {
    return key === RESOURCE_KEY ? this.resource : this.domains.get(key, () => this.findDomain(key));
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

  private findDomain(key: string): Domain {
    const of = (domains: typeof KEY_DOMAINS) => domains.find(([name]) => name.test(key))?.[1];
    return of(this.mode.domains) ?? of(KEY_DOMAINS) ?? ANY_DOMAIN;
  }
}

/** Whether a literal that leaves a key few values leaves none that others on the key do not refuse: quicker told than looked up. */
function excluded({ atom, holds }: Literal, literals: readonly Literal[]): boolean {
  if (!holds || !atom.words || atom.negated || atom.quantifier || atom.whenAbsent) return false;
  return atom.words.every((word) => literals.some((other) => other.atom.key === atom.key && other.atom.holds([word]) !== other.holds));
}

function byKey(literals: readonly Literal[]): Map<string, Asked[]> {
  const asked = new Map<string, Asked[]>();
  for (const literal of literals) asked.set(literal.atom.key, [...asked.get(literal.atom.key) ?? [], { ...literal, part: WHOLE }]);
  return asked;
}

const isOf = ({ atom }: Literal) => ({ key }: LinkedKey) => key.toLowerCase() === atom.key;

/** The whole, and its parts that a context must name. */
function named(group: string, literals: readonly Literal[], values: Values, links: readonly LinkedKey[]): Assignment {
  const name = literals.find(({ atom }) => atom.key === group)?.atom.name ?? NAMES.get(group) ?? group;
  const parts = values === 'absent' ? [] : links.filter(({ implied }) => !implied).map(({ key, part }): [string, Values] => [key, values.map(part.of)]);
  return new Map([[name, values], ...parts]);
}

/** Of wholes that only their parts may have named. */
const NAMES = new Map(['aws:PrincipalArn', 'aws:PrincipalServiceName', 'aws:PrincipalOrgPaths', 'aws:SourceOrgPaths', 'aws:ResourceOrgPaths',
  'aws:VpceOrgPaths', 'aws:SourceArn', 'kms:ViaService'].map((name) => [name.toLowerCase(), name]));
