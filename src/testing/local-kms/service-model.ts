// The shapes of the AWS KMS service model (version 2014-11-01) by the model's own names, each with its limits.

import { ROTATION_PERIOD_DAYS } from '../../policy/limits';
import { required, type Shape } from '../aws-json/shape';

export const BooleanType = { type: 'boolean' } as const;
export const KeyIdType = { type: 'string', min: 1, max: 2048 } as const;
export const AliasNameType = { type: 'string', min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ } as const;
export const DescriptionType = { type: 'string', min: 0, max: 8192 } as const;
export const CustomKeyStoreIdType = { type: 'string', min: 1, max: 64 } as const;
export const XksKeyIdType = { type: 'string', min: 1, max: 128, pattern: /^[a-zA-Z0-9-_.]+$/ } as const;

export const PlaintextType = { type: 'blob', min: 1, max: 4096 } as const;
export const CiphertextType = { type: 'blob', min: 1, max: 6144 } as const;
export const EncryptionContextType = { type: 'map' } as const;
export const NumberOfBytesType = { type: 'integer', min: 1, max: 1024 } as const;
export const DataKeySpec = { type: 'string', enum: ['AES_256', 'AES_128'] } as const;
export const DataKeyPairSpec = {
  type: 'string',
  enum: [
    'RSA_2048', 'RSA_3072', 'RSA_4096', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1', 'SM2', 'ECC_NIST_EDWARDS25519',
    'ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024',
  ],
} as const;
export const EncryptionAlgorithmSpec = {
  type: 'string', enum: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'],
} as const;
export const MessageType = { type: 'string', enum: ['RAW', 'DIGEST', 'EXTERNAL_MU'] } as const;
export const SigningAlgorithmSpec = {
  type: 'string',
  enum: [
    'RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512',
    'RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512',
    'ECDSA_SHA_256', 'ECDSA_SHA_384', 'ECDSA_SHA_512', 'SM2DSA', 'ML_DSA_SHAKE_256', 'ED25519_SHA_512', 'ED25519_PH_SHA_512',
  ],
} as const;
export const KeyAgreementAlgorithmSpec = { type: 'string', enum: ['ECDH'] } as const;
export const EncapsulationAlgorithmSpec = { type: 'string', enum: ['ML_KEM'] } as const;
export const PublicKeyType = { type: 'blob', min: 1, max: 8192 } as const;
export const MacAlgorithmSpec = { type: 'string', enum: ['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512'] } as const;
// No secret, and yet not to be logged (AWS KMS Developer Guide, Grant token).
export const GrantTokenType = { type: 'string', min: 1, max: 8192, hidden: true } as const;
export const GrantTokenList = { type: 'list', member: GrantTokenType, max: 10 } as const;
export const DryRunModifierList = { type: 'list', member: { type: 'string', enum: ['IGNORE_CIPHERTEXT'] } } as const;
export const RecipientInfo = {
  type: 'structure',
  members: {
    KeyEncryptionAlgorithm: { type: 'string', enum: ['RSAES_OAEP_SHA_256'] },
    AttestationDocument: { type: 'blob', min: 1, max: 262144 },
  },
} as const;

export const KeyUsageType = {
  type: 'string', enum: ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT', 'ENCAPSULATE_DECAPSULATE'],
} as const;
export const CustomerMasterKeySpec = {
  type: 'string',
  enum: [
    'RSA_2048', 'RSA_3072', 'RSA_4096', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1', 'SYMMETRIC_DEFAULT',
    'HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512', 'SM2',
  ],
} as const;
export const KeySpec = {
  type: 'string',
  enum: [
    ...CustomerMasterKeySpec.enum, 'ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87', 'ECC_NIST_EDWARDS25519', 'ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024',
  ],
} as const;
export const OriginType = { type: 'string', enum: ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] } as const;

export const KeyLastUsageTrackingOperation = {
  type: 'string',
  enum: [
    'Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext',
    'ReEncrypt', 'Sign', 'Verify', 'DeriveSharedSecret', 'GenerateMac', 'VerifyMac', 'Encapsulate', 'Decapsulate',
  ],
} as const;
export type CryptographicOperation = (typeof KeyLastUsageTrackingOperation.enum)[number];
export const RegionType = { type: 'string', min: 1, max: 32, pattern: /^([a-z]+-){2,3}\d+$/ } as const;

export const PolicyType = { type: 'string', min: 1, max: 131072, pattern: /^[\u0009\u000A\u000D\u0020-\u00FF]+$/ } as const;
export const PolicyNameType = { type: 'string', min: 1, max: 128, pattern: /^\w+$/ } as const;

// The model says 1 to 365; the operation accepts PENDING_WINDOW_DAYS.
export const PendingWindowInDaysType = { type: 'integer', min: 1, max: 365 } as const;
export const RotationPeriodInDaysType = { type: 'integer', ...ROTATION_PERIOD_DAYS } as const;

export const AlgorithmSpec = {
  type: 'string',
  enum: ['RSAES_PKCS1_V1_5', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'RSA_AES_KEY_WRAP_SHA_1', 'RSA_AES_KEY_WRAP_SHA_256', 'SM2PKE'],
} as const;
export const WrappingKeySpec = { type: 'string', enum: ['RSA_2048', 'RSA_3072', 'RSA_4096', 'SM2'] } as const;
export const ExpirationModelType = { type: 'string', enum: ['KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE'] } as const;
export const DateType = { type: 'timestamp' } as const;
export const ImportType = { type: 'string', enum: ['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'] } as const;
export const KeyMaterialDescriptionType = { type: 'string', min: 0, max: 256, pattern: /^[a-zA-Z0-9:/_\s.-]+$/ } as const;
export const BackingKeyIdType = { type: 'string', min: 64, max: 64, pattern: /^[a-f0-9]+$/ } as const;
export const IncludeKeyMaterial = { type: 'string', enum: ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'] } as const;

export const TagKeyType = { type: 'string', min: 1, max: 128 } as const;
export const TagValueType = { type: 'string', min: 0, max: 256 } as const;
export const TagList = {
  type: 'list', member: { type: 'structure', members: { TagKey: required(TagKeyType), TagValue: required(TagValueType) } },
} as const;
export const TagKeyList = { type: 'list', member: TagKeyType } as const;

export const PrincipalIdType = { type: 'string', min: 1, max: 256, pattern: /^[\w+=,.@:/-]+$/ } as const;
export const ServicePrincipalType = { type: 'string', min: 1, max: 128 } as const;
export const GrantIdType = { type: 'string', min: 1, max: 128 } as const;
export const GrantNameType = { type: 'string', min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ } as const;
export const GrantOperation = {
  type: 'string',
  enum: [
    'Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo', 'Sign', 'Verify', 'GetPublicKey',
    'CreateGrant', 'RetireGrant', 'DescribeKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext', 'GenerateMac', 'VerifyMac',
    'DeriveSharedSecret', 'Encapsulate', 'Decapsulate',
  ],
} as const;
export const GrantOperationList = { type: 'list', member: GrantOperation } as const;
export const GrantConstraints = {
  type: 'structure',
  members: {
    EncryptionContextSubset: EncryptionContextType,
    EncryptionContextEquals: EncryptionContextType,
    SourceArn: { type: 'string', min: 20, max: 2048 },
  },
} as const;

export const LimitType = { type: 'integer', min: 1, max: 1000 } as const;
// The model says up to 1000; the pages of the operations on grants, 100.
export const GrantLimitType = { type: 'integer', min: 1, max: 100 } as const;
export const MarkerType = { type: 'string', min: 1, max: 1024, pattern: /^[\u0020-\u00FF]*$/ } as const;
export const ResourceOwnersList = {
  type: 'list', member: { type: 'string', enum: ['SELF', 'OTHER_ACCOUNTS_VIA_RAM'] }, min: 1, max: 2,
} as const satisfies Shape;
