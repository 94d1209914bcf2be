import type { Evaluator } from './evaluator';
import { evaluate as decide } from '../../../src/proof';

/** `evaluate` of src/proof, which the others are held against. */
export const evaluate: Evaluator = {
  name: 'evaluate',
  fragment: (question) => question,
  decide: (questions) => questions.map((question) => {
    try {
      const { decision, reason } = decide(question);
      return { decision, reason };
    } catch (error) {
      return { decision: 'error', reason: String(error) };
    }
  }),
};
