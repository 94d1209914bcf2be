import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { generatePostQuantumPair } from './post-quantum';

const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve });
const postQuantum = (type: string) => () => generatePostQuantumPair(type);
const rsa = (modulusLength: number) => () => generateKeyPairSync('rsa', { modulusLength });

/** What makes each spec, by its name in node:crypto (AWS KMS Developer Guide, Key spec reference). */
const GENERATORS = {
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec('prime256v1'),
  ECC_NIST_P384: ec('secp384r1'),
  ECC_NIST_P521: ec('secp521r1'),
  ECC_SECG_P256K1: ec('secp256k1'),
  ECC_NIST_EDWARDS25519: () => generateKeyPairSync('ed25519'),
  SM2: ec('SM2'),
  ML_DSA_44: postQuantum('ml-dsa-44'),
  ML_DSA_65: postQuantum('ml-dsa-65'),
  ML_DSA_87: postQuantum('ml-dsa-87'),
  ML_KEM_512: postQuantum('ml-kem-512'),
  ML_KEM_768: postQuantum('ml-kem-768'),
  ML_KEM_1024: postQuantum('ml-kem-1024'),
} as const satisfies Readonly<Record<string, () => KeyPairKeyObjectResult>>;

export type KeyPairSpec = keyof typeof GENERATORS;

export function isKeyPairSpec(spec: string): spec is KeyPairSpec {
  return Object.hasOwn(GENERATORS, spec);
}

/** @throws `UnsupportedOperationException` when this Node.js makes no such keys */
export function generateKeyPair(spec: KeyPairSpec): KeyPairKeyObjectResult {
  return GENERATORS[spec]();
}
