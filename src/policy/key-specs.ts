import { USE_ACTIONS } from './actions';

/** What a key spec can be used for (AWS KMS Developer Guide, Key type reference; API Reference, CreateKey). */
export const KEY_USAGES: Readonly<Record<string, readonly string[]>> = {
  SYMMETRIC_DEFAULT: ['ENCRYPT_DECRYPT'],
  RSA_2048: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  RSA_3072: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  RSA_4096: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  ECC_NIST_P256: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  ECC_NIST_P384: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  ECC_NIST_P521: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  ECC_NIST_EDWARDS25519: ['SIGN_VERIFY'],
  ECC_SECG_P256K1: ['SIGN_VERIFY'],
  SM2: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT'],
  HMAC_224: ['GENERATE_VERIFY_MAC'],
  HMAC_256: ['GENERATE_VERIFY_MAC'],
  HMAC_384: ['GENERATE_VERIFY_MAC'],
  HMAC_512: ['GENERATE_VERIFY_MAC'],
  ML_DSA_44: ['SIGN_VERIFY'],
  ML_DSA_65: ['SIGN_VERIFY'],
  ML_DSA_87: ['SIGN_VERIFY'],
  ML_KEM_512: ['ENCAPSULATE_DECAPSULATE'],
  ML_KEM_768: ['ENCAPSULATE_DECAPSULATE'],
  ML_KEM_1024: ['ENCAPSULATE_DECAPSULATE'],
};

/** AWS KMS itself rotates only symmetric encryption keys (AWS KMS Developer Guide, Rotate AWS KMS keys). */
export function canRotate(keySpec: string): boolean {
  return keySpec === 'SYMMETRIC_DEFAULT';
}

/** The actions that use a key of this spec and usage. */
export function useActions(keySpec: string, keyUsage: string): readonly string[] {
  switch (keyUsage) {
    case 'SIGN_VERIFY': return USE_ACTIONS.signing;
    case 'GENERATE_VERIFY_MAC': return USE_ACTIONS.mac;
    case 'KEY_AGREEMENT': return USE_ACTIONS.keyAgreement;
    case 'ENCAPSULATE_DECAPSULATE': return USE_ACTIONS.keyEncapsulation;
    default: return keySpec === 'SYMMETRIC_DEFAULT' ? USE_ACTIONS.symmetric : USE_ACTIONS.asymmetricEncryption;
  }
}
