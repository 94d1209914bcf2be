import { evaluate, PolicyError } from '../proof';
import type { Evaluation, PolicyDocument, Request } from '../proof';
import { readingsOf } from '../proof/readings';

/** What a key policy decides about a request; where only the deployment tells, what it decides when it allows least and most. */
export function decisionsOf(keyPolicy: PolicyDocument, request: Request, identityPolicies: readonly PolicyDocument[] = []): Evaluation[] {
  const { certain, possible, unread } = readingsOf(keyPolicy);
  try {
    return [evaluate({ keyPolicy, request, identityPolicies })];
  } catch (error) {
    if (!(error instanceof PolicyError) || unread.length === 0) { throw error; }
    return [certain, possible].map((reading) => evaluate({ keyPolicy: reading, request, identityPolicies }))
      .map((evaluation) => ({ ...evaluation, reason: `${evaluation.reason} Not decided before the deployment: the policy has ${unread.join('; and ')}.` }));
  }
}
