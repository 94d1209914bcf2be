import type { PolicyDocument } from '../proof';

/** What is known of a key at synth, as JSON: what claims about it are judged by. */
export interface KeyFacts {
  /** The key policy, with text where `standIns` could put some. */
  readonly policy: PolicyDocument;

  /** The account that owns the key; a stand-in where only the deployment tells. */
  readonly account: string;

  /** An ARN that the key may have. */
  readonly keyArn: string;

  /** The ARNs that stand for principals whom only the deployment tells. */
  readonly opaquePrincipals: readonly string[];

  /** Accounts that stand for those of such principals. */
  readonly unknownAccounts: readonly string[];

  /** Text of the policy that stands for what only the deployment tells, and for what. */
  readonly standIns: ReadonlyMap<string, string>;

  /** The ARNs, or patterns of ARNs, of those who are to administer the key and not to use it. */
  readonly administrators: readonly string[];

  /** The role that deploys the key's stack; absent where CDK knows none. */
  readonly deployRole?: string;

  /** For how many days the deletion of the key can be cancelled, when its stack deletes it; absent where only the deployment tells. */
  readonly pendingWindowInDays?: number;
}

/** The accounts that a policy, or a part of one, names. */
export function accountsIn(json: unknown): string[] {
  return [...new Set(JSON.stringify(json).match(/(?<!\d)\d{12}(?!\d)/g) ?? [])];
}

/** The organizations that a policy, or a part of one, names. */
export function organizationsIn(json: unknown): string[] {
  return [...new Set(JSON.stringify(json).match(/(?<![\w-])o-[a-z0-9]{10,32}(?![a-z0-9])/g) ?? [])];
}
