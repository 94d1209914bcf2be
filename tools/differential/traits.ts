import { CALLERS, completeContext } from './callers';
import type { EvaluateInput, PolicyDocument, PolicyStatement } from '../../src/proof';

/** One operator on one key of any statement of a question. */
export interface AskedCondition {
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

const documentsOf = ({ keyPolicy, identityPolicies, permissionsBoundary, serviceControlPolicies, resourceControlPolicies }: EvaluateInput) =>
  [keyPolicy, ...identityPolicies ?? [], permissionsBoundary, ...(serviceControlPolicies ?? []).flat(), ...resourceControlPolicies ?? []]
    .filter((document): document is PolicyDocument => document !== undefined);
const statementsIn = ({ Statement }: PolicyDocument) => [Statement].flat() as PolicyStatement[];

export function statementsOf(question: EvaluateInput): PolicyStatement[] {
  return documentsOf(question).flatMap(statementsIn);
}

/** What stands in Resource or NotResource, but for `*` alone. */
export function resourcesOf(question: EvaluateInput): string[] {
  return statementsOf(question).flatMap(({ Resource, NotResource }) => [Resource ?? NotResource ?? []].flat() as string[])
    .filter((resource) => resource !== '*');
}

export function conditionsOf(question: EvaluateInput): AskedCondition[] {
  return statementsOf(question).flatMap(({ Condition = {} }) => Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: [values].flat().map(String) }))));
}

/** Whether a policy holds a variable, one of a version where it says which. */
export function hasVariable(question: EvaluateInput, version = ''): boolean {
  return documentsOf(question).some((document) => JSON.stringify(document).includes('${') && document.Version?.startsWith(version));
}

export function kindOf({ request }: EvaluateInput) {
  return CALLERS.get(request.principal)?.kind;
}

/** The request's own value of a condition's key. */
export function givenFor({ request }: EvaluateInput, { key }: AskedCondition) {
  return Object.entries(request.context ?? {}).find(([name]) => name.toLowerCase() === key)?.[1];
}

/** Whether a value holds a variable that the request has no value for. */
export function lacksVariable({ request }: EvaluateInput, value: string): boolean {
  const given = new Set(Object.keys(completeContext(request)).map((key) => key.toLowerCase()));
  return [...value.matchAll(/\$\{([^,}*?$]+)\}/g)].some(([, key = '']) => !given.has(key.toLowerCase()));
}
