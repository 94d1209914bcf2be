import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { keyPolicyPrincipal, principalArns } from './key-policy-principal';
import { howToAcknowledge, isAcknowledged, warn } from './warning';
import { WiredPolicy } from './wired-policy';
import { Asked } from '../claims/asked';
import { builtInFindings } from '../claims/built-in-rules';
import { Finding } from '../claims/finding';
import { ClaimedKey, KeyClaim } from '../claims/key-claim';
import { accountsIn, organizationsIn } from '../claims/key-facts';
import { StandIns } from '../claims/stand-ins';
import { PENDING_WINDOW_DAYS } from '../policy/limits';
import { PolicyDocument, Who } from '../proof';
import { siteOf } from '../services/site';

/**
 * Proves of a finished key policy what holds for every key, and what was claimed of this one. Returns the errors; raises the warnings.
 */
export function proofErrors(key: kms.Key, element: kms.CfnKey, policy: WiredPolicy, claims: readonly KeyClaim[]): string[] {
  const proven = new ProvenKey(key, element, policy);
  const findings = builtInFindings(proven.facts, proven.asked());
  findings.filter(({ rule }) => rule.severity === 'warning').forEach((each) => warn(key, each.rule.id, inWords(key, each)));
  const errors = findings.filter(({ rule: { id, severity } }) => severity === 'error' && !isAcknowledged(key, id));
  return [
    ...errors.map((each) => `${inWords(key, each)}${howToAcknowledge(key, each.rule.id)}`),
    ...claims.flatMap((claim) => claimError(key, proven, claim)),
  ];
}

function inWords(key: kms.Key, { rule: { title, remedy, source }, message }: Finding): string {
  return `${key.node.path}: this does not hold: ${title}. ${message} ${remedy} (${source})`;
}

function claimError(key: kms.Key, proven: ClaimedKey, { description, _judge: judge }: KeyClaim): string[] {
  const { verdict, reason } = judge(proven);
  if (verdict === 'true') { return []; }
  return [`The claim '${description}' about ${key.node.path} ${verdict === 'false' ? 'is false' : 'is unknown'}. ${reason}`];
}

/** A key as the proof sees it: text in place of what only the deployment tells. */
class ProvenKey implements ClaimedKey {
  public readonly facts;
  private readonly standIns: StandIns;
  private types?: Map<string, string>;

  constructor(private readonly key: kms.Key, element: kms.CfnKey, private readonly policy: WiredPolicy) {
    const stack = Stack.of(key);
    const document: PolicyDocument = stack.resolve(element.keyPolicy);
    const { account, region, partition } = siteOf(key);
    this.standIns = new StandIns({ ...known({ account, region, partition }), typeOf: (logicalId) => this.typeOf(logicalId) }, document);
    this.facts = {
      policy: this.standIns.policy(document),
      account: this.standIns.account,
      keyArn: this.standIns.keyArn,
      unknownAccounts: this.standIns.unknownAccounts,
      standIns: this.standIns.texts,
      administrators: this.texts(policy.administratorArns),
      deployRole: this.deployRole(stack),
      pendingWindowInDays: element.pendingWindowInDays ?? PENDING_WINDOW_DAYS.max,
    };
  }

  public who(principal: iam.IPrincipal): Who {
    const named = keyPolicyPrincipal(principal, this.key);
    const arns = this.texts(principalArns(named));
    const isAccount = (arn: string) => arn.endsWith(':root');
    return {
      principals: arns.filter((arn) => !isAccount(arn)),
      accounts: arns.filter(isAccount).flatMap(accountsIn),
      services: this.texts(named.policyFragment.principalJson['Service'] ?? []),
    };
  }

  /** What the key itself, its wiring, its sharing and its grants wrote. */
  public asked(): Asked {
    const { written } = this.policy;
    const declared = written.filter(({ origin }) => origin !== 'user').map(({ statement }) => this.standIns.policy({ Statement: statement }));
    return {
      accounts: accountsIn(declared),
      organizations: organizationsIn(declared),
      services: written.flatMap(({ origin, reason, residual }, index) => origin === 'service' ? [{ index, reason, residual }] : []),
    };
  }

  private texts(arns: readonly string[]): string[] {
    return (Stack.of(this.key).resolve(arns) as unknown[]).map((arn) => String(this.standIns.principal(arn)));
  }

  // A nested stack is deployed by the role of the stack around it.
  private deployRole(stack: Stack): string | undefined {
    const outermost = stack.node.scopes.find(Stack.isStack) as Stack;
    const arn = (outermost.synthesizer as { cloudFormationExecutionRoleArn?: string }).cloudFormationExecutionRoleArn;
    return arn === undefined ? undefined : String(this.standIns.principal({ 'Fn::Sub': arn }));
  }

  private typeOf(logicalId: string): string | undefined {
    const stack = Stack.of(this.key);
    this.types ??= new Map(stack.node.findAll().filter((each): each is CfnResource => CfnResource.isCfnResource(each) && each.stack === stack)
      .map((each) => [stack.resolve(each.logicalId), each.cfnResourceType]));
    return this.types.get(logicalId);
  }
}

function known(site: Record<'account' | 'region' | 'partition', string>): Partial<typeof site> {
  return Object.fromEntries(Object.entries(site).filter(([, value]) => !Token.isUnresolved(value)));
}
