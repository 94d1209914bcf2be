import type { KeyFacts } from './key-facts';
import { RULES } from './rules';
import type { KeyRule, RuleName } from './rules';
import type { Proof, Witness } from '../proof';

/** A rule that does not hold for a key, or is not decided. */
export interface Finding {
  readonly rule: KeyRule;

  /** What is the case, in sentences; without the remedy. */
  readonly message: string;

  /** Which of the policy's statements is to blame, from 0; absent where none alone is. */
  readonly statement?: number;
}

export function finding(rule: RuleName, message: string, statement?: number): Finding {
  return { rule: RULES[rule], message, statement };
}

/** What a proof found: the witness in words and in JSON that `evaluate` takes, or what stopped the proof. */
export function inWords({ witness, reason }: Proof, { standIns }: KeyFacts): string {
  if (!witness) { return reason; }
  const json = JSON.stringify(witness);
  const used = [...standIns].filter(([text]) => json.includes(text)).map(([text, meaning]) => `${text} stands for ${meaning}`);
  return `${sentence(witness)}. ${reason} Witness: ${json}${used.length > 0 ? ` (${used.join('; ')})` : ''}`;
}

/** Whether it is about a principal whom only the deployment tells: whether that is as it should be, nobody knows at synth. */
export function isOfOpaque({ witness }: Proof, { unknownAccounts }: KeyFacts): boolean {
  return unknownAccounts.some((account) => witness?.request.principal.includes(`::${account}:`));
}

function sentence({ request: { principal, action, context = {} } }: Witness): string {
  const conditions = Object.entries(context).map(([key, value]) => `${key} ${[value].flat().join(' and ')}`);
  return `${principal} can call ${action}${conditions.length > 0 ? ` with ${conditions.join(', ')}` : ''}`;
}
