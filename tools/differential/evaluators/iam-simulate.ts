import type { EvaluateInput, PolicyDocument, PolicyStatement } from '../../../src/proof';
import { parseArn } from '../../../src/proof/arn';
import { completeContext } from '../callers';
import type { Evaluator, Verdict } from './evaluator';
import { askJsonLines } from './json-lines';

/**
 * It drops `kms:EncryptionContext:<key>` from the request as a key that it does not know, so both sides of the comparison are
 * renamed to a key of the same kind (text, one value, a free name) that it keeps.
 */
const RENAMED = { from: /^kms:EncryptionContext:/i, to: 'aws:PrincipalTag/encryption-context-' };
const renamed = (key: string) => key.replace(RENAMED.from, RENAMED.to);

function renameKeys<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [renamed(key), value]));
}

function renamedIn(statement: PolicyStatement): PolicyStatement {
  if (!statement.Condition) return statement;
  const Condition = Object.fromEntries(Object.entries(statement.Condition).map(([operator, keys]) => [operator, renameKeys(keys)]));
  return { ...statement, Condition };
}

const policyOf = (document: PolicyDocument): PolicyDocument => ({ ...document, Statement: [document.Statement].flat().map(renamedIn) });
const named = (documents: readonly PolicyDocument[] = []) => documents.map((document, i) => ({ name: `policy-${i}`, policy: policyOf(document) }));
const level = (documents: readonly PolicyDocument[], i: number) => ({ orgIdentifier: `level-${i}`, policies: named(documents) });

function simulationOf(input: EvaluateInput) {
  const { principal, action, resource = '*' } = input.request;
  const levels = (input.serviceControlPolicies ?? []).map((entry) => [entry].flat());
  return {
    request: {
      principal, action, resource: { resource, accountId: parseArn(resource)?.account }, contextVariables: renameKeys(completeContext(input.request)),
    },
    identityPolicies: named(input.identityPolicies),
    serviceControlPolicies: levels.map(level),
    resourceControlPolicies: input.resourceControlPolicies ? [level(input.resourceControlPolicies, 0)] : [],
    resourcePolicy: input.keyPolicy && policyOf(input.keyPolicy),
    permissionBoundaryPolicies: input.permissionsBoundary && named([input.permissionsBoundary]),
  };
}

interface Answer extends Verdict {
  readonly ignored?: readonly string[];
}

/** A key that it ignores although a policy asks for it would be compared with nothing. */
function verdictOf({ ignored = [], ...verdict }: Answer, simulation: unknown): Verdict {
  const text = JSON.stringify(simulation).toLowerCase();
  const missed = ignored.filter((key) => text.split(`"${key.toLowerCase()}"`).length > 2);
  return missed.length > 0 ? { decision: 'error', reason: `It ignored ${missed.join(', ')} of the request.` } : verdict;
}

/** `@cloud-copilot/iam-simulate`, run in a process of its own. */
export const iamSimulate: Evaluator = {
  name: 'iam-simulate',
  fragment: ({ grants: _, ...question }) => question,
  decide: (questions) => {
    const simulations = questions.map(simulationOf);
    return askJsonLines<Answer>(process.execPath, ['iam-simulate.process.mjs'], simulations).map((answer, i) => verdictOf(answer, simulations[i]));
  },
};
