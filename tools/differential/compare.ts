import { evaluate } from './evaluators/evaluate';
import type { Evaluator, Verdict } from './evaluators/evaluator';
import { simpler } from './minimise';
import type { EvaluateInput } from '../../src/proof';

/** A question on which an evaluator and `evaluate` differ. */
export interface Disagreement {
  readonly question: EvaluateInput;
  readonly ours: Verdict;
  readonly theirs: Verdict;
}

export function disagreements(evaluator: Evaluator, questions: readonly EvaluateInput[]): Disagreement[] {
  const ours = evaluate.decide(questions);
  const theirs = evaluator.decide(questions);
  return questions.flatMap((question, i) => {
    const found = { question, ours: ours[i]!, theirs: theirs[i]! };
    return found.ours.decision === found.theirs.decision ? [] : [found];
  });
}

/**
 * Takes away from each question what its disagreement does not need. All of them go one step at a time together, because the
 * evaluators answer a batch at the price of one question.
 */
export function minimised(evaluator: Evaluator, found: readonly Disagreement[]): Disagreement[] {
  const done: Disagreement[] = [];
  let open = found;
  while (open.length > 0) {
    const candidates = open.map(({ question }) => simpler(question));
    const kept = new Map(disagreements(evaluator, candidates.flat()).map((one) => [one.question, one]));
    const next = open.map((one, i) => candidates[i]!.map((question) => kept.get(question)).find((simple) => simple && isSame(simple, one)));
    done.push(...open.filter((_, i) => next[i] === undefined));
    open = next.filter((one) => one !== undefined);
  }
  return done;
}

const isSame = (one: Disagreement, other: Disagreement) => one.ours.decision === other.ours.decision && one.theirs.decision === other.theirs.decision;
