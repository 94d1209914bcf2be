/** What is proved of every key. */
export interface KeyRule {
  /** The id by which it is acknowledged; frozen. */
  readonly id: string;

  /** `error` fails the synthesis. */
  readonly severity: 'error' | 'warning';

  /** What holds for a key without a finding, in a sentence. */
  readonly title: string;

  /** What to do about a finding, in a sentence or two. */
  readonly remedy: string;

  /** The title of the AWS page. */
  readonly source: string;
}

/** The rules, by the name that code has for them. */
export const RULES = {
  accepted: {
    id: 'cdk-customer-managed-keys:refusedPolicy',
    severity: 'error',
    title: 'AWS KMS accepts the key policy',
    remedy: 'Correct the statement; PutKeyPolicy would refuse the policy, and the deployment would fail.',
    source: 'AWS KMS Developer Guide, Creating a key policy (Key policy elements)',
  },
  notPublic: {
    id: 'cdk-customer-managed-keys:publicKey',
    severity: 'error',
    title: 'Nobody in an account that the key policy does not name can do anything with the key',
    remedy: 'Name the accounts, or the organization (aws:PrincipalOrgID); where anyone may come through a service, ask for kms:CallerAccount as well.',
    source: 'AWS KMS Developer Guide, Determining access to AWS KMS keys (Examining the key policy)',
  },
  notLockedOut: {
    id: 'cdk-customer-managed-keys:lockedOut',
    severity: 'error',
    title: 'Somebody in the account of the key can change its policy',
    remedy: 'Let the account or a role administer the key; a key that nobody can manage is freed by AWS Support only.',
    source: 'AWS KMS Developer Guide, Default key policy (Reduces the risk of the KMS key becoming unmanageable)',
  },
  servicesWork: {
    id: 'cdk-customer-managed-keys:blockedService',
    severity: 'error',
    title: 'Every service whose resources use the key can use it for them',
    remedy: 'Change the Deny, or the statement that was added, so that it leaves out the service.',
    source: 'IAM User Guide, Policy evaluation logic',
  },
  servicesScoped: {
    id: 'cdk-customer-managed-keys:unscopedService',
    severity: 'warning',
    title: 'No service can use the key for the resources of another account',
    remedy: 'Ask in the statement for aws:SourceAccount, or for an aws:SourceArn that names the account; for a CustomerManagedKey, key.authorize(KeyUse.of(…)) writes it so.',
    source: 'IAM User Guide, The confused deputy problem',
  },
  residualsNamed: {
    id: 'cdk-customer-managed-keys:residualAccess',
    severity: 'warning',
    title: 'Every service tells the key for whom it works',
    remedy: 'Check what compensates for it, and acknowledge it with that as the reason.',
    source: 'IAM User Guide, The confused deputy problem',
  },
  nothingBeyond: {
    id: 'cdk-customer-managed-keys:undeclaredAccess',
    severity: 'warning',
    title: 'No other account can do anything with the key but those it was shared with or granted to',
    remedy: 'Share with key.shareWith(KeySharing.account(…)) or KeySharing.organization(…) instead, or take the statement out.',
    source: 'AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key',
  },
  noIdleStatement: {
    id: 'cdk-customer-managed-keys:idleStatement',
    severity: 'warning',
    title: 'Every statement of the key policy matches some request',
    remedy: 'Correct the statement or take it out: a Deny that never matches protects nothing, an Allow that never matches misleads.',
    source: 'AWS KMS Developer Guide, Condition keys for AWS KMS',
  },
  decided: {
    id: 'cdk-customer-managed-keys:undecided',
    severity: 'warning',
    title: 'The key policy can be decided at synth',
    remedy: 'Write out what is named, if it is known; else acknowledge it, and look at the policy after the deployment.',
    source: 'IAM User Guide, IAM policy elements: Variables and tags',
  },
} as const satisfies Record<string, KeyRule>;

export type RuleName = keyof typeof RULES;
