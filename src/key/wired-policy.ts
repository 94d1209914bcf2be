import { CfnResource, IResolveContext, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { administratorStatements } from './account-statements';
import { ExplainedStatement } from './explained-statement';
import { KeyUse } from './key-use';
import { KeyWiring } from './key-wiring';
import { asList, isStockStatement, RenderedStatement, withoutServices } from './stock-statements';
import { toReadOnly, WiredUse, wiredStatements } from './wired-statements';
import { Conditions } from '../policy/statement';
import { Site, site, siteOf } from '../services/site';
import { DiscoveredUse, UsageIndex } from '../services/usage-index';

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
  private readonly authorized: KeyUse[] = [];
  private readonly shared: ExplainedStatement[] = [];
  private readonly administrators: iam.IPrincipal[] = [];
  private readonly successors: WiredPolicy[] = [];

  constructor(private readonly props: WiredPolicyProps) {
    super();
  }

  /** Tells the policy whose it is; the key exists only after its policy. */
  public attach(key: CfnResource): void {
    this.key = key;
  }

  public authorize(use: KeyUse): void {
    this.authorized.push(use);
  }

  public share(statement: ExplainedStatement): void {
    this.shared.push(statement);
  }

  public addAdministrator(principal: iam.IPrincipal): iam.AddToResourcePolicyResult {
    this.administrators.push(principal);
    return { statementAdded: true, policyDependable: this.key };
  }

  /** The services of `successor` keep reading what they stored under this key. */
  public yieldTo(successor: WiredPolicy): void {
    this.successors.push(successor);
  }

  public override get isEmpty(): boolean {
    return false; // the base statements are not in PolicyDocument's own list
  }

  public override validateForResourcePolicy(): string[] {
    const { base } = this.props;
    return [...super.validateForResourcePolicy(), ...base instanceof iam.PolicyDocument ? base.validateForResourcePolicy() : []];
  }

  public override resolve(context: IResolveContext): any {
    const added: RenderedStatement[] = super.resolve(context).Statement;
    const resolve = (value: any) => context.resolve(value);
    if (!context.preparing) { return this.document(this.compose(added, this.wired(this.indexed(false)), resolve), resolve); }
    UsageIndex.forget(this.key);
    const wired = added.some(isStockStatement) ? this.wired(this.indexed(true)) : [];
    return this.document(this.compose(added, wired, resolve).filter((statement) => !wired.includes(statement)), resolve);
  }

  /** Every statement with its reason, for the tree as it stands now. */
  public explain(): ExplainedStatement[] {
    const stack = Stack.of(this.key);
    const resolve = (value: any) => stack.resolve(value);
    const added: RenderedStatement[] = this.toJSON().Statement;
    return this.compose(added, this.wired(UsageIndex.of(this.key)), resolve).map((each) => ({ ...each, statement: resolve(each.statement) }));
  }

  private indexed(preparing: boolean): UsageIndex {
    return UsageIndex.during(this.key, preparing);
  }

  private document(statements: ExplainedStatement[], resolve: (value: any) => any) {
    return { Version: '2012-10-17', Statement: statements.map(({ statement }) => resolve(statement)) };
  }

  private compose(added: RenderedStatement[], wired: ExplainedStatement[], resolve: (value: any) => any): ExplainedStatement[] {
    const covering = new Map(wired.map((each) => [JSON.stringify(resolve(each.statement.Principal.Service)), each]));
    const kept: ExplainedStatement[] = [];
    const replaced = new Map<ExplainedStatement, string[]>();
    for (const statement of added) {
      const rest = isStockStatement(statement) ? this.afterWiring(statement, covering, replaced, resolve) : statement;
      if (rest) { kept.push(explainAdded(rest)); }
    }
    for (const [each, words] of replaced) { Object.assign(each, { replaces: words }); }
    return [...withUniqueSids([...this.base(), ...this.administration(), ...this.shared, ...wired]), ...kept];
  }

  // Only the principal is resolved: the rest of a stock statement may refer to the very resources that refer to the key.
  private afterWiring(statement: RenderedStatement, covering: Map<string, ExplainedStatement>,
    replaced: Map<ExplainedStatement, string[]>, resolve: (value: any) => any): RenderedStatement | undefined {
    const principal = resolve(statement['Principal']);
    const coveringOf = (service: unknown) => covering.get(JSON.stringify(service)); // a Region's principal may be a join of pseudo parameters
    for (const service of asList<unknown>(principal.Service)) {
      const by = coveringOf(service);
      if (by) { replaced.set(by, [...replaced.get(by) ?? [], describeStock(service, statement)]); }
    }
    return withoutServices({ ...statement, Principal: principal }, (service) => coveringOf(service) !== undefined);
  }

  private base(): ExplainedStatement[] {
    const { base } = this.props;
    return base instanceof iam.PolicyDocument ? asList(base.toJSON()?.Statement ?? []).map(explainGiven) : base;
  }

  // Those whom the key policy can name directly share their statements.
  private administration(): ExplainedStatement[] {
    const fragments = this.administrators.map((principal) => principal.policyFragment);
    const direct = fragments.filter(({ conditions }) => Object.keys(conditions).length === 0).flatMap(({ principalJson }) => principalJson['AWS']!);
    const conditioned = fragments.filter(({ conditions }) => Object.keys(conditions).length > 0);
    return [
      ...direct.length > 0 ? administratorStatements({ AWS: direct }, undefined, this.props.multiRegion) : [],
      ...conditioned.flatMap(({ principalJson, conditions }) =>
        administratorStatements(principalJson, conditions as Conditions, this.props.multiRegion)),
    ];
  }

  private wired(index: UsageIndex): ExplainedStatement[] {
    const inherited = this.successors.flatMap((successor) => successor.uses(index)).flatMap(toReadOnly);
    return wiredStatements([...this.uses(index), ...inherited], siteOf(this.key));
  }

  private uses(index: UsageIndex): WiredUse[] {
    const authorized = this.authorized.map((use) => ({ use: use._facts, site: this.siteOfUse(use), causes: [] }));
    const found = this.props.wiring === KeyWiring.AUTOMATIC ? index.usageOf(this.key).uses.map(withPaths) : [];
    return [...authorized, ...found];
  }

  private siteOfUse(use: KeyUse): Site {
    const stack = Stack.of(this.key);
    return site(use.account ?? stack.account, use.region ?? stack.region);
  }
}

// Sids of the same text are told apart by a number; those that users wrote are theirs.
function withUniqueSids(statements: ExplainedStatement[]): ExplainedStatement[] {
  const seen = new Map<string, number>();
  return statements.map((each) => {
    if (!each.sid) { return each; }
    const count = (seen.get(each.sid) ?? 0) + 1;
    seen.set(each.sid, count);
    const sid = count === 1 ? each.sid : `${each.sid} ${count}`;
    return count === 1 ? each : { ...each, sid, statement: { ...each.statement, Sid: sid } };
  });
}

function withPaths({ use, site: where, causes }: DiscoveredUse): WiredUse {
  return { use, site: where, causes: causes.map((cause) => cause.node.path) };
}

function explainAdded(statement: RenderedStatement): ExplainedStatement {
  return { sid: statement['Sid'], reason: 'Written by a grant, by addToResourcePolicy or by a stock construct', causes: [], statement };
}

function explainGiven(statement: RenderedStatement): ExplainedStatement {
  return { sid: statement['Sid'], reason: 'Given in the policy prop', causes: [], statement };
}

function describeStock(service: unknown, statement: RenderedStatement): string {
  const operators = Object.keys(statement['Condition'] ?? {});
  const condition = operators.length > 0 ? `under ${operators.join(', ')}` : 'without a condition';
  return `a statement without Sid that let ${typeof service === 'string' ? service : JSON.stringify(service)} call ${asList(statement['Action']).join(', ')} ${condition}`;
}
