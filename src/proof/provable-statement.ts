import { atomOf, membership } from './atom';
import type { Atom, Literal } from './atom';
import type { CallerMode } from './caller-mode';
import { ARN, RESOURCE, TEXT } from './glob';
import { RESOURCE_KEY } from './key-domains';
import { KEY_ACTIONS, keyActions } from './kms-actions';
import { Memo } from './memo';
import { policyOf } from './policy';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import { listOf } from './policy-document';
import { ACCOUNT, compilePrincipal } from './principal';
import type { NamedPrincipals } from './principal';
import type { Statement } from './statement';

/** Literals that together suffice. */
export type Cube = readonly Literal[];

/** Of which one is enough. */
export type Choice = readonly Cube[];

export const TRUE: Choice = [[]];

const cache = new WeakMap<Statement, ProvableStatement>();

/** The statements of a policy that has no variables, no NotPrincipal, no tokens. */
export function statementsOf(document: PolicyDocument): readonly ProvableStatement[] {
  return policyOf(document, 'keyPolicy').statements.map((statement) => {
    const known = cache.get(statement) ?? new ProvableStatement(statement);
    cache.set(statement, known);
    return known;
  });
}

/** A statement of a key policy as what a request must be for it to apply. */
export class ProvableStatement {
  /** The actions that it covers, without `kms:`. */
  public readonly actions: ReadonlySet<string>;
  /** What stands where ARNs have their partition. */
  public readonly partitions: readonly string[];
  private readonly conditions: readonly Atom[];
  private readonly resource?: Atom;
  private readonly names: NamedPrincipals;
  private readonly arns: Atom;
  private readonly services: Atom;
  private readonly providers: Atom;

  public constructor(public readonly statement: Statement) {
    const { source, conditions, label, place } = statement;
    this.actions = actionsOf(source);
    this.partitions = partitionsIn(source);
    this.conditions = conditions.map(atomOf);
    this.names = compilePrincipal(source, label).names;
    this.arns = principals([...this.names.aws].filter((name) => !ACCOUNT.test(name)), [...this.names.accounts]);
    this.services = named('aws:PrincipalServiceName', this.names.services);
    this.providers = named('aws:FederatedProvider', this.names.federated);
    const resources = listOf(source.Resource ?? source.NotResource);
    this.resource = resources.includes('*') ? undefined : membership(RESOURCE_KEY, resources, RESOURCE, place.variables);
  }

  public get allows(): boolean {
    return this.statement.allows;
  }

  /** The condition keys that it asks for, in lower case. */
  public get keys(): readonly string[] {
    return this.conditions.map(({ key }) => key);
  }

  /** The principals that it names, by ARN or account. */
  public get named(): readonly string[] {
    return [...this.names.aws];
  }

  /** Whether it is about any caller of a kind. */
  public isFor(caller: CallerMode['caller']): boolean {
    const { anyone, aws, services, federated } = this.names;
    return anyone || (caller === 'service' ? services.size > 0 : aws.size + federated.size > 0);
  }

  /** What a caller must be for the statement to be about it. */
  public reaching({ caller, session }: CallerMode): Choice {
    const { anyone, aws, services, federated } = this.names;
    if (anyone || (session !== undefined && aws.has(session))) return TRUE;
    if (caller === 'service') return services.size > 0 ? [[{ atom: this.services, holds: true }]] : [];
    const byProvider: Choice = federated.size > 0 ? [[{ atom: this.providers, holds: true }]] : [];
    return aws.size > 0 ? [[{ atom: this.arns, holds: true }], ...byProvider] : byProvider;
  }

  /** All of them must come true for the statement to apply. */
  public applying(mode: CallerMode): readonly Choice[] {
    return [this.reaching(mode), this.onResource(true), ...this.conditions.map((atom): Choice => [[{ atom, holds: true }]])];
  }

  /** One of its cubes must come true for the statement not to apply; undefined when it never does. */
  public failing(mode: CallerMode): Choice | undefined {
    const reaching = this.reaching(mode);
    if (reaching.length === 0) return undefined;
    const missing = reaching === TRUE ? [] : [reaching.flat().map(({ atom }): Literal => ({ atom, holds: false }))];
    return [...missing, ...this.onResource(false), ...this.conditions.map((atom): Cube => [{ atom, holds: false }])];
  }

  private onResource(applies: boolean): Choice {
    const matches = this.statement.source.NotResource === undefined;
    if (this.resource) return [[{ atom: this.resource, holds: applies === matches }]];
    return applies === matches ? TRUE : [];
  }
}

const read = new Memo<ReadonlySet<string>>(500);

/** The same set for all statements that say the same. */
function actionsOf({ Action, NotAction }: PolicyStatement): ReadonlySet<string> {
  return read.get(JSON.stringify([Action ?? null, NotAction]), () => {
    const named = listOf(Action ?? NotAction).flatMap(keyActions);
    return new Set(Action === undefined ? KEY_ACTIONS.filter((action) => !named.includes(action)) : named);
  });
}

export function partitionsIn(json: unknown): string[] {
  return [...(JSON.stringify(json) ?? '').matchAll(/arn:([^:"\\]*):/g)].map(([, partition = '']) => partition);
}

/** `names` as they stand, `*` for any. */
const named = (key: string, names: ReadonlySet<string>) => names.has('*') ? membership(key, ['*'], TEXT) : membership(key, [...names]);

/** Principals by ARN, and all of an account. */
export function principals(arns: readonly string[], accounts: readonly string[]): Atom {
  return membership('aws:PrincipalArn', [...arns, ...accounts.map(ofAccount)], ARN);
}

/** The principals of an account, or of any. */
export const ofAccount = (account: string) => `arn:*:*:*:${account}:*`;
