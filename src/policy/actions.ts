/** What an action of AWS KMS does to a key. */
export type ActionKind =
  /** Uses the key material. */
  | 'cryptographic'
  /** Gives, lists or takes away grants. */
  | 'grant'
  /** Changes the key. */
  | 'administration'
  /** Tells about the key. */
  | 'read'
  /** Names no key: an IAM policy alone decides, and a key policy that lists it says nothing. */
  | 'identityOnly';

/** Every action of AWS KMS (Service Authorization Reference, Actions, resources, and condition keys for AWS KMS). */
export const KMS_ACTIONS: Readonly<Record<string, ActionKind>> = {
  CancelKeyDeletion: 'administration',
  ConnectCustomKeyStore: 'identityOnly',
  CreateAlias: 'administration',
  CreateCustomKeyStore: 'identityOnly',
  CreateGrant: 'grant',
  CreateKey: 'identityOnly',
  Decapsulate: 'cryptographic',
  Decrypt: 'cryptographic',
  DeleteAlias: 'administration',
  DeleteCustomKeyStore: 'identityOnly',
  DeleteImportedKeyMaterial: 'administration',
  DeriveSharedSecret: 'cryptographic',
  DescribeCustomKeyStores: 'identityOnly',
  DescribeKey: 'read',
  DisableKey: 'administration',
  DisableKeyRotation: 'administration',
  DisconnectCustomKeyStore: 'identityOnly',
  EnableKey: 'administration',
  EnableKeyRotation: 'administration',
  Encapsulate: 'cryptographic',
  Encrypt: 'cryptographic',
  GenerateDataKey: 'cryptographic',
  GenerateDataKeyPair: 'cryptographic',
  GenerateDataKeyPairWithoutPlaintext: 'cryptographic',
  GenerateDataKeyWithoutPlaintext: 'cryptographic',
  GenerateMac: 'cryptographic',
  GenerateRandom: 'identityOnly',
  GetKeyLastUsage: 'read',
  GetKeyPolicy: 'read',
  GetKeyRotationStatus: 'read',
  GetParametersForImport: 'administration',
  GetPublicKey: 'read',
  ImportKeyMaterial: 'administration',
  ListAliases: 'identityOnly',
  ListGrants: 'grant',
  ListKeyPolicies: 'read',
  ListKeyRotations: 'read',
  ListKeys: 'identityOnly',
  ListResourceTags: 'read',
  ListRetirableGrants: 'identityOnly',
  PutKeyPolicy: 'administration',
  ReEncryptFrom: 'cryptographic',
  ReEncryptTo: 'cryptographic',
  ReplicateKey: 'administration',
  RetireGrant: 'grant',
  RevokeGrant: 'grant',
  RotateKeyOnDemand: 'administration',
  ScheduleKeyDeletion: 'administration',
  Sign: 'cryptographic',
  SynchronizeMultiRegionKey: 'administration',
  TagResource: 'administration',
  UntagResource: 'administration',
  UpdateAlias: 'administration',
  UpdateCustomKeyStore: 'identityOnly',
  UpdateKeyDescription: 'administration',
  UpdatePrimaryRegion: 'administration',
  Verify: 'cryptographic',
  VerifyMac: 'cryptographic',
};

/** How a key may be used, by its spec and usage (AWS KMS Developer Guide, Key type reference). */
export const USE_ACTIONS = {
  symmetric: [
    'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
    'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom', 'kms:ReEncryptTo',
  ],
  asymmetricEncryption: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GetPublicKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  signing: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify'],
  mac: ['kms:DescribeKey', 'kms:GenerateMac', 'kms:VerifyMac'],
  keyAgreement: ['kms:DeriveSharedSecret', 'kms:DescribeKey', 'kms:GetPublicKey'],
  keyEncapsulation: ['kms:Decapsulate', 'kms:DescribeKey', 'kms:Encapsulate', 'kms:GetPublicKey'],
} as const;

/**
 * What manages a key, by families, so that an account is not locked out of what AWS KMS adds next year.
 *
 * It is the console's list for key administrators (AWS KMS Developer Guide, Default key policy) with `Create*` narrowed to
 * `CreateAlias`, because `Create*` holds `CreateGrant`, which gives the use of a key away.
 */
export const ADMINISTRATION_ACTIONS = [
  'kms:CancelKeyDeletion', 'kms:CreateAlias', 'kms:Delete*', 'kms:Describe*', 'kms:Disable*', 'kms:Enable*', 'kms:Get*', 'kms:List*',
  'kms:Put*', 'kms:RetireGrant', 'kms:Revoke*', 'kms:RotateKeyOnDemand', 'kms:ScheduleKeyDeletion', 'kms:TagResource',
  'kms:UntagResource', 'kms:Update*',
];

/** What manages the Regions of a multi-Region key, beside `ADMINISTRATION_ACTIONS`. */
export const MULTI_REGION_ACTIONS = ['kms:ReplicateKey'];

/** All actions that use key material, as `kms:…`. */
export const CRYPTOGRAPHIC_ACTIONS = actionsOfKind('cryptographic');

/** The actions whose requests carry an encryption context (AWS KMS Developer Guide, kms:EncryptionContext:context-key), but for those on grants. */
export const ENCRYPTION_CONTEXT_ACTIONS = USE_ACTIONS.symmetric.filter((action) => action !== 'kms:DescribeKey');

/**
 * What the role that deploys a stack needs to create, update and delete a key and its aliases (AWS CloudFormation, handlers of
 * AWS::KMS::Key and AWS::KMS::Alias). AWS KMS itself asks only for `kms:PutKeyPolicy`; without the others a later update fails.
 */
export const DEPLOYMENT_ACTIONS = [
  'kms:CreateAlias', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:EnableKey', 'kms:EnableKeyRotation',
  'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:TagResource',
  'kms:UntagResource', 'kms:UpdateAlias', 'kms:UpdateKeyDescription',
];

export function actionsOfKind(...kinds: ActionKind[]): string[] {
  return Object.entries(KMS_ACTIONS).filter(([, kind]) => kinds.includes(kind)).map(([name]) => `kms:${name}`);
}

/**
 * The explicit actions that `patterns` stand for, sorted; a wildcard keeps only what is in `supported`.
 *
 * An explicit action stays even when the key does not support it: what a user spelt out is never dropped.
 *
 * @throws when a pattern matches no action of AWS KMS
 */
export function explicitActions(patterns: readonly string[], supported: readonly string[] = actionsOfKind(...ALL_KINDS)): string[] {
  const explicit = patterns.flatMap((pattern) => {
    const matches = knownActions(pattern);
    return pattern.includes('*') || pattern.includes('?') ? matches.filter((action) => supported.includes(action)) : matches;
  });
  return [...new Set(explicit)].sort();
}

const ALL_KINDS: ActionKind[] = ['cryptographic', 'grant', 'administration', 'read', 'identityOnly'];

/** The actions of AWS KMS that a pattern matches; none for what is no action, or a newer one. */
export function matchingActions(pattern: string): string[] {
  const expression = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');
  return Object.keys(KMS_ACTIONS).map((name) => `kms:${name}`).filter((action) => expression.test(action));
}

function knownActions(pattern: string): string[] {
  const matches = matchingActions(pattern);
  if (matches.length === 0) {
    throw new Error(`'${pattern}' is no action of AWS KMS. Actions are written like kms:Decrypt; wildcards * and ? are expanded. `
      + 'See the Service Authorization Reference, Actions, resources, and condition keys for AWS KMS.');
  }
  return matches;
}
