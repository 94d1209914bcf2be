import { inWords, isOfOpaque } from './finding';
import type { KeyFacts } from './key-facts';
import { prove } from '../proof';
import type { PolicyDocument, Question } from '../proof';

/** What became of a claim. */
export interface Judgement {
  readonly verdict: 'true' | 'false' | 'unknown';

  /** Why it is not true, with the witness in words and in JSON; or what stopped the proof. */
  readonly reason: string;
}

export const TRUE: Judgement = { verdict: 'true', reason: '' };

/** Of a claim that nobody can do what `question` asks for. */
export function nobodyCan(question: Question, facts: KeyFacts, policy: PolicyDocument = facts.policy): Judgement {
  const proof = prove(policy, { resource: facts.keyArn, ...question });
  if (proof.answer === 'no') { return TRUE; }
  const isKnown = proof.answer === 'yes' && !isOfOpaque(proof, facts);
  return { verdict: isKnown ? 'false' : 'unknown', reason: inWords(proof, facts) };
}

/** Of a claim that for each question somebody can do what it asks for. */
export function somebodyCan(questions: readonly Question[], facts: KeyFacts): Judgement {
  const open = questions.map((question) => ({ question, proof: prove(facts.policy, { resource: facts.keyArn, ...question }) }))
    .filter(({ proof }) => proof.answer !== 'yes');
  if (open.length === 0) { return TRUE; }
  const reasons = [...new Set(open.map(({ proof }) => proof.reason))].join(' ');
  return {
    verdict: open.some(({ proof }) => proof.answer === 'no') ? 'false' : 'unknown',
    reason: `Not possible: ${open.map(({ question }) => [question.actions].flat().join(', ')).join(', ')}. ${reasons}`,
  };
}

/** The first of several that is not true; false comes before unknown. */
export function worst(judgements: readonly Judgement[]): Judgement {
  return judgements.find(({ verdict }) => verdict === 'false') ?? judgements.find(({ verdict }) => verdict === 'unknown') ?? TRUE;
}
