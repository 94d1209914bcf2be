import type { Arn } from './arn';
import type { Caller } from './caller';

/** What a request is, beside its condition keys. */
export interface RequestFacts {
  readonly caller: Caller;
  /** The key; undefined when the request names none. */
  readonly key?: Arn;
  /** Whether a service forwards the caller: the request has `kms:ViaService`. */
  forwarded(): boolean;
  /** The keys of the encryption context, in the request's own spelling. */
  encryptionContextKeys(): readonly string[];
}

type Implication = (facts: RequestFacts) => readonly string[] | undefined;

const PRINCIPAL_TYPE = { root: 'Account', user: 'User', role: 'AssumedRole', federatedUser: 'FederatedUser' };

/** A key that only the principals of an account have. */
const ofAccount = (value: (caller: Exclude<Caller, { kind: 'service' }>) => string | undefined): Implication => ({ caller }) => {
  const implied = caller.kind === 'service' ? undefined : value(caller);
  return implied === undefined ? undefined : [implied];
};
/** A key that only service principals have. */
const ofService: Implication = ({ caller }) => caller.kind === 'service' ? [caller.name] : undefined;

/**
 * The condition keys that every request has because of what it is, where the request does not say. Times, addresses,
 * organisations, tags and `aws:userid` follow from nothing here and are never made up.
 * IAM User Guide, AWS global condition context keys; AWS KMS Developer Guide, AWS KMS condition keys.
 */
export const IMPLIED: ReadonlyMap<string, Implication> = new Map<string, Implication>(Object.entries<Implication>({
  'aws:PrincipalArn': ofAccount((caller) => caller.arn),
  'aws:PrincipalAccount': ofAccount((caller) => caller.account),
  'aws:PrincipalType': ofAccount((caller) => PRINCIPAL_TYPE[caller.kind]),
  'aws:username': ofAccount((caller) => caller.kind === 'user' ? caller.arn.slice(caller.arn.lastIndexOf('/') + 1) : undefined),
  'aws:PrincipalIsAWSService': ({ caller }) => [String(caller.kind === 'service')],
  'aws:PrincipalServiceName': ofService,
  'aws:PrincipalServiceNamesList': ofService,
  // no page says what it is when a service principal publishes through another service
  'aws:ViaAWSService': ({ caller, forwarded }) => forwarded() && caller.kind === 'service' ? undefined : [String(forwarded())],
  'aws:SecureTransport': () => ['true'], // KMS answers on TLS only
  'aws:ResourceAccount': ({ key }) => key && [key.account],
  'aws:RequestedRegion': ({ key }) => key && [key.region],
  'kms:CallerAccount': ofAccount((caller) => caller.account), // for service principals no page says
  'kms:EncryptionContextKeys': ({ encryptionContextKeys }) => encryptionContextKeys(),
}).map(([key, implication]) => [key.toLowerCase(), implication]));

/** The keys that a caller never has, whatever a request claims. Global condition context keys, Properties of the principal. */
export const FORCED_ABSENT = {
  service: /^aws:(principalorgid|principalorgpaths|principalarn|principalaccount|principaltag\/.*|username)$/,
} as const;

/** Keys that count in identity policies only: to a key policy they are absent. AWS KMS Developer Guide, ABAC for AWS KMS; AWS KMS condition keys. */
export const ABSENT_IN_KEY_POLICIES = /^(kms:resourcealiases|aws:resourcetag\/.*)$/;

type Absences = readonly (readonly [key: RegExp, caller: CallerKind | 'any', why: string])[];
export type CallerKind = 'account' | 'service';

/** Why requests of a kind of caller never have a key, as a key policy sees them. */
const NEVER: Absences = [
  [ABSENT_IN_KEY_POLICIES, 'any', 'to a key policy: it counts in identity policies only'],
  [FORCED_ABSENT.service, 'service', 'a service principal never has it'],
  [/^kms:calleraccount$/, 'service', 'it is for principals of accounts'],
  [/^aws:source(arn|account|orgid|orgpaths)$/, 'account', 'only service principals send it'],
  [/^aws:principalservicename(slist)?$/, 'account', 'only service principals have it'],
];

/** Why they often do not: what to tell who wrote a statement that asks for it. */
const OFTEN: Absences = [
  [/^kms:viaservice$/, 'account', 'the call did not come through a service'],
  [/^kms:viaservice$/, 'service', 'the service calls KMS itself'],
  [/^kms:encryptioncontext/, 'any', 'the call gave no such encryption context'],
  [/^kms:grantisforawsresource$/, 'any', 'only a service that creates, lists or revokes a grant sends it'],
];

export function whyAbsent(key: string, caller: Caller): string | undefined {
  return reason([...NEVER, ...OFTEN], key, [caller.kind === 'service' ? 'service' : 'account']);
}

/** `callers`: those that a statement is about. */
export function whyNeverPresent(key: string, callers: readonly CallerKind[]): string | undefined {
  return reason(NEVER, key, callers);
}

function reason(absences: Absences, key: string, callers: readonly CallerKind[]): string | undefined {
  return absences.find(([name, who]) => name.test(key) && (who === 'any' || callers.every((caller) => caller === who)))?.[2];
}
