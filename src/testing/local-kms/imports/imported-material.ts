import { createHmac, createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { isKeyPairSpec, type KeyPairSpec } from '../cryptography/key-pair';
import { KmsException } from '../exceptions';
import type { Key } from '../keys/key';
import type { KeyMaterial } from '../keys/key-materials';
import { SECRET_BYTES, type KeySpec } from '../keys/key-spec';

/** What the private key of each spec is to node:crypto (AWS KMS Developer Guide, Requirements for imported key material). */
const PRIVATE_KEYS: Readonly<Partial<Record<KeyPairSpec, string>>> = {
  RSA_2048: 'rsa 2048',
  RSA_3072: 'rsa 3072',
  RSA_4096: 'rsa 4096',
  ECC_NIST_P256: 'ec prime256v1',
  ECC_NIST_P384: 'ec secp384r1',
  ECC_NIST_P521: 'ec secp521r1',
  ECC_SECG_P256K1: 'ec secp256k1',
  ECC_NIST_EDWARDS25519: 'ed25519',
};

export function isImportable(spec: KeySpec): boolean {
  return !isKeyPairSpec(spec) || PRIVATE_KEYS[spec] !== undefined;
}

/**
 * Key material from its bytes: those of a secret key, or PKCS #8 of a private key. Its id is made of the KMS key's id and of the material, so
 * that it tells whether it was this key's before.
 *
 * @throws `IncorrectKeyMaterialException` when it is no material for a key of this spec
 */
export function importedMaterial({ id: keyId, spec }: Key, bytes: Buffer): KeyMaterial {
  const secret = isKeyPairSpec(spec) ? privateKey(spec, bytes) : secretKey(SECRET_BYTES[spec], bytes);
  const canonical = secret.type === 'private' ? secret.export({ type: 'pkcs8', format: 'der' }) : secret.export();
  return { id: createHmac('sha256', canonical).update(keyId).digest('hex'), secret };
}

function secretKey(length: number, bytes: Buffer): KeyObject {
  if (bytes.length !== length) { throw incorrectKeyMaterial(`it is ${bytes.length} bytes long; the KMS key takes ${length} bytes`); }
  return createSecretKey(bytes);
}

function privateKey(spec: KeyPairSpec, bytes: Buffer): KeyObject {
  const key = readable(bytes);
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {};
  const found = [key?.asymmetricKeyType, modulusLength ?? namedCurve].filter((part) => part !== undefined).join(' ');
  if (!key || found !== PRIVATE_KEYS[spec]) { throw incorrectKeyMaterial(`it is no private key of ${spec} in PKCS #8, DER-encoded`); }
  return key;
}

function readable(pkcs8: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });
  } catch {
    return undefined;
  }
}

/** AWS KMS's own words are not known. */
export function incorrectKeyMaterial(reason: string): KmsException {
  return new KmsException('IncorrectKeyMaterialException', `The key material is not what was expected: ${reason}.`);
}
