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
export function inWords({ witness, statements = [], reason }: Proof, { standIns }: KeyFacts): string {
  if (!witness) { return reason; }
  const json = JSON.stringify(witness);
  const used = [...standIns].filter(([text]) => json.includes(text)).map(([text, meaning]) => `; ${text} stands for ${meaning}`);
  const [, warning = ''] = reason.split(/(?= Beware: )/);
  return `By ${statements.map(({ index, sid }) => nameOf(index, sid)).join(', ')} ${sentence(witness)}.${warning} Witness: ${json}${used.join('')}.`;
}

export function nameOf(index: number, sid: string | undefined): string {
  return sid === undefined ? `statement ${index + 1}` : `statement '${sid}'`;
}

function sentence({ request: { principal, action, context = {} }, identityPolicies }: Witness): string {
  const conditions = Object.entries(context).map(([key, value]) => `${key} ${[value].flat().join(' and ')}`);
  return `${principal} can call ${action}${conditions.length > 0 ? ` with ${conditions.join(', ')}` : ''}${identityPolicies ? ', if its own IAM policies allow it' : ''}`;
}
