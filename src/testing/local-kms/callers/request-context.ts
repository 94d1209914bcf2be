import { overrideContext } from './given-context';
import type { ContextInput, Grant } from '../../../proof';
import type { Key } from '../keys/key';
import { DAY } from '../keys/key-materials';

/** The members of a request that make condition keys, by the names that the API gives them. */
export interface RequestFacts {
  readonly KeyId?: string;
  readonly GrantTokens?: readonly string[];
  readonly DryRun?: boolean;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly EncryptionAlgorithm?: string;
  readonly SigningAlgorithm?: string;
  readonly MessageType?: string;
  readonly MacAlgorithm?: string;
  readonly KeyAgreementAlgorithm?: string;
  readonly EncapsulationAlgorithm?: string;
  readonly KeyPairSpec?: string;
  readonly ReEncryptOnSameKey?: boolean;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
  readonly PolicyName?: string;
  readonly PendingWindowInDays?: number;
  readonly RotationPeriodInDays?: number;
  readonly WrappingAlgorithm?: string;
  readonly WrappingKeySpec?: string;
  readonly ExpirationModel?: string;
  readonly ValidTo?: Date;
  readonly ReplicaRegion?: string;
  readonly PrimaryRegion?: string;
  readonly Tags?: readonly { readonly TagKey: string; readonly TagValue: string }[];
  readonly TagKeys?: readonly string[];
  readonly GranteePrincipal?: string;
  readonly GranteeServicePrincipal?: string;
  readonly RetiringPrincipal?: string;
  readonly RetiringServicePrincipal?: string;
  readonly Operations?: readonly string[];
  /** Of the grant that the request makes or retires. */
  readonly Constraints?: Grant['Constraints'];
}

export interface RequestedUse {
  readonly action: string;
  readonly request: RequestFacts;
  /** The key, or for CreateKey the key that is to be. */
  readonly key?: Key;
  /** Tags and aliases are conditions once the key has them, not while it is made. */
  readonly keyTags?: ReadonlyMap<string, string>;
  readonly keyAliases?: readonly string[];
  /** Whether an AWS service makes the request, for somebody or for itself. */
  readonly byService?: boolean;
  readonly now: Date;
}

type Value = string | number | boolean | string[] | undefined;

const ENCRYPTION = [
  'Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
];
const SIGNING = ['Sign', 'Verify'];
const POLICY = ['GetKeyPolicy', 'PutKeyPolicy'];
const FOR_AWS_RESOURCE = ['CreateGrant', 'ListGrants', 'RevokeGrant'];
const SWITCH_OFF = ['DisableKey', 'ScheduleKeyDeletion'];

/**
 * The condition keys of AWS KMS and what each holds (AWS KMS Developer Guide, AWS KMS condition keys); undefined is absent.
 *
 * `evaluate` fills in what follows from these and from the principal: `kms:EncryptionContextKeys`, `kms:CallerAccount` …
 */
const CONDITION_KEYS: Readonly<Record<string, (use: RequestedUse) => Value>> = {
  'kms:BypassPolicyLockoutSafetyCheck': ({ request }) => request.BypassPolicyLockoutSafetyCheck,
  'kms:CustomerMasterKeySpec': ({ key }) => key?.spec,
  'kms:CustomerMasterKeyUsage': ({ key }) => key?.usage,
  'kms:DataKeyPairSpec': ({ request }) => request.KeyPairSpec,
  // Set to the default even when the request does not name it.
  'kms:EncryptionAlgorithm': ({ request, action }) => ENCRYPTION.includes(action) ? request.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT' : undefined,
  'kms:ExpirationModel': ({ request, action }) => action === 'ImportKeyMaterial' ? request.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES' : undefined,
  'kms:GrantConstraintSourceArn': ofNewGrant(({ Constraints }) => Constraints?.SourceArn),
  // It never tells of SourceArn.
  'kms:GrantConstraintType': ({ request: { Constraints } }) => listOrAbsent(
    (['EncryptionContextEquals', 'EncryptionContextSubset'] as const).filter((type) => Constraints?.[type])),
  'kms:GrantIsForAWSResource': ({ byService, action }) => byService && FOR_AWS_RESOURCE.includes(action) ? true : undefined,
  'kms:GrantOperations': ofNewGrant(({ Operations }) => listOrAbsent(Operations ?? [])),
  'kms:GranteePrincipal': ofNewGrant(({ GranteePrincipal }) => GranteePrincipal),
  'kms:GranteeServicePrincipal': ofNewGrant(({ GranteeServicePrincipal }) => GranteeServicePrincipal),
  'kms:KeyAgreementAlgorithm': ({ request }) => request.KeyAgreementAlgorithm,
  'kms:KeyOrigin': ({ key }) => key?.origin,
  'kms:KeySpec': ({ key }) => key?.spec,
  'kms:KeyUsage': ({ key }) => key?.usage,
  'kms:MacAlgorithm': ({ request }) => request.MacAlgorithm,
  'kms:MessageType': ({ request, action }) => SIGNING.includes(action) ? request.MessageType ?? 'RAW' : undefined,
  'kms:MultiRegion': ({ key }) => key && key.related !== undefined,
  'kms:MultiRegionKeyType': ({ key }) => key?.multiRegionKeyType,
  'kms:PolicyName': ({ request, action }) => POLICY.includes(action) ? request.PolicyName ?? 'default' : undefined,
  'kms:PrimaryRegion': ({ request }) => request.PrimaryRegion,
  'kms:ReEncryptOnSameKey': ({ request }) => request.ReEncryptOnSameKey,
  'kms:ReplicaRegion': ({ request }) => request.ReplicaRegion,
  'kms:RequestAlias': ({ request }) => aliasName(request.KeyId),
  'kms:ResourceAliases': ({ keyAliases }) => listOrAbsent(keyAliases ?? []),
  'kms:RetiringPrincipal': ofNewGrant(({ RetiringPrincipal }) => RetiringPrincipal),
  'kms:RetiringServicePrincipal': ofNewGrant(({ RetiringServicePrincipal }) => RetiringServicePrincipal),
  'kms:RotationPeriodInDays': ({ request }) => request.RotationPeriodInDays,
  'kms:ScheduleKeyDeletionPendingWindowInDays': ({ request }) => request.PendingWindowInDays,
  'kms:SigningAlgorithm': ({ request }) => request.SigningAlgorithm,
  'kms:TrailingDaysWithoutKeyUsage': ({ key, now, action }) => SWITCH_OFF.includes(action) ? daysWithoutUse(key!, now) : undefined,
  'kms:ValidTo': ({ request }) => request.ValidTo?.toISOString(),
  'kms:WrappingAlgorithm': ({ request }) => request.WrappingAlgorithm,
  'kms:WrappingKeySpec': ({ request }) => request.WrappingKeySpec,
  'aws:CurrentTime': ({ now }) => now.toISOString(),
  'aws:EpochTime': ({ now }) => Math.floor(now.getTime() / 1000),
  'aws:TagKeys': ({ request }) => listOrAbsent(request.TagKeys ?? request.Tags?.map(({ TagKey }) => TagKey) ?? []),
};

const ROWS = Object.entries(CONDITION_KEYS);

/** The condition keys of a request, and those of its caller, which win. */
export function requestContext(use: RequestedUse, ofCaller: ContextInput = {}): ContextInput {
  // Without a prototype: what grows by names that no two requests share is a dictionary from the start.
  const context: Record<string, ContextInput[string]> = Object.create(null);
  for (const [name, valueOf] of ROWS) {
    const value = valueOf(use);
    if (value !== undefined) { context[name] = value; }
  }
  for (const [name, value] of Object.entries(encryptionContextOf(use.request) ?? {})) { context[`kms:EncryptionContext:${name}`] = value; }
  for (const { TagKey, TagValue } of use.request.Tags ?? []) { context[`aws:RequestTag/${TagKey}`] = TagValue; }
  for (const [name, value] of use.keyTags ?? []) { context[`aws:ResourceTag/${name}`] = value; }
  return overrideContext(context, ofCaller);
}

// A filter of ListGrants has names that CreateGrant has too, and is no condition key.
function ofNewGrant(value: (request: RequestFacts) => Value): (use: RequestedUse) => Value {
  return ({ action, request }) => action === 'CreateGrant' ? value(request) : undefined;
}

// Of CreateGrant and RetireGrant: that of the grant's constraint (AWS KMS Developer Guide, kms:EncryptionContext:context-key).
function encryptionContextOf({ EncryptionContext, Constraints }: RequestFacts): Readonly<Record<string, string>> | undefined {
  return Constraints ? { ...Constraints.EncryptionContextSubset, ...Constraints.EncryptionContextEquals } : EncryptionContext;
}

function listOrAbsent(values: readonly string[]): string[] | undefined {
  return values.length > 0 ? [...values] : undefined;
}

// The name the caller typed, alone or at the end of an alias ARN; absent for key ids and key ARNs.
function aliasName(keyId: string | undefined): string | undefined {
  return /(?:^|:)(alias\/.+)$/.exec(keyId ?? '')?.[1];
}

// Whole days since the last use; since the creation of a key never used, which the guide leaves open.
function daysWithoutUse({ lastUsage, creationDate }: Key, now: Date): number {
  return Math.floor((now.getTime() - (lastUsage?.date ?? creationDate).getTime()) / DAY);
}

/** The entries with a prefix before each name. */
export function prefixed(prefix: string, entries: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [prefix + name, value]));
}
