import { useActions } from '../../../policy/key-specs';
import { partitionOf } from '../../partition';
import { isServicePrincipal } from '../callers/caller';
import { invalidPrincipal, isPrincipalArn } from '../callers/principal-arn';
import type { RequestFacts } from '../callers/request-context';
import { KmsException } from '../exceptions';
import type { Key } from '../keys/key';

const MAX_PAIRS = 8; // API Reference, CreateGrant, Constraints
const MAX_VALUE = 384;
const CONTEXT_CONSTRAINTS = ['EncryptionContextEquals', 'EncryptionContextSubset'] as const;

type Rule = readonly [breaks: (request: RequestFacts) => boolean, message: string];

/** What the limits of the service model leave open about a grant, whatever its key (API Reference, CreateGrant). */
const RULES: readonly Rule[] = [
  [(request) => (request.GranteePrincipal === undefined) === (request.GranteeServicePrincipal === undefined),
    'You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.'],
  [(request) => request.RetiringPrincipal !== undefined && request.RetiringServicePrincipal !== undefined,
    'You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both.'],
  [(request) => request.GranteeServicePrincipal !== undefined && request.Constraints?.SourceArn === undefined,
    'A grant with a GranteeServicePrincipal must have a SourceArn constraint.'],
  [(request) => request.GranteeServicePrincipal !== undefined && (request.RetiringPrincipal ?? request.RetiringServicePrincipal) === undefined,
    'A grant with a GranteeServicePrincipal must have a RetiringPrincipal or a RetiringServicePrincipal.'],
  [({ Operations }) => Operations?.length === 0, 'A grant must have an operation.'],
  [({ Operations }) => Operations?.every((operation) => operation === 'CreateGrant') ?? false, 'Grants must not contain only the CreateGrant operation.'],
  [(request) => contextsOf(request).some((pairs) => Object.keys(pairs).length > MAX_PAIRS),
    `An encryption context constraint may have ${MAX_PAIRS} pairs.`],
  [(request) => contextsOf(request).some((pairs) => Object.values(pairs).some(({ length }) => length > MAX_VALUE)),
    `A value of an encryption context constraint may have ${MAX_VALUE} characters.`],
];

/** @throws `ValidationException` for a grant that nobody may make; `InvalidArnException` for principals that are none, by their form */
export function requireGrantRequest(request: RequestFacts, region: string): void {
  const broken = RULES.find(([breaks]) => breaks(request));
  if (broken) { throw new KmsException('ValidationException', broken[1]); }
  const { GranteePrincipal, RetiringPrincipal, GranteeServicePrincipal, RetiringServicePrincipal } = request;
  // AWS services name themselves, or each other, as principals too.
  const wrong = [GranteePrincipal, RetiringPrincipal].find((name) => name && !isPrincipalArn(name, partitionOf(region)) && !isServicePrincipal(name))
    ?? [GranteeServicePrincipal, RetiringServicePrincipal].find((name) => name && !isServicePrincipal(name));
  if (wrong) { throw invalidPrincipal(wrong); }
}

/** @throws `ValidationException` for a grant that does not fit the key: Grant operations, by the type of key (AWS KMS Developer Guide, Grants) */
export function requireFittingGrant(request: RequestFacts, { spec, usage }: Pick<Key, 'spec' | 'usage'>): void {
  const fitting = [...useActions(spec, usage), 'kms:CreateGrant', 'kms:RetireGrant'];
  const odd = request.Operations?.find((operation) => !fitting.includes(`kms:${operation}`));
  if (odd) { throw new KmsException('ValidationException', `Operation ${odd} is not supported on a key of spec ${spec} and usage ${usage}.`); }
  if (contextsOf(request).length > 0 && spec !== 'SYMMETRIC_DEFAULT') {
    throw new KmsException('ValidationException', `A key of spec ${spec} has no encryption context to constrain.`);
  }
}

function contextsOf({ Constraints }: RequestFacts): Readonly<Record<string, string>>[] {
  return CONTEXT_CONSTRAINTS.map((type) => Constraints?.[type]).filter((pairs) => pairs !== undefined);
}
