import type { CallerMode } from './caller-mode';
import { PolicyError } from './errors';
import { evaluate } from './evaluate';
import type { Evaluation } from './evaluate';
import { RESOURCE_KEY } from './key-domains';
import type { Assignment } from './known-keys';
import type { Request } from './matter';
import type { PolicyDocument } from './policy-document';
import type { ContextInput } from './request-context';
import type { Values } from './value-sets/key-values';

/** A request that shows what a key policy lets happen: give it to `evaluate` with the policy. */
export interface Witness {
  readonly request: Request;
  /** What the caller's own account is taken to allow, where the key policy leaves a say to it. */
  readonly identityPolicies?: readonly PolicyDocument[];
}

/** What the principal and the resource of a request say already. */
const SAID = ['aws:principalservicename', RESOURCE_KEY];

export function witnessOf(mode: CallerMode, action: string, assignment: Assignment, resource = valueOf(RESOURCE_KEY, assignment)): Witness {
  const caller = valueOf(mode.caller === 'service' ? 'aws:principalservicename' : 'aws:principalarn', assignment) ?? '';
  const said = mode.session === undefined ? [...SAID, 'aws:principalarn'] : SAID;
  const context = contextOf([...assignment].filter(([name]) => !said.includes(name.toLowerCase())));
  const request = { principal: mode.session ?? caller, action: `kms:${action}`, ...resource === undefined ? {} : { resource }, context };
  if (mode.caller === 'service' || caller.endsWith(':root')) return { request };
  return { request, identityPolicies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: request.action, Resource: '*' } }] };
}

function valueOf(key: string, assignment: Assignment): string | undefined {
  const values = [...assignment].find(([name]) => name.toLowerCase() === key)?.[1];
  return values === 'absent' ? undefined : values?.[0];
}

function contextOf(values: readonly (readonly [string, Values])[]): ContextInput {
  const present = values.filter((entry): entry is [string, readonly string[]] => entry[1] !== 'absent');
  return Object.fromEntries(present.map(([name, list]) => [name, list.length === 1 ? list[0] ?? '' : list]));
}

/** The decision, if it is to allow; undefined also for a policy that only the prover can read. Without the caller's own policies, if it goes without. */
export function allowedBy(keyPolicy: PolicyDocument, { request, identityPolicies }: Witness): Evaluation | undefined {
  try {
    const evaluation = evaluate({ keyPolicy, request, identityPolicies });
    return evaluation.decision === 'allow' ? evaluation : undefined;
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

/** Without the caller's own policies, where it goes without. */
export function leanest(keyPolicy: PolicyDocument, witness: Witness): Witness {
  const { request } = witness;
  return allowedBy(keyPolicy, { request }) ? { request } : witness;
}
