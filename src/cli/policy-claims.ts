import { diff, prove, vacuous } from '../proof';
import type { PolicyDocument, PolicyStatement, Question } from '../proof';
import { nobodyCan, place } from './claim';
import type { Claim } from './claim';

export function nobodyAnswers(question: Question, file: string): Claim {
  return (policy) => [nobodyCan(`Nobody can do what the question in '${file}' asks.`, prove(policy, question))];
}

export function noneVacuous(): Claim {
  const claim = 'No statement is idle, and PutKeyPolicy refuses none.';
  return (policy) => {
    const findings = vacuous(policy);
    const undecided = findings.length > 0 ? undefined : firstUndecided(policy);
    if (undecided !== undefined) return [{ claim, answer: 'unknown', reason: undecided }];
    if (findings.length === 0) return [{ claim, answer: 'proved', reason: 'Each statement of the policy meets some request.' }];
    return findings.map(({ entry, reason, ...where }) => ({
      claim, answer: 'refuted', statements: [place(where)], reason: entry === undefined ? reason : `Its entry ${entry} is idle. ${reason}`,
    }));
  };
}

/** `vacuous` passes over what it cannot read: whether such a statement meets a request is as open as whether it lets anybody in. */
function firstUndecided({ Version, Statement }: PolicyDocument): string | undefined {
  const alone = [Statement].flat().map((statement: PolicyStatement) => ({ Version, Statement: [{ ...statement, Effect: 'Allow' }] }));
  return alone.map((policy) => prove(policy, { actions: 'kms:*' })).find(({ answer }) => answer === 'unknown')?.reason;
}

export function addsNothingTo(oldPolicy: PolicyDocument, file: string): Claim {
  const claim = `The policy gives nothing that the policy in '${file}' did not.`;
  return (policy) => {
    const { gained, undecided } = diff(oldPolicy, policy);
    if (gained.length > 0) {
      return gained.map(({ actions, witness, ...where }) => (
        { claim, answer: 'refuted', reason: `It newly gives ${actions.join(', ')}.`, witness, statements: [place(where)] }));
    }
    if (undecided.length > 0) return [{ claim, answer: 'unknown', reason: `Not decided: ${undecided.join('; and ')}.` }];
    return [{ claim, answer: 'proved', reason: 'Every request that it allows, the other allows as well.' }];
  };
}
