/** What a request of an action can be. */
export interface KeyAction {
  /** Whether principals of other accounts than the key's can do it. */
  readonly crossAccount: boolean;
}

const inAccount: KeyAction = { crossAccount: false };
const crossAccount: KeyAction = { crossAccount: true };

/**
 * The actions that act on a key. Service Authorization Reference, Actions, resources, and condition keys for AWS KMS;
 * AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key.
 */
export const KEY_ACTIONS: Readonly<Record<string, KeyAction>> = {
  CancelKeyDeletion: inAccount,
  CreateAlias: inAccount,
  CreateGrant: crossAccount,
  Decapsulate: crossAccount, // as all cryptographic operations; the page is older
  Decrypt: crossAccount,
  DeleteAlias: inAccount,
  DeleteImportedKeyMaterial: inAccount,
  DeriveSharedSecret: crossAccount,
  DescribeKey: crossAccount,
  DisableKey: inAccount,
  DisableKeyRotation: inAccount,
  EnableKey: inAccount,
  EnableKeyRotation: inAccount,
  Encapsulate: crossAccount,
  Encrypt: crossAccount,
  GenerateDataKey: crossAccount,
  GenerateDataKeyPair: crossAccount,
  GenerateDataKeyPairWithoutPlaintext: crossAccount,
  GenerateDataKeyWithoutPlaintext: crossAccount,
  GenerateMac: crossAccount,
  GetKeyLastUsage: inAccount,
  GetKeyPolicy: inAccount,
  GetKeyRotationStatus: crossAccount,
  GetParametersForImport: inAccount,
  GetPublicKey: crossAccount,
  ImportKeyMaterial: inAccount,
  ListGrants: crossAccount,
  ListKeyPolicies: inAccount,
  ListKeyRotations: inAccount,
  ListResourceTags: inAccount,
  PutKeyPolicy: inAccount,
  ReEncryptFrom: crossAccount,
  ReEncryptTo: crossAccount,
  ReplicateKey: inAccount,
  RetireGrant: crossAccount,
  RevokeGrant: crossAccount,
  RotateKeyOnDemand: inAccount,
  ScheduleKeyDeletion: inAccount,
  Sign: crossAccount,
  SynchronizeMultiRegionKey: inAccount,
  TagResource: inAccount,
  UntagResource: inAccount,
  UpdateAlias: inAccount,
  UpdateKeyDescription: inAccount,
  UpdatePrimaryRegion: inAccount,
  Verify: crossAccount,
  VerifyMac: crossAccount,
};

/** The other actions of AWS KMS: they name no key, so that a key policy has no say over them. */
export const IDENTITY_ONLY_ACTIONS = [
  'ConnectCustomKeyStore', 'CreateCustomKeyStore', 'CreateKey', 'DeleteCustomKeyStore', 'DescribeCustomKeyStores', 'DisconnectCustomKeyStore',
  'GenerateRandom', 'ListAliases', 'ListKeys', 'ListRetirableGrants', 'UpdateCustomKeyStore',
];
