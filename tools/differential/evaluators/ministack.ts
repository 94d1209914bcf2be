import type { EvaluateInput } from '../../../src/proof';
import { parseArn } from '../../../src/proof/arn';
import { CALLERS, completeContext } from '../callers';
import type { Evaluator, Verdict } from './evaluator';
import { askJsonLines } from './json-lines';

const PYTHON = '../.venv/bin/python';

function caseOf({ request, keyPolicy, identityPolicies = [], permissionsBoundary }: EvaluateInput) {
  const { principal, action, resource = '*' } = request;
  return {
    principal,
    kind: CALLERS.get(principal)?.kind,
    action,
    resource,
    owner: parseArn(resource)?.account,
    context: completeContext(request),
    keyPolicy,
    identityPolicies,
    boundary: permissionsBoundary ?? null,
  };
}

/** MiniStack's `core.iam_evaluator`, which knows neither grants nor the policies of an organization. */
export const miniStack: Evaluator = {
  name: 'MiniStack',
  fragment: ({ grants, serviceControlPolicies, resourceControlPolicies, ...question }) => question,
  decide: (questions) => askJsonLines<Verdict>(PYTHON, ['ministack_process.py'], questions.map(caseOf)),
};
