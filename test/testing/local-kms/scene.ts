import { generateKeyPairSync } from 'node:crypto';
import { wrapped } from './wrapped-key-material';
import { LocalKms, type KmsClient, type Principal } from '../../../src/testing';
import type { OperationName } from '../../../src/testing/local-kms/operations';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
export const READER = `arn:aws:iam::${ACCOUNT}:role/Reader`;
export const GRANTEE = `arn:aws:iam::${ACCOUNT}:role/Grantee`;
export const CONTEXT = { Purpose: 'orders', Tenant: 'blue' };

export const DAY = 86_400_000;

/** A clock that tests turn. */
export function clock(start = '2026-01-01T00:00:00Z') {
  let time = new Date(start).getTime();
  return { now: () => new Date(time), pass: (days: number) => { time += days * DAY; } };
}

/** A KMS with what the sample requests need. */
export interface Scene {
  readonly kms: LocalKms;
  readonly root: KmsClient;
  readonly keyArn: string;
  /** Where ReEncrypt and UpdateAlias go. */
  readonly otherKeyArn: string;
  readonly ciphertext: Uint8Array;
  /** What a key that does not encrypt shows: a signature or MAC of 'order 1', or its public key. */
  readonly proof: Uint8Array;
  /** What was sent to import the key's material. */
  readonly imported?: object;
  /** Of the key: it lets `GRANTEE` describe the key. */
  readonly grantId: string;
}

/** A kind of key and how it makes its proof. */
export interface KeyKind {
  readonly request: NonNullable<Parameters<KmsClient['createKey']>[0]>;
  readonly prepare?: (client: KmsClient, KeyId: string) => Promise<unknown>;
  readonly import?: (client: KmsClient, KeyId: string) => Promise<object>;
  readonly prove?: (client: KmsClient, KeyId: string) => Promise<Uint8Array>;
}

const SIGNING: KeyKind = {
  request: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  prove: async (client, KeyId) => (await client.sign({ KeyId, Message: bytes('order 1'), SigningAlgorithm: 'ECDSA_SHA_256' })).Signature,
};

const MAC: KeyKind = {
  request: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  prove: async (client, KeyId) => (await client.generateMac({ KeyId, Message: bytes('order 1'), MacAlgorithm: 'HMAC_SHA_256' })).Mac,
};

/** Agrees with itself. */
const AGREEMENT: KeyKind = {
  request: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
  prove: async (client, KeyId) => (await client.getPublicKey({ KeyId })).PublicKey,
};

const IMPORTED: KeyKind = { request: { Origin: 'EXTERNAL' }, import: importInto };

const MULTI_REGION: KeyKind = { request: { MultiRegion: true } };

const REPLICATED: KeyKind = { ...MULTI_REGION, prepare: (client, KeyId) => client.replicateKey({ KeyId, ReplicaRegion: 'eu-west-1' }) };

const ENCAPSULATION: KeyKind = {
  request: { KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' },
  prove: async (client, KeyId) => (await client.encapsulate({ KeyId, EncapsulationAlgorithm: 'ML_KEM' })).SharedSecretCiphertextBlob,
};

export async function scene(now?: () => Date, kind?: KeyKind): Promise<Scene> {
  const kms = new LocalKms({ now });
  const root = kms.as(ROOT);
  const keyArn = await newKey(root, kind?.request);
  const imported = await kind?.import?.(root, keyArn);
  await kind?.prepare?.(root, keyArn);
  const otherKeyArn = await newKey(root);
  await root.createAlias({ AliasName: 'alias/present', TargetKeyId: keyArn });
  const encrypting = kind?.request.KeySpec === undefined ? keyArn : otherKeyArn;
  const { CiphertextBlob: ciphertext } = await root.encrypt({ KeyId: encrypting, Plaintext: bytes('order 1'), EncryptionContext: CONTEXT });
  const proof = await kind?.prove?.(root, keyArn) ?? new Uint8Array();
  const { GrantId: grantId } = await root.createGrant({ KeyId: keyArn, GranteePrincipal: GRANTEE, Operations: ['DescribeKey'] });
  return { kms, root, keyArn, otherKeyArn, ciphertext, proof, grantId, imported };
}

export async function newKey(client: KmsClient, request: Parameters<KmsClient['createKey']>[0] = {}): Promise<string> {
  return (await client.createKey(request)).KeyMetadata.Arn;
}

export async function importInto(client: KmsClient, KeyId: string): Promise<object> {
  const request = { KeyId, ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE', ...await wrapped(client, KeyId, new Uint8Array(32).fill(7)) } as const;
  await client.importKeyMaterial(request);
  return request;
}

export function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text));
}

/** A principal that may do these actions on everything, as far as its own policies go. */
export function allowed(arn: string, actions: readonly string[], condition?: object): Principal {
  const statement = { Effect: 'Allow', Action: actions.map((action) => `kms:${action}`), Resource: '*', ...(condition && { Condition: condition }) };
  return { arn, identityPolicies: [{ Version: '2012-10-17', Statement: [statement] }] as Principal['identityPolicies'] };
}

export function keyPolicy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function accountStatement(account = ACCOUNT) {
  return { Sid: 'Account', Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' };
}

/** For every operation a request that works, and exactly the permissions that it takes. */
export const SAMPLES: Readonly<Record<OperationName, {
  readonly request: (scene: Scene) => object;
  readonly permissions: readonly string[];
  readonly before?: (scene: Scene) => Promise<unknown>;
  /** @default a symmetric encryption key */
  readonly kind?: KeyKind;
}>> = {
  CancelKeyDeletion: {
    request: ({ keyArn: KeyId }) => ({ KeyId }),
    permissions: ['CancelKeyDeletion'],
    before: ({ root, keyArn: KeyId }) => root.scheduleKeyDeletion({ KeyId }),
  },
  CreateAlias: { request: ({ keyArn: TargetKeyId }) => ({ AliasName: 'alias/new', TargetKeyId }), permissions: ['CreateAlias'] },
  CreateGrant: {
    request: ({ keyArn: KeyId }) => ({ KeyId, GranteePrincipal: GRANTEE, Operations: ['Decrypt', 'DescribeKey'] }), permissions: ['CreateGrant'],
  },
  CreateKey: {
    request: () => ({ Description: 'new', Tags: [{ TagKey: 'team', TagValue: 'orders' }] }),
    permissions: ['CreateKey', 'TagResource', 'PutKeyPolicy'],
  },
  Decapsulate: {
    request: ({ keyArn: KeyId, proof: SharedSecretCiphertextBlob }) => ({ KeyId, SharedSecretCiphertextBlob, EncapsulationAlgorithm: 'ML_KEM' }),
    permissions: ['Decapsulate'],
    kind: ENCAPSULATION,
  },
  Decrypt: { request: ({ ciphertext: CiphertextBlob }) => ({ CiphertextBlob, EncryptionContext: CONTEXT }), permissions: ['Decrypt'] },
  DeleteAlias: { request: () => ({ AliasName: 'alias/present' }), permissions: ['DeleteAlias'] },
  DeleteImportedKeyMaterial: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['DeleteImportedKeyMaterial'], kind: IMPORTED },
  DeriveSharedSecret: {
    request: ({ keyArn: KeyId, proof: PublicKey }) => ({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }),
    permissions: ['DeriveSharedSecret'],
    kind: AGREEMENT,
  },
  DescribeKey: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['DescribeKey'] },
  DisableKey: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['DisableKey'] },
  DisableKeyRotation: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['DisableKeyRotation'] },
  EnableKey: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['EnableKey'] },
  EnableKeyRotation: { request: ({ keyArn: KeyId }) => ({ KeyId, RotationPeriodInDays: 90 }), permissions: ['EnableKeyRotation'] },
  Encapsulate: {
    request: ({ keyArn: KeyId }) => ({ KeyId, EncapsulationAlgorithm: 'ML_KEM' }), permissions: ['Encapsulate'], kind: ENCAPSULATION,
  },
  Encrypt: { request: ({ keyArn: KeyId }) => ({ KeyId, Plaintext: bytes('order 2'), EncryptionContext: CONTEXT }), permissions: ['Encrypt'] },
  GenerateDataKey: { request: ({ keyArn: KeyId }) => ({ KeyId, KeySpec: 'AES_256', EncryptionContext: CONTEXT }), permissions: ['GenerateDataKey'] },
  GenerateDataKeyPair: {
    request: ({ keyArn: KeyId }) => ({ KeyId, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext: CONTEXT }), permissions: ['GenerateDataKeyPair'],
  },
  GenerateDataKeyPairWithoutPlaintext: {
    request: ({ keyArn: KeyId }) => ({ KeyId, KeyPairSpec: 'ECC_NIST_EDWARDS25519' }), permissions: ['GenerateDataKeyPairWithoutPlaintext'],
  },
  GenerateDataKeyWithoutPlaintext: {
    request: ({ keyArn: KeyId }) => ({ KeyId, NumberOfBytes: 64 }), permissions: ['GenerateDataKeyWithoutPlaintext'],
  },
  GenerateMac: {
    request: ({ keyArn: KeyId }) => ({ KeyId, Message: bytes('order 1'), MacAlgorithm: 'HMAC_SHA_256' }), permissions: ['GenerateMac'], kind: MAC,
  },
  GenerateRandom: { request: () => ({ NumberOfBytes: 32 }), permissions: ['GenerateRandom'] },
  GetKeyLastUsage: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['GetKeyLastUsage'] },
  GetKeyPolicy: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['GetKeyPolicy'] },
  GetKeyRotationStatus: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['GetKeyRotationStatus'] },
  GetParametersForImport: {
    request: ({ keyArn: KeyId }) => ({ KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }),
    permissions: ['GetParametersForImport'],
    kind: IMPORTED,
  },
  GetPublicKey: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['GetPublicKey'], kind: SIGNING },
  ImportKeyMaterial: { request: ({ imported }) => imported!, permissions: ['ImportKeyMaterial'], kind: IMPORTED },
  ListAliases: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['ListAliases'] },
  ListGrants: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['ListGrants'] },
  ListKeyPolicies: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['ListKeyPolicies'] },
  ListKeyRotations: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['ListKeyRotations'] },
  ListKeys: { request: () => ({}), permissions: ['ListKeys'] },
  ListResourceTags: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['ListResourceTags'] },
  ListRetirableGrants: { request: () => ({ RetiringPrincipal: GRANTEE }), permissions: ['ListRetirableGrants'] },
  PutKeyPolicy: { request: ({ keyArn: KeyId }) => ({ KeyId, Policy: keyPolicy(accountStatement()) }), permissions: ['PutKeyPolicy'] },
  ReEncrypt: {
    request: ({ ciphertext, otherKeyArn }) => ({ CiphertextBlob: ciphertext, SourceEncryptionContext: CONTEXT, DestinationKeyId: otherKeyArn }),
    permissions: ['ReEncryptFrom', 'ReEncryptTo'],
  },
  ReplicateKey: {
    request: ({ keyArn: KeyId }) => ({ KeyId, ReplicaRegion: 'eu-west-1', Tags: [{ TagKey: 'team', TagValue: 'orders' }] }),
    permissions: ['ReplicateKey', 'CreateKey', 'TagResource', 'PutKeyPolicy'],
    kind: MULTI_REGION,
  },
  RetireGrant: { request: ({ keyArn: KeyId, grantId: GrantId }) => ({ KeyId, GrantId }), permissions: ['RetireGrant'] },
  RevokeGrant: { request: ({ keyArn: KeyId, grantId: GrantId }) => ({ KeyId, GrantId }), permissions: ['RevokeGrant'] },
  RotateKeyOnDemand: { request: ({ keyArn: KeyId }) => ({ KeyId }), permissions: ['RotateKeyOnDemand'] },
  ScheduleKeyDeletion: { request: ({ keyArn: KeyId }) => ({ KeyId, PendingWindowInDays: 7 }), permissions: ['ScheduleKeyDeletion'] },
  Sign: {
    request: ({ keyArn: KeyId }) => ({ KeyId, Message: bytes('order 1'), SigningAlgorithm: 'ECDSA_SHA_256' }), permissions: ['Sign'], kind: SIGNING,
  },
  TagResource: { request: ({ keyArn: KeyId }) => ({ KeyId, Tags: [{ TagKey: 'team', TagValue: 'orders' }] }), permissions: ['TagResource'] },
  UntagResource: { request: ({ keyArn: KeyId }) => ({ KeyId, TagKeys: ['team'] }), permissions: ['UntagResource'] },
  UpdateAlias: { request: ({ otherKeyArn: TargetKeyId }) => ({ AliasName: 'alias/present', TargetKeyId }), permissions: ['UpdateAlias'] },
  UpdateKeyDescription: { request: ({ keyArn: KeyId }) => ({ KeyId, Description: 'changed' }), permissions: ['UpdateKeyDescription'] },
  UpdatePrimaryRegion: {
    request: ({ keyArn: KeyId }) => ({ KeyId, PrimaryRegion: 'eu-west-1' }), permissions: ['UpdatePrimaryRegion'], kind: REPLICATED,
  },
  Verify: {
    request: ({ keyArn: KeyId, proof: Signature }) => ({ KeyId, Message: bytes('order 1'), Signature, SigningAlgorithm: 'ECDSA_SHA_256' }),
    permissions: ['Verify'],
    kind: SIGNING,
  },
  VerifyMac: {
    request: ({ keyArn: KeyId, proof: Mac }) => ({ KeyId, Message: bytes('order 1'), Mac, MacAlgorithm: 'HMAC_SHA_256' }),
    permissions: ['VerifyMac'],
    kind: MAC,
  },
};

/** Whether this Node.js has ML-DSA and ML-KEM; where it has not, post-quantum-keys.test.ts holds LocalKms to saying so. */
export const HAS_POST_QUANTUM = makes('ml-dsa-44') && makes('ml-kem-512');

/** Every operation whose sample this Node.js can perform. */
export const OPERATION_NAMES = (Object.keys(SAMPLES) as OperationName[]).filter((name) => HAS_POST_QUANTUM || SAMPLES[name].kind !== ENCAPSULATION);

function makes(type: string): boolean {
  try {
    return Boolean((generateKeyPairSync as (type: string) => unknown)(type));
  } catch {
    return false;
  }
}

/** What the sample request of an operation needs. */
export function sceneOf(operation: OperationName): Promise<Scene> {
  return scene(undefined, SAMPLES[operation].kind);
}

/** Calls an operation by its name, as a caller with its types erased. */
export async function call(client: object, name: string, request: object): Promise<any> {
  const method = name[0]!.toLowerCase() + name.slice(1);
  return (client as Record<string, (request: object) => Promise<unknown>>)[method]!(request);
}

/** The name of the exception that a call ends in; none when it works. */
export async function exceptionOf(promise: Promise<unknown>): Promise<{ name?: string; message?: string }> {
  return promise.then(() => ({}), ({ name, message }: Error) => ({ name, message }));
}
