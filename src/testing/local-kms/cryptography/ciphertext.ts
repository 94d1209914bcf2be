import { createCipheriv, createDecipheriv } from 'node:crypto';
import { canonicalEncryptionContext, type EncryptionContext } from './encryption-context';
import { KmsException } from '../exceptions';
import { randomBytes } from './random-bytes';
import type { Key } from '../keys/key';

// A ciphertext blob of a symmetric encryption key is opaque to users. Here: header, initialisation vector, AES-256-GCM ciphertext, tag.
// The header, in the clear but authenticated: format, then the account, key id and material id that Decrypt finds the key by.
const FORMAT = Buffer.from([0x01, 0x4c, 0x4b]);
const ACCOUNT_LENGTH = 12;
const KEY_ID_LENGTH = 36; // a UUID and a multi-Region key ID (mrk- and 32 digits) are of one length
const MATERIAL_ID_LENGTH = 32;
const HEADER_LENGTH = FORMAT.length + ACCOUNT_LENGTH + KEY_ID_LENGTH + MATERIAL_ID_LENGTH;
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
const CIPHER = 'aes-256-gcm';

export interface CiphertextHeader {
  readonly account: string;
  readonly keyId: string;
  readonly materialId: string;
}

/** Encrypts under the key's current material, bound to the encryption context. */
export function encryptUnder(key: Key, plaintext: Uint8Array, context: EncryptionContext | undefined): Uint8Array {
  const material = key.currentMaterial!;
  const header = Buffer.concat([FORMAT, Buffer.from(key.account + key.id, 'latin1'), Buffer.from(material.id, 'hex')]);
  const iv = randomBytes(IV_LENGTH);
  const cipher = createCipheriv(CIPHER, material.secret, iv).setAAD(associatedData(header, context));
  return new Uint8Array(Buffer.concat([header, iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
}

/** @throws `InvalidCiphertextException` when the blob is no ciphertext of this KMS */
export function headerOf(blob: Uint8Array): CiphertextHeader {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length <= HEADER_LENGTH + IV_LENGTH + TAG_LENGTH || !bytes.subarray(0, FORMAT.length).equals(FORMAT)) {
    throw invalidCiphertext('(LocalKms: it is no ciphertext of a symmetric encryption key of LocalKms.)');
  }
  const keyIdAt = FORMAT.length + ACCOUNT_LENGTH;
  return {
    account: bytes.toString('latin1', FORMAT.length, keyIdAt),
    keyId: bytes.toString('latin1', keyIdAt, keyIdAt + KEY_ID_LENGTH),
    materialId: bytes.toString('hex', keyIdAt + KEY_ID_LENGTH, HEADER_LENGTH),
  };
}

/**
 * Decrypts under the material that the blob names, be it the current one or an older one.
 *
 * @throws `InvalidCiphertextException` when the blob or the encryption context is not exactly what encryption saw
 */
export function decryptUnder(key: Key, blob: Uint8Array, context: EncryptionContext | undefined): Uint8Array {
  const material = key.materials.find(headerOf(blob).materialId);
  if (!material) { throw invalidCiphertext(); }
  const tagAt = blob.length - TAG_LENGTH;
  const decipher = createDecipheriv(CIPHER, material.secret, blob.subarray(HEADER_LENGTH, HEADER_LENGTH + IV_LENGTH), { authTagLength: TAG_LENGTH })
    .setAAD(associatedData(blob.subarray(0, HEADER_LENGTH), context))
    .setAuthTag(blob.subarray(tagAt));
  const plaintext = decipher.update(blob.subarray(HEADER_LENGTH + IV_LENGTH, tagAt));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    throw invalidCiphertext('(LocalKms: the encryption context is not the one of the encryption, or the ciphertext was changed.)');
  }
  const copy = Uint8Array.from(plaintext);
  plaintext.fill(0);
  return copy;
}

function associatedData(header: Uint8Array, context: EncryptionContext | undefined): Buffer {
  return Buffer.concat([header, canonicalEncryptionContext(context)]);
}

// AWS KMS gives no message: a damaged blob and a wrong encryption context look the same.
export function invalidCiphertext(explanation?: string): KmsException {
  return new KmsException('InvalidCiphertextException', explanation);
}
