import type { Caller } from './caller';
import { evaluate, type ContextInput, type DecidingStatement, type EvaluateInput, type Evaluation, type Grant, type PolicyDocument } from '../../../proof';
import { KmsException } from '../exceptions';

/** May this caller do this, here and now? */
export interface Question {
  readonly caller: Caller;
  /** Without its `kms:`. */
  readonly action: string;
  /** The ARN of a key or an alias; none where an operation names neither. */
  readonly resource?: string;
  /** @default none: identity policies decide alone */
  readonly keyPolicy?: PolicyDocument;
  /** @default none */
  readonly grants?: readonly Grant[];
  /** The condition keys, which are made when a policy looks at one. */
  readonly context: () => ContextInput;
  /** What to call the resource when the caller did not name it. */
  readonly unnamed?: string;
  /** Whether the resource is of another account than the caller. */
  readonly foreign?: boolean;
}

export function isAllowed(question: Question): boolean {
  return evaluate(inputOf(question)).decision === 'allow';
}

/** @throws `AccessDeniedException` in AWS's words; what `evaluate` found follows in parentheses, as no AWS ever tells */
export function authorize(question: Question): void {
  const input = inputOf(question);
  const evaluation = evaluate(input);
  if (evaluation.decision === 'allow') { return; }
  const { unnamed, foreign, resource = '*' } = question;
  const named = unnamed ?? `resource: ${resource}`;
  const because = reasonOf(input, evaluation);
  if ((unnamed || foreign) && because.includes(RESOURCE_BASED)) { throw accessDeniedToUnknown(question, named, evaluation.reason); }
  throw accessDenied(question, `on ${named} ${because}`, evaluation.reason);
}

/** A refusal by the resource that keeps to itself whether it exists, as AWS KMS answers outsiders and Decrypt without a key id. */
export function accessDeniedToUnknown(question: Pick<Question, 'caller' | 'action'>, resource: string, reason: string): KmsException {
  return accessDenied(question, `on ${resource} because the resource does not exist in this Region, no resource-based policies allow access, `
    + 'or a resource-based policy explicitly denies access', reason);
}

export function accessDenied({ caller, action }: Pick<Question, 'caller' | 'action'>, where: string, reason: string): KmsException {
  return new KmsException('AccessDeniedException',
    `User: ${caller.principal.arn} is not authorized to perform: kms:${action} ${where} (LocalKms: ${reason})`);
}

/** What has a say about it, as `evaluate` takes it. */
export function inputOf({ caller, action, resource, keyPolicy, grants, context }: Question): EvaluateInput {
  const { arn, identityPolicies, permissionsBoundary, serviceControlPolicies } = caller.principal;
  const request = { principal: arn, action: `kms:${action}`, resource, get context() { return context(); } };
  return { keyPolicy, grants, identityPolicies, permissionsBoundary, serviceControlPolicies, request };
}

const RESOURCE_BASED = 'resource-based policy';
const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** What may have failed to allow, each with the change that mends it (IAM User Guide, Troubleshoot access denied error messages). */
const MISSING: readonly (readonly [policy: string, mended: (input: EvaluateInput) => EvaluateInput])[] = [
  ['identity-based policy', (input) => ({ ...input, identityPolicies: [...input.identityPolicies ?? [], EVERYTHING] })],
  ['permissions boundary', (input) => ({ ...input, permissionsBoundary: undefined })],
  ['service control policy', (input) => ({ ...input, serviceControlPolicies: undefined })],
];

const DENYING: Readonly<Record<DecidingStatement['policy'], string>> = {
  keyPolicy: `a ${RESOURCE_BASED}`,
  identityPolicy: 'an identity-based policy',
  permissionsBoundary: 'a permissions boundary',
  serviceControlPolicy: 'a service control policy',
  resourceControlPolicy: 'a resource control policy',
  grant: 'a grant', // grants only allow
};

function reasonOf(input: EvaluateInput, { decision, statement }: Evaluation): string {
  if (decision === 'explicitDeny' && statement) { return `with an explicit deny in ${DENYING[statement.policy]}`; }
  const missing = MISSING.find(([, mended]) => evaluate(mended(input)).decision === 'allow');
  return `because no ${missing?.[0] ?? RESOURCE_BASED} allows the ${input.request.action} action`;
}
