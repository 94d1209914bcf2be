import { CfnResource, IResolveContext, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { delegatedActions } from './account-delegation';
import { Administrator, administratorStatements } from './administrator';
import { ExplainedStatement, WrittenStatement } from './explained-statement';
import { principalArns } from './key-policy-principal';
import { KeyUse } from './key-use';
import { KeyWiring } from './key-wiring';
import { StockClaim, StockClaims } from './stock-claims';
import { asList, conditionValues, describeStock, isStockStatement, RenderedStatement, withoutServices } from './stock-statements';
import { toReadOnly, WiredUse, wiredStatements } from './wired-statements';
import { Site, site, siteOf } from '../services/site';
import { DiscoveredUse, UsageIndex } from '../services/usage-index';

type Resolve = (value: any) => any;

/** What a `WiredPolicy` starts from. */
export interface WiredPolicyProps {
  readonly wiring: KeyWiring;
  readonly multiRegion: boolean;

  /** The statements that every key has; absent where the user gave a policy of their own. */
  readonly base: ExplainedStatement[] | iam.PolicyDocument;
}

/**
 * The key policy that is finished when it is rendered: what was added to it, and what the tree says by then.
 *
 * CDK renders it twice. While it prepares, no wired statement is written, because none holds a reference; but what the wiring
 * replaces must already be gone, or its references would make dependencies.
 */
export class WiredPolicy extends iam.PolicyDocument {
  private key!: CfnResource;
  private rendered?: { readonly index: UsageIndex; readonly document: unknown; readonly statements: WrittenStatement[] };
  private readonly addedInOrder?: iam.PolicyStatement[] = [];
  private readonly grantees = new Map<iam.PolicyStatement, string>();
  private readonly authorized: KeyUse[] = [];
  private readonly shared: ExplainedStatement[] = [];
  private readonly administrators: Administrator[] = [];
  private readonly successors: WiredPolicy[] = [];

  constructor(private readonly props: WiredPolicyProps) {
    super({ minimize: false }); // merging would hide a stock statement in another one
  }

  /** Tells the policy whose it is; the key exists only after its policy. */
  public attach(key: CfnResource): void {
    this.key = key;
  }

  public override addStatements(...statements: iam.PolicyStatement[]): void {
    this.addedInOrder?.push(...statements); // PolicyDocument's constructor calls this too, with none
    super.addStatements(...statements);
  }

  /** Remembers for whom a statement is, to explain it. */
  public remember(statement: iam.PolicyStatement, grantee: string): void {
    this.grantees.set(statement, grantee);
  }

  /** The statements of the last finished rendering, in their order. */
  public get written(): readonly WrittenStatement[] {
    return this.rendered?.statements ?? [];
  }

  /** The ARNs of those who administer the key, or patterns of them. */
  public get administratorArns(): string[] {
    return this.administrators.flatMap(({ denied }) => principalArns(denied));
  }

  public authorize(use: KeyUse): void {
    this.authorized.push(use);
  }

  public share(statement: ExplainedStatement): void {
    this.shared.push(statement);
  }

  public addAdministrator(administrator: Administrator): iam.AddToResourcePolicyResult {
    this.administrators.push(administrator);
    return { statementAdded: true, policyDependable: this.key };
  }

  /** The services of `successor` keep reading what they stored under this key. */
  public yieldTo(successor: WiredPolicy): void {
    this.successors.push(successor);
  }

  /** Whether the IAM policies of the account decide about these actions. */
  public isLeftToIam(actions: readonly string[]): boolean {
    const delegated = delegatedActions(this.base().map(({ statement }) => statement), Stack.of(this.key));
    return actions.every((action) => delegated.has(action));
  }

  public override get isEmpty(): boolean {
    return false; // the base statements are not in PolicyDocument's own list
  }

  public override validateForResourcePolicy(): string[] {
    const { base } = this.props;
    return [...super.validateForResourcePolicy(), ...base instanceof iam.PolicyDocument ? base.validateForResourcePolicy() : []];
  }

  public override resolve(context: IResolveContext): any {
    const added: RenderedStatement[] = super.resolve(context)?.Statement ?? [];
    const resolve = (value: any) => context.resolve(value);
    return context.preparing ? this.prepared(added, resolve) : this.finished(added, resolve);
  }

  // No wired statement holds a reference; stock statements may, and only for those who refer to something is the tree searched.
  private prepared(added: RenderedStatement[], resolve: Resolve): unknown {
    UsageIndex.begin(this.key);
    const isNeeded = added.some((statement) => isStockStatement(statement) && conditionValues(statement, 'aws:SourceArn').some(holdsToken));
    const index = isNeeded ? UsageIndex.during(this.key, true) : undefined;
    return document([...this.unwired(), ...this.kept(added, index, [], resolve)], resolve);
  }

  // CDK renders a finished policy for its validation, its template and its tree: all from one index.
  private finished(added: RenderedStatement[], resolve: Resolve): unknown {
    const index = UsageIndex.during(this.key, false);
    if (this.rendered?.index !== index) {
      const statements = this.write(added, index, resolve);
      this.rendered = { index, document: { Version: '2012-10-17', Statement: statements.map(({ statement }) => statement) }, statements };
    }
    return this.rendered.document;
  }

  /** Every statement with its reason, for the tree as it stands now. */
  public explain(): ExplainedStatement[] {
    const stack = Stack.of(this.key);
    const resolve = (value: any) => stack.resolve(value);
    const index = UsageIndex.of(this.key);
    return this.write(this.toJSON()?.Statement ?? [], index, resolve).map(({ origin, ...explained }) => explained);
  }

  private write(added: RenderedStatement[], index: UsageIndex, resolve: Resolve): WrittenStatement[] {
    const wired = this.wired(index);
    const kept = this.kept(added, index, wired, resolve);
    const all = [
      ...this.unwired().map((each) => ({ ...each, origin: each.reason === GIVEN ? 'user' : 'key' } as const)),
      ...wired.map((each) => ({ ...each, origin: 'service' } as const)),
      ...kept.map((each) => ({ ...each, origin: each.reason === ADDED ? 'user' : 'grant' } as const)),
    ];
    return withUniqueSids(all).map((each) => ({ ...each, statement: resolve(each.statement) }));
  }

  private unwired(): ExplainedStatement[] {
    return [...this.base(), ...administratorStatements(this.administrators, this.props.multiRegion), ...this.shared];
  }

  private base(): ExplainedStatement[] {
    const { base } = this.props;
    return base instanceof iam.PolicyDocument ? asList(base.toJSON()?.Statement ?? []).map(explainGiven) : base;
  }

  private wired(index: UsageIndex): ExplainedStatement[] {
    return wiredStatements(this.uses(index), siteOf(this.key));
  }

  // What was added and stays: all but the stock statements that other uses speak for.
  private kept(added: RenderedStatement[], usage: UsageIndex | undefined, wired: ExplainedStatement[],
    resolve: Resolve): ExplainedStatement[] {
    const claims = new StockClaims(usage ? this.claims(usage) : [], this.key, resolve);
    return added.flatMap((statement, index) => {
      const kept = isStockStatement(statement) ? rest(statement, claims, wired, resolve) : statement;
      return kept ? [explainAdded(kept, this.grantees.get(this.addedInOrder![index]!))] : [];
    });
  }

  private uses(index: UsageIndex): WiredUse[] {
    const authorized = this.authorized.map((use) => ({ use: use._facts, site: this.siteOfUse(use), causes: [] }));
    const inherited = this.successors.flatMap((successor) => successor.uses(index)).flatMap(toReadOnly);
    return [...authorized, ...this.discovered(index).map(withPaths), ...inherited];
  }

  // What is authorized for the key's own account and Region speaks for any of its resources; for others', it says nothing of these.
  private claims(index: UsageIndex): StockClaim[] {
    const here = siteOf(this.key);
    const own = this.authorized.map((use) => ({ use: use._facts, site: this.siteOfUse(use), senders: [] }))
      .filter((claim) => claim.site.account === here.account && claim.site.region === here.region);
    return [...this.discovered(index), ...own];
  }

  private discovered(index: UsageIndex): DiscoveredUse[] {
    return this.props.wiring === KeyWiring.AUTOMATIC ? [...index.usageOf(this.key).uses] : [];
  }

  private siteOfUse(use: KeyUse): Site {
    const stack = Stack.of(this.key);
    return site(use.account ?? stack.account, use.region ?? stack.region);
  }
}

function document(statements: ExplainedStatement[], resolve: Resolve) {
  return { Version: '2012-10-17', Statement: withUniqueSids(statements).map(({ statement }) => resolve(statement)) };
}

function holdsToken(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'object' && value !== null && Object.values(value).some(holdsToken));
}

function rest(statement: RenderedStatement, claims: StockClaims, wired: ExplainedStatement[], resolve: Resolve): RenderedStatement | undefined {
  const principal = resolve(statement['Principal']);
  const services = asList<unknown>(principal.Service);
  const spokenFor = new Map(services.map((service) => [service, claims.find(service, statement)]));
  for (const [service, claim] of spokenFor) {
    const inItsPlace = wired.find(({ source }) => claim !== undefined && source === claim.use.source);
    if (inItsPlace) { recordReplaced(inItsPlace, describeStock(service, statement)); }
  }
  return withoutServices({ ...statement, Principal: principal }, (service) => spokenFor.get(service) !== undefined);
}

// Sids of the same text are told apart by a number; those that users wrote are theirs.
function withUniqueSids<T extends ExplainedStatement>(statements: T[]): T[] {
  const seen = new Map<string, number>();
  return statements.map((each) => {
    if (!each.sid || each.reason === ADDED || each.reason === GIVEN) { return each; }
    const count = (seen.get(each.sid) ?? 0) + 1;
    seen.set(each.sid, count);
    const sid = count === 1 ? each.sid : `${each.sid} ${count}`;
    return count === 1 ? each : { ...each, sid, statement: { ...each.statement, Sid: sid } };
  });
}

function recordReplaced(wired: ExplainedStatement, stock: string): void {
  Object.assign(wired, { replaces: [...new Set([...wired.replaces ?? [], stock])] });
}

const ADDED = 'Written by a grant, by addToResourcePolicy or by a stock construct';
const GIVEN = 'Given in the policy prop';

function withPaths({ use, site: where, causes }: DiscoveredUse): WiredUse {
  return { use, site: where, causes: causes.map((cause) => cause.node.path) };
}

function explainAdded(statement: RenderedStatement, grantee?: string): ExplainedStatement {
  const reason = grantee ? `Granted to ${grantee}` : ADDED;
  return { sid: statement['Sid'], reason, causes: grantee ? [grantee] : [], statement };
}

function explainGiven(statement: RenderedStatement): ExplainedStatement {
  return { sid: statement['Sid'], reason: GIVEN, causes: [], statement };
}
