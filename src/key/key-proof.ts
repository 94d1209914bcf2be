import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { literalName } from './grantee';
import { keyPolicyPrincipal, principalArns } from './key-policy-principal';
import { howToAcknowledge, isAcknowledged, warn } from './warning';
import { WiredPolicy } from './wired-policy';
import { Asked } from '../claims/asked';
import { builtInFindings } from '../claims/built-in-rules';
import { Finding } from '../claims/finding';
import { Judgement } from '../claims/judgement';
import { ClaimedKey, KeyClaim } from '../claims/key-claim';
import { accountsIn, organizationsIn } from '../claims/key-facts';
import { StandIns } from '../claims/stand-ins';
import { PENDING_WINDOW_DAYS } from '../policy/limits';
import { PolicyDocument, PolicyError, PolicyStatement, Who } from '../proof';
import { listOf } from '../proof/policy-document';
import { siteOf } from '../services/site';

/** Properties of a key as the template has them: overrides change them behind the element's back. */
export interface RenderedProperties {
  readonly KeyPolicy: PolicyDocument;
  readonly PendingWindowInDays?: unknown;
}

export function renderedProperties(element: kms.CfnKey): RenderedProperties {
  const { Resources } = Stack.of(element).resolve(element._toCloudFormation()) as { Resources: Record<string, { Properties: RenderedProperties }> };
  return Object.values(Resources)[0]!.Properties;
}

/**
 * Proves of a finished key policy what holds for every key, and what was claimed of this one. Returns the errors; raises the warnings.
 */
export function proofErrors(key: kms.Key, properties: RenderedProperties, policy: WiredPolicy, claims: readonly KeyClaim[]): string[] {
  const proven = new ProvenKey(key, properties, policy, claims);
  const findings = builtInFindings(proven.facts, proven.asked());
  findings.filter(({ rule }) => rule.severity === 'warning').forEach((each) => warn(key, each.rule.id, inWords(key, each)));
  const errors = findings.filter(({ rule: { id, severity } }) => severity === 'error' && !isAcknowledged(key, id));
  return [
    ...errors.map((each) => `${inWords(key, each)}${howToAcknowledge(key, each.rule.id)}`),
    ...claims.flatMap((claim) => claimError(key, proven, claim)),
  ];
}

function inWords(key: kms.Key, { rule: { title, remedy, source }, message }: Finding): string {
  return `${key.node.path} breaks the rule '${title}'. ${message} ${remedy} (${source}.)`;
}

function claimError(key: kms.Key, proven: ProvenKey, claim: KeyClaim): string[] {
  const judgement = judged(proven, claim);
  const { verdict, reason, remedy = proven.remedyFor(judgement) } = judgement;
  return verdict === 'true' ? [] : [`The claim '${claim.description}' about ${key.node.path} is ${verdict}. ${reason} ${remedy}`];
}

function judged(proven: ClaimedKey, { _judge: judge }: KeyClaim): Judgement {
  try {
    return judge(proven);
  } catch (error) {
    if (error instanceof PolicyError) { return { verdict: 'unknown', reason: error.message }; }
    throw error;
  }
}

/** A key as the proof sees it: text in place of what only the deployment tells. */
class ProvenKey implements ClaimedKey {
  public readonly facts;
  private readonly standIns: StandIns;
  private resources?: Map<string, CfnResource>;

  constructor(private readonly key: kms.Key, properties: RenderedProperties, private readonly policy: WiredPolicy, claims: readonly KeyClaim[]) {
    const stack = Stack.of(key);
    const { KeyPolicy: document, PendingWindowInDays: days = PENDING_WINDOW_DAYS.max } = properties;
    const { account, region, partition } = siteOf(key);
    const named = claims.map(({ _named }) => _named);
    this.standIns = new StandIns({
      ...known({ account, region, partition }),
      typeOf: (logicalId) => this.resource(logicalId)?.cfnResourceType,
      nameOf: (logicalId) => nameAndPath(this.resource(logicalId)),
    }, [document, named]);
    this.facts = {
      policy: this.standIns.policy(document),
      account: this.standIns.account,
      keyArn: this.standIns.keyArn,
      opaquePrincipals: this.standIns.opaquePrincipals,
      unknownAccounts: this.standIns.unknownAccounts,
      standIns: this.standIns.texts,
      administrators: this.texts(policy.administratorArns),
      deployRole: this.deployRole(stack),
      pendingWindowInDays: typeof days === 'number' ? days : undefined,
    };
  }

  public who(principal: iam.IPrincipal): Who[] {
    const named = keyPolicyPrincipal(principal, this.key);
    const arns = this.texts(principalArns(named)).filter((arn) => arn !== '*');
    const services = this.texts(named.policyFragment.principalJson['Service'] ?? []);
    return [
      ...arns.map((arn): Who => arn.endsWith(':root') ? { accounts: accountsIn(arn) } : { principals: [arn] }),
      ...services.map((service): Who => ({ services: [service] })),
    ];
  }

  public remedyFor({ verdict, statement = -1 }: Judgement): string {
    if (verdict === 'unknown') { return 'Write out in its policy what is known before the deployment, or change the claim.'; }
    if (statement < 0) { return 'Change the key policy, or the claim.'; }
    return this.policy.written[statement]?.origin === 'key'
      ? 'The statement is one of those that the key itself writes: KeyAccess.KEY_POLICY_ONLY leaves the use of the key to grants, admins are denied it.'
      : 'Change the statement, or the claim.';
  }

  /** What the key itself, its wiring, its sharing and its grants wrote. */
  public asked(): Asked {
    const { written } = this.policy;
    const declared = written.filter(({ origin }) => origin !== 'user').map(({ statement }) => this.standIns.policy({ Statement: statement }));
    const principals = declared.map(principalsOf);
    const isWritten = (statement: PolicyStatement, index: number) =>
      JSON.stringify(listOf(this.facts.policy.Statement)[index]) === JSON.stringify(this.standIns.policy({ Statement: statement }).Statement);
    return {
      accounts: accountsIn(principals),
      organizations: organizationsIn(principals),
      sources: { accounts: accountsIn(declared), organizations: organizationsIn(declared) },
      services: written.flatMap(({ origin, reason, residual, statement }, index) =>
        origin === 'service' && isWritten(statement, index) ? [{ index, reason, residual }] : []),
    };
  }

  private texts(arns: readonly string[]): string[] {
    return (Stack.of(this.key).resolve(arns) as unknown[]).map((arn) => String(this.standIns.principal(arn)));
  }

  // A nested stack is deployed by the role of the stack around it.
  private deployRole(stack: Stack): string | undefined {
    if (stack.nestedStackParent) { return this.deployRole(stack.nestedStackParent); }
    const arn = (stack.synthesizer as { cloudFormationExecutionRoleArn?: string }).cloudFormationExecutionRoleArn;
    return arn === undefined ? undefined : String(this.standIns.principal({ 'Fn::Sub': arn }));
  }

  private resource(logicalId: string): CfnResource | undefined {
    const stack = Stack.of(this.key);
    this.resources ??= new Map(stack.node.findAll().filter((each): each is CfnResource => CfnResource.isCfnResource(each) && each.stack === stack)
      .map((each) => [stack.resolve(each.logicalId), each]));
    return this.resources.get(logicalId);
  }
}

function nameAndPath(element: CfnResource | undefined): string | undefined {
  const name = element && literalName(element);
  const { path = '/' } = (element ?? {}) as Partial<iam.CfnRole>;
  return name === undefined || Token.isUnresolved(path) ? undefined : `${path}${name}`.slice(1);
}

/** Whom a statement lets in, by their ARNs, accounts and organizations. */
function principalsOf({ Statement }: PolicyDocument): unknown {
  return listOf(Statement).filter(({ Effect }) => Effect === 'Allow').map(({ Principal, Condition }) => [
    Principal, Object.values(Condition ?? {}).flatMap(Object.entries).filter(([key]) => /^(aws:Principal(Arn|Account|OrgID|OrgPaths)|kms:CallerAccount)$/i.test(key)),
  ]);
}

function known(site: Record<'account' | 'region' | 'partition', string>): Partial<typeof site> {
  return Object.fromEntries(Object.entries(site).filter(([, value]) => !Token.isUnresolved(value)));
}
