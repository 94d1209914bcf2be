import type { Decision, EvaluateInput } from '../../../src/proof';

/** What an evaluator says about one request; `error` when it refuses the question. */
export interface Verdict {
  readonly decision: Decision | 'error';
  readonly reason?: string;
}

export interface Evaluator {
  readonly name: string;
  /** The question without what the evaluator knows nothing of: the same is put to `evaluate`. */
  fragment(question: EvaluateInput): EvaluateInput;
  /** Decides many at once, in order. */
  decide(questions: readonly EvaluateInput[]): Verdict[];
}
