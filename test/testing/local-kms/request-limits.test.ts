import fc from 'fast-check';
import { accountStatement, bytes, call, exceptionOf, keyPolicy, scene } from './scene';
import type { OperationName } from '../../../src/testing/local-kms/operations';

const KEY = Symbol('the ARN of a key');
const ONE = '1 validation error detected: ';
const policyOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [accountStatement(), statement] });
const STATEMENT = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' };
const long = (length: number) => 'x'.repeat(length);

type Case = [why: string, operation: OperationName, request: object, exception: string, message?: string];

const TYPES: Case[] = [
  ['a number for a text', 'DescribeKey', { KeyId: 7 }, 'SerializationException', 'NUMBER_VALUE can not be converted to a String'],
  ['a list for a text', 'DescribeKey', { KeyId: ['a'] }, 'SerializationException', 'Start of list found where not expected'],
  ['a structure for a text', 'DescribeKey', { KeyId: {} }, 'SerializationException', 'Start of structure or map found where not expected'],
  ['a text for a number', 'GenerateDataKey', { KeyId: KEY, NumberOfBytes: '32' }, 'SerializationException', 'STRING_VALUE can not be converted to an Integer'],
  ['a fraction', 'GenerateDataKey', { KeyId: KEY, NumberOfBytes: 1.5 }, 'SerializationException', 'NUMBER_VALUE can not be converted to an Integer'],
  ['a boolean for a number', 'GenerateDataKey', { KeyId: KEY, NumberOfBytes: true }, 'SerializationException', 'TRUE_VALUE can not be converted to an Integer'],
  ['a text for a boolean', 'CreateKey', { MultiRegion: 'true' }, 'SerializationException', 'STRING_VALUE can not be converted to a Boolean'],
  ['a text for bytes', 'Encrypt', { KeyId: KEY, Plaintext: 'eA==' }, 'SerializationException', 'STRING_VALUE can not be converted to a Blob'],
  ['a number in a map', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), EncryptionContext: { a: 1 } }, 'SerializationException'],
  ['a text for a map', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), EncryptionContext: 'a' }, 'SerializationException'],
  ['a list for a map', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), EncryptionContext: ['a'] }, 'SerializationException'],
  ['a text for a list', 'TagResource', { KeyId: KEY, Tags: 'a' }, 'SerializationException', 'Expected list or null'],
  ['a text for a date', 'ImportKeyMaterial', { KeyId: KEY, ValidTo: '2026-01-01' }, 'SerializationException', 'STRING_VALUE can not be converted to a Timestamp'],
  ['a date that is none', 'ImportKeyMaterial', { KeyId: KEY, ValidTo: new Date(NaN) }, 'SerializationException'],
  ['a text in a list of structures', 'TagResource', { KeyId: KEY, Tags: ['a'] }, 'SerializationException', 'Expected structure or null'],
];

const LIMITS: Case[] = [
  ['no key id', 'DescribeKey', {}, 'ValidationException', `${ONE}Value null at 'keyId' failed to satisfy constraint: Member must not be null`],
  ['null', 'DescribeKey', { KeyId: null }, 'ValidationException', `${ONE}Value null at 'keyId' failed to satisfy constraint: Member must not be null`],
  ['an empty key id', 'DescribeKey', { KeyId: '' }, 'ValidationException', `${ONE}Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1`],
  ['a key id of 2049 characters', 'DescribeKey', { KeyId: long(2049) }, 'ValidationException'],
  ['several at once', 'Encrypt', { KeyId: '', EncryptionAlgorithm: 'ROT13' }, 'ValidationException', "3 validation errors detected: Value '' at 'keyId' failed to satisfy constraint: "
    + "Member must have length greater than or equal to 1; Value null at 'plaintext' failed to satisfy constraint: Member must not be null; Value 'ROT13' at "
    + "'encryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE]"],
  ['4097 bytes of plaintext', 'Encrypt', { KeyId: KEY, Plaintext: new Uint8Array(4097) }, 'ValidationException', `${ONE}Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096`],
  ['no byte of plaintext', 'Encrypt', { KeyId: KEY, Plaintext: new Uint8Array(0) }, 'ValidationException'],
  ['6145 bytes of ciphertext', 'Decrypt', { CiphertextBlob: new Uint8Array(6145) }, 'ValidationException'],
  ['no ciphertext', 'Decrypt', { KeyId: KEY }, 'ValidationException', `${ONE}Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null`],
  ['a data key of no bytes', 'GenerateDataKey', { KeyId: KEY, NumberOfBytes: 0 }, 'ValidationException', `${ONE}Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1`],
  ['a data key of 1025 bytes', 'GenerateDataKey', { KeyId: KEY, NumberOfBytes: 1025 }, 'ValidationException', `${ONE}Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024`],
  ['a data key of two lengths', 'GenerateDataKey', { KeyId: KEY, NumberOfBytes: 32, KeySpec: 'AES_256' }, 'ValidationException', 'Please specify either number of bytes or key spec.'],
  ['a data key of no length', 'GenerateDataKeyWithoutPlaintext', { KeyId: KEY }, 'ValidationException', 'Please specify either number of bytes or key spec.'],
  ['random bytes beyond 1024', 'GenerateRandom', { NumberOfBytes: 1025 }, 'ValidationException'],
  ['random bytes without a number', 'GenerateRandom', {}, 'ValidationException', 'NumberOfBytes is required.'],
  ['a data key pair of no spec', 'GenerateDataKeyPair', { KeyId: KEY }, 'ValidationException'],
  ['a data key pair of a symmetric spec', 'GenerateDataKeyPairWithoutPlaintext', { KeyId: KEY, KeyPairSpec: 'AES_256' }, 'ValidationException'],
  ['an empty message', 'Sign', { KeyId: KEY, Message: new Uint8Array(0), SigningAlgorithm: 'ECDSA_SHA_256' }, 'ValidationException'],
  ['4097 bytes of message', 'Verify', { KeyId: KEY, Message: new Uint8Array(4097), Signature: bytes('x'), SigningAlgorithm: 'ECDSA_SHA_256' }, 'ValidationException'],
  ['an unknown type of message', 'Sign', { KeyId: KEY, Message: bytes('x'), MessageType: 'HASH', SigningAlgorithm: 'ECDSA_SHA_256' }, 'ValidationException'],
  ['no signing algorithm', 'Sign', { KeyId: KEY, Message: bytes('x') }, 'ValidationException'],
  ['no MAC', 'VerifyMac', { KeyId: KEY, Message: bytes('x'), MacAlgorithm: 'HMAC_SHA_256' }, 'ValidationException'],
  ['a MAC algorithm that is not there', 'GenerateMac', { KeyId: KEY, Message: bytes('x'), MacAlgorithm: 'HMAC_SHA_1' }, 'ValidationException'],
  ['another encapsulation', 'Encapsulate', { KeyId: KEY, EncapsulationAlgorithm: 'RSA' }, 'ValidationException', `${ONE}Value 'RSA' at 'encapsulationAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [ML_KEM]`],
  ['no encapsulated secret', 'Decapsulate', { KeyId: KEY, EncapsulationAlgorithm: 'ML_KEM' }, 'ValidationException', `${ONE}Value null at 'sharedSecretCiphertextBlob' failed to satisfy constraint: Member must not be null`],
  ['another agreement', 'DeriveSharedSecret', { KeyId: KEY, KeyAgreementAlgorithm: 'DH', PublicKey: bytes('x') }, 'ValidationException'],
  ['8193 bytes of public key', 'DeriveSharedSecret', { KeyId: KEY, KeyAgreementAlgorithm: 'ECDH', PublicKey: new Uint8Array(8193) }, 'ValidationException'],
  ['eleven grant tokens', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), GrantTokens: Array(11).fill('t') }, 'ValidationException'],
  ['a grant token of 8193 characters', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), GrantTokens: ['t', long(8193)] }, 'ValidationException', `${ONE}Value at 'grantTokens.2.member' failed to satisfy constraint: Member must have length less than or equal to 8192`],
  ['a window of 6 days', 'ScheduleKeyDeletion', { KeyId: KEY, PendingWindowInDays: 6 }, 'ValidationException'],
  ['a window of 31 days', 'ScheduleKeyDeletion', { KeyId: KEY, PendingWindowInDays: 31 }, 'ValidationException'],
  ['a rotation every 89 days', 'EnableKeyRotation', { KeyId: KEY, RotationPeriodInDays: 89 }, 'ValidationException'],
  ['a rotation every 2561 days', 'EnableKeyRotation', { KeyId: KEY, RotationPeriodInDays: 2561 }, 'ValidationException'],
  ['a description of 8193 characters', 'CreateKey', { Description: long(8193) }, 'ValidationException'],
  ['a page of 1001', 'ListKeys', { Limit: 1001 }, 'ValidationException'],
  ['a tag key of 129 characters', 'TagResource', { KeyId: KEY, Tags: [{ TagKey: long(129), TagValue: '' }] }, 'ValidationException', `${ONE}Value '${long(129)}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128`],
  ['a tag without a value', 'TagResource', { KeyId: KEY, Tags: [{ TagKey: 'a' }] }, 'ValidationException'],
  ['a wrapping algorithm that is not there', 'GetParametersForImport', { KeyId: KEY, WrappingAlgorithm: 'AES', WrappingKeySpec: 'RSA_2048' }, 'ValidationException'],
  ['no wrapping key spec', 'GetParametersForImport', { KeyId: KEY, WrappingAlgorithm: 'RSAES_OAEP_SHA_256' }, 'ValidationException'],
  ['6145 bytes of key material', 'ImportKeyMaterial', { KeyId: KEY, ImportToken: bytes('x'), EncryptedKeyMaterial: new Uint8Array(6145) }, 'ValidationException'],
  ['no import token', 'ImportKeyMaterial', { KeyId: KEY, EncryptedKeyMaterial: bytes('x') }, 'ValidationException'],
  ['a description of key material of 257 characters', 'ImportKeyMaterial', { KeyId: KEY, ImportToken: bytes('x'), EncryptedKeyMaterial: bytes('x'), KeyMaterialDescription: long(257) }, 'ValidationException'],
  ['an id of key material of 63 digits', 'DeleteImportedKeyMaterial', { KeyId: KEY, KeyMaterialId: 'f'.repeat(63) }, 'ValidationException'],
  ['an id of key material in capitals', 'DeleteImportedKeyMaterial', { KeyId: KEY, KeyMaterialId: 'F'.repeat(64) }, 'ValidationException'],
  ['other key material', 'ListKeyRotations', { KeyId: KEY, IncludeKeyMaterial: 'SOME' }, 'ValidationException'],
  ['a page of no rotation', 'ListKeyRotations', { KeyId: KEY, Limit: 0 }, 'ValidationException'],
  ['a page of 1001 policies', 'ListKeyPolicies', { KeyId: KEY, Limit: 1001 }, 'ValidationException'],
  ['a policy beyond Latin-1', 'PutKeyPolicy', { KeyId: KEY, Policy: policyOf({ ...STATEMENT, Sid: '…' }) }, 'ValidationException'],
];

const REFUSALS: Case[] = [
  ['an alias without its prefix', 'CreateAlias', { AliasName: 'orders', TargetKeyId: KEY }, 'ValidationException', 'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'],
  ['an alias with a blank', 'CreateAlias', { AliasName: 'alias/my orders', TargetKeyId: KEY }, 'ValidationException'],
  ['an alias of AWS', 'CreateAlias', { AliasName: 'alias/aws/s3', TargetKeyId: KEY }, 'NotAuthorizedException'],
  ['an alias that is there', 'CreateAlias', { AliasName: 'alias/present', TargetKeyId: KEY }, 'AlreadyExistsException', 'An alias with the name arn:aws:kms:us-east-1:111122223333:alias/present already exists'],
  ['an alias of an alias', 'CreateAlias', { AliasName: 'alias/new', TargetKeyId: 'alias/present' }, 'ValidationException', 'Aliases must refer to keys. Not aliases'],
  ['an alias that is not there', 'UpdateAlias', { AliasName: 'alias/absent', TargetKeyId: KEY }, 'NotFoundException', 'Alias arn:aws:kms:us-east-1:111122223333:alias/absent is not found.'],
  ['an alias that is not there', 'DeleteAlias', { AliasName: 'alias/absent' }, 'NotFoundException'],
  ['an alias that is not there', 'Encrypt', { KeyId: 'alias/absent', Plaintext: bytes('x') }, 'NotFoundException'],
  ['an alias where only keys are named', 'DisableKey', { KeyId: 'alias/present' }, 'NotFoundException', "Invalid keyId 'alias/present'"],
  ['no key id at all', 'DescribeKey', { KeyId: 'fake-key-id' }, 'NotFoundException', "Invalid keyId 'fake-key-id'"],
  ['a key id without dashes', 'DescribeKey', { KeyId: '134f2428cec14b25a1ae9048164dba47' }, 'NotFoundException', "Invalid keyId '134f2428cec14b25a1ae9048164dba47'"],
  ['a key that is not there', 'DescribeKey', { KeyId: 'mrk-d3b95762d3b95762d3b95762d3b95762' }, 'NotFoundException', "Key 'arn:aws:kms:us-east-1:111122223333:key/mrk-d3b95762d3b95762d3b95762d3b95762' does not exist"],
  ['an ARN of another Region', 'DescribeKey', { KeyId: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-d3b95762d3b95762d3b95762d3b95762' }, 'NotFoundException', 'Invalid arn eu-west-1 (LocalKms: the call goes to us-east-1.)'],
  ['an ARN of another partition', 'DescribeKey', { KeyId: 'arn:aws-cn:kms:us-east-1:111122223333:key/x' }, 'InvalidArnException'],
  ['an ARN of another service', 'DescribeKey', { KeyId: 'arn:aws:s3:::bucket' }, 'InvalidArnException'],
  ['another algorithm', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }, 'InvalidKeyUsageException', 'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.'],
  ['a grant token of nobody', 'Encrypt', { KeyId: KEY, Plaintext: bytes('x'), GrantTokens: ['t'] }, 'InvalidGrantTokenException'],
  ['a marker of nobody', 'ListKeys', { Marker: 'x' }, 'InvalidMarkerException'],
  ['a tag of AWS', 'TagResource', { KeyId: KEY, Tags: [{ TagKey: 'AWS:x', TagValue: '' }] }, 'TagException', 'Tags beginning with aws: are reserved'],
  ['a tag twice', 'CreateKey', { Tags: [{ TagKey: 'a', TagValue: '1' }, { TagKey: 'a', TagValue: '2' }] }, 'TagException'],
  ['51 tags', 'CreateKey', { Tags: Array.from({ length: 51 }, (_, i) => ({ TagKey: `t${i}`, TagValue: '' })) }, 'LimitExceededException'],
  ['a spec by both of its names', 'CreateKey', { KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' }, 'ValidationException',
    'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.'],
  ['a spec without a usage', 'CreateKey', { KeySpec: 'HMAC_256' }, 'ValidationException', 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.'],
  ['a usage that does not fit', 'CreateKey', { KeyUsage: 'SIGN_VERIFY' }, 'ValidationException', 'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT'],
  ['a spec of China', 'CreateKey', { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException', 'AWS KMS has no SM2 keys in us-east-1.'],
  ['a custom key store', 'CreateKey', { Origin: 'AWS_CLOUDHSM' }, 'UnsupportedOperationException', 'LocalKms has no custom key stores.'],
  ['a custom key store', 'CreateKey', { CustomKeyStoreId: 'cks-1' }, 'UnsupportedOperationException'],
  ['a key pair of China', 'GenerateDataKeyPair', { KeyId: KEY, KeyPairSpec: 'SM2' }, 'UnsupportedOperationException', 'AWS KMS has no SM2 keys in us-east-1.'],
  ['a custom key store', 'GenerateRandom', { NumberOfBytes: 1, CustomKeyStoreId: 'cks-1' }, 'UnsupportedOperationException'],
  ['an enclave', 'GenerateDataKey', { KeyId: KEY, KeySpec: 'AES_256', Recipient: {} }, 'UnsupportedOperationException'],
  ['the policy of AWS RAM', 'PutKeyPolicy', { KeyId: KEY, PolicyName: 'AWS_RAM', Policy: policyOf(STATEMENT) }, 'ValidationException', 'The AWS_RAM policy can only be managed by the RAM service.'],
  ['a policy by another name', 'GetKeyPolicy', { KeyId: KEY, PolicyName: 'other' }, 'NotFoundException'],
  ['no ciphertext of ours', 'Decrypt', { CiphertextBlob: bytes('x') }, 'InvalidCiphertextException', '(LocalKms: it is no ciphertext of a symmetric encryption key of LocalKms.)'],
  ['a dry run that is none', 'Decrypt', { KeyId: KEY, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }, 'ValidationException'],
];

const ROLE = 'arn:aws:iam::111122223333:role/Grantee';
const SERVICE = 'dynamodb.us-east-1.amazonaws.com';
const SOURCE = { SourceArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Orders' };
const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
const ID = '0'.repeat(64);

// AWS KMS API Reference, CreateGrant, ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant
const GRANTS: Case[] = [
  ...([
    ['for nobody', { GranteePrincipal: undefined }, 'ValidationException', 'You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.'],
    ['for a role and a service', { GranteeServicePrincipal: SERVICE }, 'ValidationException'],
    ['that two can retire', { RetiringPrincipal: ROLE, RetiringServicePrincipal: SERVICE }, 'ValidationException', 'You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both.'],
    ['for a service without a source', { GranteePrincipal: undefined, GranteeServicePrincipal: SERVICE, RetiringPrincipal: ROLE }, 'ValidationException', 'A grant with a GranteeServicePrincipal must have a SourceArn constraint.'],
    ['for a service that nobody can retire', { GranteePrincipal: undefined, GranteeServicePrincipal: SERVICE, Constraints: SOURCE }, 'ValidationException', 'A grant with a GranteeServicePrincipal must have a RetiringPrincipal or a RetiringServicePrincipal.'],
    ['for what is no service', { GranteePrincipal: undefined, GranteeServicePrincipal: 'dynamodb', Constraints: SOURCE, RetiringPrincipal: ROLE }, 'InvalidArnException'],
    ['for a bare name', { GranteePrincipal: 'Grantee' }, 'InvalidArnException', 'ARN does not refer to a valid principal: Grantee'],
    ['for a group', { GranteePrincipal: 'arn:aws:iam::111122223333:group/Admins' }, 'InvalidArnException'],
    ['for a role of another partition', { GranteePrincipal: 'arn:aws-cn:iam::111122223333:role/Grantee' }, 'InvalidArnException'],
    ['that a bare name can retire', { RetiringPrincipal: 'Grantee' }, 'InvalidArnException'],
    ['for a name with a blank', { GranteePrincipal: 'a b' }, 'ValidationException'],
    ['for a name of 257 characters', { GranteePrincipal: long(257) }, 'ValidationException'],
    ['without operations', { Operations: undefined }, 'ValidationException', `${ONE}Value null at 'operations' failed to satisfy constraint: Member must not be null`],
    ['of no operation', { Operations: [] }, 'ValidationException', 'A grant must have an operation.'],
    ['of an operation that no grant has', { Operations: ['DisableKey'] }, 'ValidationException'],
    ['of nothing but grants', { Operations: ['CreateGrant'] }, 'ValidationException', 'Grants must not contain only the CreateGrant operation.'],
    ['that does not fit the key', { Operations: ['Decrypt', 'Sign'] }, 'ValidationException', 'Operation Sign is not supported on a key of spec SYMMETRIC_DEFAULT and usage ENCRYPT_DECRYPT.'],
    ['with a blank in its name', { Name: 'a b' }, 'ValidationException'],
    ['with a name of 257 characters', { Name: long(257) }, 'ValidationException'],
    ['with 9 pairs', { Constraints: { EncryptionContextSubset: pairs(9) } }, 'ValidationException', 'An encryption context constraint may have 8 pairs.'],
    ['with a value of 385 characters', { Constraints: { EncryptionContextEquals: { a: long(385) } } }, 'ValidationException', 'A value of an encryption context constraint may have 384 characters.'],
    ['with a list for a constraint', { Constraints: { EncryptionContextEquals: [] } }, 'SerializationException'],
    ['by a token of nobody', { GrantTokens: ['t'] }, 'InvalidGrantTokenException'],
    ['on an alias', { KeyId: 'alias/present' }, 'NotFoundException'],
  ] as const).map(([why, odd, exception, message]) =>
    [`a grant ${why}`, 'CreateGrant', { KeyId: KEY, GranteePrincipal: ROLE, Operations: ['Decrypt'], ...odd }, exception, message] as Case),
  ['a page of 101', 'ListGrants', { KeyId: KEY, Limit: 101 }, 'ValidationException'],
  ['a marker of nobody', 'ListGrants', { KeyId: KEY, Marker: 'x' }, 'InvalidMarkerException'],
  ['what is no grant id', 'ListGrants', { KeyId: KEY, GrantId: 'x' }, 'InvalidGrantIdException'],
  ['two grantees', 'ListGrants', { KeyId: KEY, GranteePrincipal: ROLE, GranteeServicePrincipal: SERVICE }, 'ValidationException', 'You can specify either GranteePrincipal or GranteeServicePrincipal, but not both.'],
  ['a filter of services', 'ListGrants', { KeyId: KEY, GranteeServicePrincipal: SERVICE }, 'ValidationException', 'Only a service principal can filter by GranteeServicePrincipal.'],
  ['nobody to retire', 'ListRetirableGrants', {}, 'ValidationException'],
  ['a bare name to retire', 'ListRetirableGrants', { RetiringPrincipal: 'Grantee' }, 'InvalidArnException'],
  ['two to retire', 'ListRetirableGrants', { RetiringPrincipal: ROLE, RetiringServicePrincipal: SERVICE }, 'ValidationException'],
  ['a filter of services', 'ListRetirableGrants', { RetiringServicePrincipal: SERVICE }, 'ValidationException', 'Only a service principal can filter by RetiringServicePrincipal.'],
  ['no grant id', 'RevokeGrant', { KeyId: KEY }, 'ValidationException'],
  ['what is no grant id', 'RevokeGrant', { KeyId: KEY, GrantId: 'x' }, 'InvalidGrantIdException', "Invalid grant id 'x'"],
  ['a grant that is not there', 'RevokeGrant', { KeyId: KEY, GrantId: ID }, 'NotFoundException', `Grant ID ${ID} not found`],
  ['a grant that is not there', 'RetireGrant', { KeyId: KEY, GrantId: ID }, 'NotFoundException', `Grant ID ${ID} not found`],
  ['neither token nor id', 'RetireGrant', {}, 'ValidationException', 'You must specify either a grant token, or both a grant ID and a key ID.'],
  ['an id without its key', 'RetireGrant', { GrantId: ID }, 'ValidationException'],
  ['a token and an id', 'RetireGrant', { GrantToken: 't', KeyId: KEY, GrantId: ID }, 'ValidationException'],
  ['a token of 8193 characters', 'RetireGrant', { GrantToken: long(8193) }, 'ValidationException', `${ONE}Value at 'grantToken' failed to satisfy constraint: Member must have length less than or equal to 8192`],
  ['a token of nobody', 'RetireGrant', { GrantToken: 't' }, 'InvalidGrantTokenException', 'The grant token is not one of this KMS.'],
];

const POLICIES: Case[] = ([
  ['over 32 KB', policyOf({ ...STATEMENT, Sid: long(32_768) }), 'LimitExceededException'],
  ['that is not JSON', '{', 'MalformedPolicyDocumentException', 'This policy contains invalid Json'],
  ['that is a list', '[]', 'MalformedPolicyDocumentException'],
  ['without a statement', '{"Version":"2012-10-17"}', 'MalformedPolicyDocumentException'],
  ['of an unknown version', JSON.stringify({ Version: '2020-01-01', Statement: [STATEMENT] }), 'MalformedPolicyDocumentException'],
  ['without a principal', policyOf({ ...STATEMENT, Principal: undefined }), 'MalformedPolicyDocumentException', 'Policy contains a statement with no principal.'],
  ['without an action', policyOf({ ...STATEMENT, Action: undefined }), 'MalformedPolicyDocumentException', 'Policy contains a statement with no action.'],
  ['without a resource', policyOf({ ...STATEMENT, Resource: undefined }), 'MalformedPolicyDocumentException', 'Policy contains a statement with no resource.'],
  ['without an effect', policyOf({ ...STATEMENT, Effect: undefined }), 'MalformedPolicyDocumentException'],
  ['for another resource', policyOf({ ...STATEMENT, Resource: 'arn:aws:s3:::bucket' }), 'MalformedPolicyDocumentException'],
  ['for a group', policyOf({ ...STATEMENT, Principal: { AWS: 'arn:aws:iam::111122223333:group/Admins' } }), 'MalformedPolicyDocumentException', 'Policy contains a statement with one or more invalid principals.'],
  ['for a bare name', policyOf({ ...STATEMENT, Principal: { AWS: ['111122223333', 'Admin'] } }), 'MalformedPolicyDocumentException'],
  ['for nobody', policyOf({ ...STATEMENT, Principal: { AWS: [] } }), 'MalformedPolicyDocumentException', 'Policy contains a statement with no principal.'],
  ['for a role of another partition', policyOf({ ...STATEMENT, Principal: { AWS: 'arn:aws-cn:iam::111122223333:role/Admin' } }), 'MalformedPolicyDocumentException', 'Policy contains a statement with one or more invalid principals.'],
  ['for what is no service', policyOf({ ...STATEMENT, Principal: { Service: 'logs' } }), 'MalformedPolicyDocumentException', 'Policy contains a statement with one or more invalid service principals.'],
  ['for an action of no service', policyOf({ ...STATEMENT, Action: 'Decrypt' }), 'MalformedPolicyDocumentException', 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  ['for no resource of a list', policyOf({ ...STATEMENT, Resource: [] }), 'MalformedPolicyDocumentException', 'Policy contains a statement with no resource.'],
  ['for all but one resource', policyOf({ ...STATEMENT, Resource: undefined, NotResource: '*' }), 'MalformedPolicyDocumentException'],
  ['nested without end', policyOf(STATEMENT).replace('}]}', `,"Condition":${'['.repeat(9_000)}${']'.repeat(9_000)}}]}`), 'MalformedPolicyDocumentException', 'This policy contains invalid Json'],
  ['with an unknown operator', policyOf({ ...STATEMENT, Condition: { StringSame: { 'kms:ViaService': 'x' } } }), 'MalformedPolicyDocumentException'],
  ['with an over-permissive quantifier', policyOf({ ...STATEMENT, Condition: { 'ForAllValues:StringEquals': { 'kms:EncryptionContext:a': 'x' } } }), 'MalformedPolicyDocumentException'],
] as const).map(([why, Policy, exception, message]) => [`a policy ${why}`, 'PutKeyPolicy', { KeyId: KEY, Policy }, exception, message]);

describe.each([['a wrong type', TYPES], ['a limit', LIMITS], ['a refusal', REFUSALS], ['a grant', GRANTS], ['a policy', POLICIES]] as [string, Case[]][])('%s', (_, cases) => {
  it.each(cases)('%s: %s', async (...row: Case) => {
    const [, operation, request, exception, message] = row;
    const { root, keyArn } = await scene();
    const filled = Object.fromEntries(Object.entries(request).map(([name, value]) => [name, value === KEY ? keyArn : value]));
    const answer = await exceptionOf(call(root, operation, filled));
    expect(answer).toEqual({ name: exception, message: message ?? expect.any(String) });
  });
});

it('members that the service model does not know are dropped', async () => {
  const { root, keyArn: KeyId } = await scene();
  await call(root, 'DescribeKey', { KeyId, Unknown: 1 });
});

it('what is at a limit works', async () => {
  const { root, keyArn: KeyId } = await scene();
  const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: new Uint8Array(4096).fill(7) });
  expect((await root.decrypt({ CiphertextBlob })).Plaintext).toEqual(new Uint8Array(4096).fill(7));
  expect((await root.generateDataKey({ KeyId, NumberOfBytes: 1024 })).Plaintext).toHaveLength(1024);
  const policy = keyPolicy(accountStatement());
  await root.putKeyPolicy({ KeyId, Policy: policy + ' '.repeat(32_768 - policy.length) });
});

it('a key has at most 50 aliases', async () => {
  const { root, otherKeyArn: TargetKeyId } = await scene();
  for (let i = 0; i < 50; i++) { await root.createAlias({ AliasName: `alias/a${i}`, TargetKeyId }); }
  expect((await exceptionOf(root.createAlias({ AliasName: 'alias/a50', TargetKeyId }))).name).toBe('LimitExceededException');
});

it('a policy of any shape is taken or refused in AWS KMS\'s terms', async () => {
  const { root } = await scene();
  const any = fc.oneof(
    fc.jsonValue(), fc.constantFrom('*', 'Allow', 'Deny', 'kms:*', '2012-10-17', { AWS: '*' }, { Service: 'x' }, { AWS: [] }, { Federated: 1 }),
    fc.constantFrom({ StringEquals: { 'kms:ViaService': 'x' } }, { StringEquals: [] }, { Bool: { a: null } }, { DateLessThan: { 'aws:CurrentTime': 'x' } }),
  );
  const elements = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
  const statement = fc.dictionary(fc.constantFrom(...elements), any, { maxKeys: 2 }).map((odd) => ({ ...STATEMENT, ...odd }));
  const document = fc.record({ Version: fc.constant('2012-10-17'), Statement: fc.oneof(statement, fc.array(statement), any) });
  const answers = new Set<string | undefined>();
  await fc.assert(fc.asyncProperty(document, async (policy) => {
    const made = root.createKey({ Policy: JSON.stringify(policy), BypassPolicyLockoutSafetyCheck: true });
    const { name } = await exceptionOf(made);
    answers.add(name);
    if (name === undefined) {
      const encrypted = exceptionOf(root.encrypt({ KeyId: (await made).KeyMetadata.KeyId, Plaintext: bytes('x') }));
      expect([undefined, 'AccessDeniedException']).toContain((await encrypted).name);
    }
  }), { numRuns: 1000 });
  answers.delete('ValidationException'); // a character beyond Latin-1
  expect([...answers].sort()).toEqual(['MalformedPolicyDocumentException', undefined]);
});
