import type { Witness } from '../proof';
import type { Verdict } from './claim';

/** For people: the answer, why, and a request that shows it, in words and as `evaluate` takes it. */
export function verdictText({ answer, claim, reason, witness, statements = [] }: Verdict): string {
  const lines = [
    `${answer}: ${claim}`,
    `  ${reason}`,
    ...statements.map(({ index, sid }) => `  Decided by statement ${index + 1}${sid === undefined ? '' : `, '${sid}'`}.`),
    ...witness ? [`  Witness: ${inWords(witness)}`, `  ${JSON.stringify(witness)}`] : [],
  ];
  return `${lines.join('\n')}\n`;
}

function inWords({ request: { principal, action, resource, context = {} }, identityPolicies }: Witness): string {
  const object = resource === undefined ? '' : ` on ${resource}`;
  const given = Object.entries(context).map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(' and ');
  const own = identityPolicies ? ', allowed by policies of its own' : '';
  return `${principal} calls ${action}${object}${given && `, with ${given}`}${own}.`;
}
