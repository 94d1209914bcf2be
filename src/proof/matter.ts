import { parseArn } from './arn';
import type { Arn } from './arn';
import { parseCaller } from './caller';
import type { Caller } from './caller';
import { RequestError } from './errors';
import type { Grant } from './grant';
import { requireInput } from './input';
import { policyOf } from './policy';
import type { Policy } from './policy';
import type { PolicyDocument } from './policy-document';
import { encryptionContextKeys, givenContext, RequestContext } from './request-context';
import type { ContextInput, GivenContext } from './request-context';
import type { PolicyRequest } from './statement';

/** One request to AWS KMS. */
export interface Request {
  /**
   * The ARN of a root user, user, role, assumed-role session or federated user, or a service principal such as
   * `logs.eu-west-1.amazonaws.com`. A role means a session of it whose name does not matter. The role of a session is
   * `role/<name>`; when it has a path, the context says so by `aws:PrincipalArn`.
   */
  readonly principal: string;
  /** E.g. `kms:Decrypt`, in any case. */
  readonly action: string;
  /**
   * The ARN of the key, whose account owns it.
   * @default none: the key belongs to the caller's account, and of ARNs only `*` matches it
   */
  readonly resource?: string;
  /**
   * Condition keys and their values; a list is a multivalued key. What every such request has, is filled in where it is
   * not given (`request-physics.ts`): `kms:CallerAccount`, `aws:PrincipalArn`, `aws:ViaAWSService` … Times are not: give
   * `aws:CurrentTime` where a policy asks for it. It is read once at most, when a policy or grant looks at a key.
   */
  readonly context?: ContextInput;
}

/** What to decide, all as JSON. Policies are read once and remembered: do not change one that was evaluated. */
export interface EvaluateInput {
  /** @default none: no policy of a key has a say (kms:CreateKey, kms:ListKeys, an alias); identity policies decide alone */
  readonly keyPolicy?: PolicyDocument;
  /** The caller's, those of its groups included. The root user needs none. */
  readonly identityPolicies?: readonly PolicyDocument[];
  readonly permissionsBoundary?: PolicyDocument;
  /** Those that apply to the caller's account: one level's, or for each level (root, units, account) its own list. */
  readonly serviceControlPolicies?: readonly PolicyDocument[] | readonly (readonly PolicyDocument[])[];
  /** Those that apply to the key's account. They only deny: AWS itself attaches the one that allows everything. */
  readonly resourceControlPolicies?: readonly PolicyDocument[];
  /** The key's grants. */
  readonly grants?: readonly Grant[];
  readonly request: Request;
}

/** A request and what has a say about it, read. */
export interface Matter {
  readonly asked: Request;
  readonly request: PolicyRequest;
  readonly given: () => GivenContext;
  readonly caller: Caller;
  /** Whether the caller is of the account that owns the key. */
  readonly sameAccount: boolean;
  readonly keyPolicy?: Policy;
  readonly identityPolicies: readonly Policy[];
  readonly boundary?: Policy;
  /** By level; none for those whom they do not bind. */
  readonly serviceControlPolicies: readonly (readonly Policy[])[];
  readonly resourceControlPolicies: readonly Policy[];
  readonly grants: readonly Grant[];
}

export function matterOf(input: EvaluateInput): Matter {
  requireInput(input);
  const { request: asked } = input;
  const read = once(() => asked.context ?? {});
  const given = once(() => givenContext(read()));
  const caller = parseCaller(asked.principal, () => given().get('aws:principalarn')?.[0]);
  const key = keyOf(asked.resource);
  const facts = { caller, key, forwarded: () => given().has('kms:viaservice'), encryptionContextKeys: () => encryptionContextKeys(read()) };
  const request = {
    action: asked.action.toLowerCase(),
    resource: asked.resource ?? '*',
    context: new RequestContext(given, facts),
    bounded: input.permissionsBoundary !== undefined,
  };
  const sameAccount = caller.kind !== 'service' && (key?.account ?? caller.account) === caller.account;
  return { asked, given, caller, request, sameAccount, ...policiesOf(input, caller, request.action) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function policiesOf(input: EvaluateInput, caller: Caller, action: string) {
  return {
    keyPolicy: input.keyPolicy === undefined ? undefined : policyOf(input.keyPolicy, 'keyPolicy'),
    identityPolicies: (input.identityPolicies ?? []).map((document, i) => policyOf(document, 'identityPolicy', i)),
    boundary: input.permissionsBoundary === undefined ? undefined : policyOf(input.permissionsBoundary, 'permissionsBoundary'),
    serviceControlPolicies: boundByServiceControl(caller) ? levelsOf(input.serviceControlPolicies ?? []) : [],
    resourceControlPolicies: boundByResourceControl(caller, action)
      ? (input.resourceControlPolicies ?? []).map((document, i) => policyOf(document, 'resourceControlPolicy', i)) : [],
    grants: input.grants ?? [],
  };
}

function levelsOf(policies: NonNullable<EvaluateInput['serviceControlPolicies']>): Policy[][] {
  const byLevel = (list: typeof policies): list is readonly (readonly PolicyDocument[])[] => list.some((entry) => Array.isArray(entry));
  const levels = byLevel(policies) ? policies : [policies];
  let index = 0;
  return levels.filter((level) => level.length > 0).map((level) => level.map((document) => policyOf(document, 'serviceControlPolicy', index++)));
}

/** AWS Organizations User Guide, SCP evaluation: Tasks and entities not restricted by SCPs. */
function boundByServiceControl(caller: Caller): boolean {
  return caller.kind !== 'service' && !caller.serviceLinked;
}

/** AWS Organizations User Guide, Resource control policies: Resources and entities not restricted by RCPs. */
function boundByResourceControl(caller: Caller, action: string): boolean {
  return action !== 'kms:retiregrant' && (caller.kind === 'service' || !caller.serviceLinked);
}

function keyOf(resource: string | undefined): Arn | undefined {
  if (resource === undefined || resource === '*') return undefined;
  const arn = parseArn(resource);
  if (arn && /^\d{12}$/.test(arn.account)) return arn;
  throw new RequestError({
    fact: 'The resource of the request is not the ARN of a key',
    given: resource,
    allowed: 'it is arn:<partition>:kms:<region>:<account>:key/<id>',
    remedy: 'Give the ARN, or leave the resource out for a key of the caller\'s account.',
  });
}
