import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => () => generateKeyPairSync('rsa', { modulusLength });

/** What makes each spec, by the curves' names in node:crypto (AWS KMS Developer Guide, Key spec reference). SM2 is of the China Regions only. */
const GENERATORS = {
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec('prime256v1'),
  ECC_NIST_P384: ec('secp384r1'),
  ECC_NIST_P521: ec('secp521r1'),
  ECC_SECG_P256K1: ec('secp256k1'),
  ECC_NIST_EDWARDS25519: () => generateKeyPairSync('ed25519'),
} as const satisfies Readonly<Record<string, () => KeyPairKeyObjectResult>>;

export type KeyPairSpec = keyof typeof GENERATORS;

export function isKeyPairSpec(spec: string): spec is KeyPairSpec {
  return Object.hasOwn(GENERATORS, spec);
}

/** A new key pair of node:crypto. */
export function generateKeyPair(spec: KeyPairSpec): KeyPairKeyObjectResult {
  return GENERATORS[spec]();
}
