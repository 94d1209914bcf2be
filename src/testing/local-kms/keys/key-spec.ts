import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { partitionOf } from '../../partition';
import { generateKeyPair, isKeyPairSpec, type KeyPairSpec } from '../cryptography/key-pair';
import { KmsException } from '../exceptions';

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC' | 'KEY_AGREEMENT' | 'ENCAPSULATE_DECAPSULATE';

type Algorithms = Readonly<Partial<Record<KeyUsage, readonly string[]>>>;

const RSA = {
  ENCRYPT_DECRYPT: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
  SIGN_VERIFY: [
    'RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512',
    'RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512',
  ],
} as const;

const ML_DSA = { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] } as const;
const ML_KEM = { ENCAPSULATE_DECAPSULATE: ['ML_KEM'] } as const;

/** What a key does, by its spec and usage (AWS KMS Developer Guide, Key spec reference): the specs and usages that LocalKms makes keys of. */
const ALGORITHMS = {
  SYMMETRIC_DEFAULT: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: { SIGN_VERIFY: ['ECDSA_SHA_256'], KEY_AGREEMENT: ['ECDH'] },
  ECC_NIST_P384: { SIGN_VERIFY: ['ECDSA_SHA_384'], KEY_AGREEMENT: ['ECDH'] },
  ECC_NIST_P521: { SIGN_VERIFY: ['ECDSA_SHA_512'], KEY_AGREEMENT: ['ECDH'] },
  ECC_SECG_P256K1: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
  ECC_NIST_EDWARDS25519: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
  SM2: { SIGN_VERIFY: ['SM2DSA'] },
  HMAC_224: { GENERATE_VERIFY_MAC: ['HMAC_SHA_224'] },
  HMAC_256: { GENERATE_VERIFY_MAC: ['HMAC_SHA_256'] },
  HMAC_384: { GENERATE_VERIFY_MAC: ['HMAC_SHA_384'] },
  HMAC_512: { GENERATE_VERIFY_MAC: ['HMAC_SHA_512'] },
  ML_DSA_44: ML_DSA,
  ML_DSA_65: ML_DSA,
  ML_DSA_87: ML_DSA,
  ML_KEM_512: ML_KEM,
  ML_KEM_768: ML_KEM,
  ML_KEM_1024: ML_KEM,
} as const satisfies Readonly<Record<string, Algorithms>>;

export type KeySpec = keyof typeof ALGORITHMS;

export interface KeyKind {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
}

/** The length of a key that is no pair, in bytes. */
export const SECRET_BYTES: Readonly<Record<Exclude<KeySpec, KeyPairSpec>, number>> = {
  SYMMETRIC_DEFAULT: 32, HMAC_224: 28, HMAC_256: 32, HMAC_384: 48, HMAC_512: 64,
};

/** Whether LocalKms makes such keys. */
export function canMake(kind: { readonly spec: string; readonly usage: string }): kind is KeyKind {
  return Object.hasOwn(ALGORITHMS, kind.spec) && Object.hasOwn(ALGORITHMS[kind.spec as KeySpec], kind.usage);
}

export function algorithmsOf({ spec, usage }: KeyKind): readonly string[] {
  return (ALGORITHMS[spec] as Algorithms)[usage]!;
}

const CHINA_ONLY = ['SM2'];
const NOT_IN_CHINA = ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'];

/**
 * AWS KMS API Reference, CreateKey and Encapsulate.
 *
 * @throws `UnsupportedOperationException` in a Region that has no such keys
 */
export function requireInRegion(spec: string, region: string): void {
  const elsewhere = partitionOf(region) === 'aws-cn' ? NOT_IN_CHINA : CHINA_ONLY;
  if (elsewhere.includes(spec)) { throw new KmsException('UnsupportedOperationException', `AWS KMS has no ${spec} keys in ${region}.`); }
}

/** New key material: a secret key, or the private key of a pair, which holds the public one. */
export function generateSecret(spec: KeySpec): KeyObject {
  return isKeyPairSpec(spec) ? generateKeyPair(spec).privateKey : createSecretKey(randomBytes(SECRET_BYTES[spec]));
}
