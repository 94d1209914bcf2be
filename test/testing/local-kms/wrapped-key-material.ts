import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import type { KmsClient } from '../../../src/testing';

interface Wrapping {
  readonly WrappingAlgorithm: 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256' | 'RSA_AES_KEY_WRAP_SHA_1' | 'RSA_AES_KEY_WRAP_SHA_256';
  readonly WrappingKeySpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096';
}

const DEFAULT: Wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' };

/** Key material as ImportKeyMaterial wants it: asks for the parameters and wraps, as any user of AWS KMS does. */
export async function wrapped(client: KmsClient, KeyId: string, material: Uint8Array, wrapping = DEFAULT) {
  const { PublicKey, ImportToken } = await client.getParametersForImport({ KeyId, ...wrapping });
  return { ImportToken, EncryptedKeyMaterial: wrap(material, PublicKey, wrapping.WrappingAlgorithm) };
}

export function wrap(material: Uint8Array, PublicKey: Uint8Array, algorithm: Wrapping['WrappingAlgorithm']): Uint8Array {
  const key = { key: Buffer.from(PublicKey), format: 'der', type: 'spki' } as const;
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
  const rsa = (bytes: Uint8Array) => publicEncrypt({ ...key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  if (algorithm.startsWith('RSAES')) { return Uint8Array.from(rsa(material)); }
  const aes = randomBytes(32);
  const cipher = createCipheriv('id-aes256-wrap-pad', aes, Buffer.from('a65959a6', 'hex'));
  return Uint8Array.from(Buffer.concat([rsa(aes), cipher.update(material), cipher.final()]));
}
