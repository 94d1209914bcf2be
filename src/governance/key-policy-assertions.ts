import type { Template } from 'aws-cdk-lib/assertions';
import { KeyCallers } from './key-callers';
import { KeyRequest } from './key-request';
import { isFinding, keysIn, KeyTemplate, readKey } from './template-key';
import { decisionsOf } from '../claims/decisions';
import { workFor } from '../claims/foreign-source';
import { nobodyCan } from '../claims/judgement';
import { accountsIn, KeyFacts } from '../claims/key-facts';
import { Conditions, policyBut } from '../claims/narrowed-policy';
import { StandIns } from '../claims/stand-ins';
import { Evaluation } from '../proof';
import { ask } from '../proof/question';

/** Where the stack of a template is deployed. */
export interface KeyPolicyAssertionsOptions {
  /**
   * The account of the stack, 12 digits.
   *
   * @default - the account that the key policy names, if it names one and does not refer to AWS::AccountId; else 000000000000 stands for it
   */
  readonly account?: string;

  /**
   * The Region of the stack.
   *
   * @default - xx-region-1 stands for AWS::Region
   */
  readonly region?: string;
}

/**
 * What the policy of a key of a template lets happen, for unit tests:
 * `KeyPolicyAssertions.fromTemplate(Template.fromStack(stack), logicalId).allows({ principal, action }).denies(…)`.
 *
 * Requests are decided as IAM decides them (IAM User Guide, Policy evaluation logic), not by comparing text. A principal of the policy
 * whom only the deployment tells, such as `Fn::ImportValue`, is taken for somebody else than a request names. What else only the
 * deployment tells counts neither for nor against: where it matters, an assertion fails and says so.
 */
export class KeyPolicyAssertions {
  /**
   * Of an `AWS::KMS::Key` or `AWS::KMS::ReplicaKey`.
   *
   * @throws when the template has no such key, or only the deployment tells its whole policy
   */
  public static fromTemplate(template: Template, logicalId: string, options: KeyPolicyAssertionsOptions = {}): KeyPolicyAssertions {
    return new KeyPolicyAssertions(template.toJSON() as KeyTemplate, logicalId, options);
  }

  /** The account that owns the key. */
  public readonly account: string;

  private readonly facts: KeyFacts;
  private readonly standIns: StandIns;

  private constructor(private readonly template: KeyTemplate, private readonly logicalId: string, { account, region }: KeyPolicyAssertionsOptions) {
    const keys = keysIn(template);
    if (!keys.includes(logicalId)) {
      throw new Error(`The template has no key '${logicalId}'; its keys are: ${keys.join(', ') || 'none'}. Give the logical id of one of them.`);
    }
    const { standIns, read } = readKey(template, logicalId, { account: account ?? accountOf(template, logicalId), region });
    if (isFinding(read)) { throw new Error(`Nothing can be asserted of ${logicalId}. ${read.message}`); }
    this.standIns = standIns;
    this.facts = read;
    this.account = read.account;
  }

  /**
   * The key policy lets this request happen.
   *
   * @throws when it does not, with the statement that decides, or that comes nearest; when AWS KMS has no such action
   */
  public allows(request: KeyRequest): KeyPolicyAssertions {
    const refusal = this.evaluations(request).find(({ decision }) => decision !== 'allow');
    if (refusal) { throw this.failure(`does not allow ${inBrief(request)}`, this.explained(refusal)); }
    return this;
  }

  /**
   * The key policy does not let this request happen.
   *
   * @throws when it does, with the statement that allows it; when AWS KMS has no such action
   */
  public denies(request: KeyRequest): KeyPolicyAssertions {
    const permission = this.evaluations(request).find(({ decision }) => decision === 'allow');
    if (permission) { throw this.failure(`does not deny ${inBrief(request)}`, this.explained(permission)); }
    return this;
  }

  /**
   * The key policy lets nobody but these call any of these actions (`*` and `?` stand for what they match), whatever the request.
   * That is proved of all requests: what the key policy leaves to the IAM policies of an account, they are taken to allow.
   *
   * @throws when somebody else can, with a request that shows it; when it is not known, with what stopped the proof
   */
  public noOneBut(callers: KeyCallers, actions: string[]): KeyPolicyAssertions {
    if (actions.length === 0) { throw new Error('noOneBut() was given no actions, of which nothing is to be proved. Give them, such as kms:Decrypt or kms:*.'); }
    const { accounts = [], organizations = [], services, principals = [] } = callers;
    const except = { accounts, organizations, services, principals: principals.map((principal) => this.principal(principal)) };
    const { verdict, reason } = nobodyCan({ actions, except }, this.facts, policyBut(this.facts.policy, ...this.workFor(accounts, organizations)));
    switch (verdict) {
      case 'true': return this;
      case 'false': throw this.failure(`lets others call ${actions.join(', ')}`, reason);
      case 'unknown': throw this.failure(`may let others call ${actions.join(', ')}`, reason);
    }
  }

  /** The resources of the template are of the key's account. */
  private workFor(accounts: readonly string[], organizations: readonly string[]): Conditions[] {
    const standIns = accounts.includes(this.account) ? this.facts.standIns : new Map<string, string>();
    return workFor({ ...this.facts, standIns }, accounts, organizations);
  }

  private evaluations({ action, identityAllows = true, ...request }: KeyRequest): Evaluation[] {
    const principal = this.principal(request.principal);
    const mayCall = identityAllows && principal.startsWith('arn:');
    return ask({ actions: action }).actions.map((name) => `kms:${name}`).flatMap((each) => decisionsOf(
      this.facts.policy,
      { principal, action: each, resource: this.facts.keyArn, context: contextOf(request) },
      mayCall ? [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: each, Resource: '*' } }] : [],
    ));
  }

  /** Logical ids have letters and digits only (AWS CloudFormation User Guide, Resources); ARNs and service principals have more. */
  private principal(principal: string): string {
    if (!/^[A-Za-z0-9]+$/.test(principal) || /^\d{12}$/.test(principal)) { return principal; }
    const callers = Object.entries(this.template.Resources ?? {}).filter(([, { Type }]) => Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::User');
    const logicalIds = callers.map(([logicalId]) => logicalId);
    if (logicalIds.includes(principal)) { return String(this.standIns.principal({ 'Fn::GetAtt': [principal, 'Arn'] })); }
    throw new Error(`The template has no role or user '${principal}'; its roles and users are: ${logicalIds.join(', ') || 'none'}. `
      + 'Give one of these logical ids, an ARN, or a service principal.');
  }

  private explained({ reason, statement }: Evaluation): string {
    const used = [...this.facts.standIns].filter(([text]) => reason.includes(text)).map(([text, meaning]) => ` ${text} stands for ${meaning}.`);
    const assumed = statement?.policy === 'identityPolicy' ? ' The caller\'s own policies are taken to allow it; identityAllows: false takes them not to.' : '';
    return `${reason}${assumed}${used.join('')}`;
  }

  private failure(what: string, why: string): Error {
    return new Error(`The policy of ${this.logicalId} ${what}. ${why}`);
  }
}

function accountOf({ Resources = {} }: KeyTemplate, logicalId: string): string | undefined {
  const policy = JSON.stringify(Resources[logicalId]?.Properties?.['KeyPolicy'] ?? '');
  const [account, ...others] = accountsIn(policy);
  return others.length > 0 || policy.includes('AWS::AccountId') ? undefined : account;
}

function contextOf({ encryptionContext = {}, viaService, sourceArn, sourceAccount, context }: Omit<KeyRequest, 'action'>): Record<string, string> {
  const given = { 'kms:ViaService': viaService, 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount, ...context };
  const entries = Object.entries(encryptionContext).map(([key, value]): [string, string | undefined] => [`kms:EncryptionContext:${key}`, value]);
  return Object.fromEntries([...Object.entries(given), ...entries].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Without the values, which may be of an encryption context. */
function inBrief({ principal, action, ...request }: KeyRequest): string {
  const keys = Object.keys(contextOf({ principal, ...request }));
  return `${action} to ${principal}${keys.length > 0 ? ` with ${keys.join(', ')}` : ''}`;
}
