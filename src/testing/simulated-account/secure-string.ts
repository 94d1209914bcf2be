import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ParameterTier } from './parameter';
import { ParameterStoreException } from './parameter-store-exception';
import type { KmsClient } from '../local-kms/kms-client';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * How Parameter Store keeps a SecureString (AWS KMS Developer Guide, How Parameter Store uses AWS KMS): a standard parameter's value is
 * encrypted by AWS KMS itself, an advanced one's under a data key.
 */
export async function seal(value: string, tier: ParameterTier, keyId: string, arn: string, kms: KmsClient): Promise<string> {
  const Plaintext = Buffer.from(value, 'utf8');
  return forwarded(async () => {
    if (tier === 'Standard') {
      const { CiphertextBlob: blob } = await kms.encrypt({ KeyId: keyId, Plaintext, EncryptionContext: contextOf(arn) });
      return asText({ blob });
    }
    const dataKey = await kms.generateDataKey({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: contextOf(arn) });
    return asText({ blob: dataKey.CiphertextBlob, sealed: encrypt(Plaintext, dataKey.Plaintext!, arn) });
  });
}

/** The value of a SecureString, decrypted as the caller. */
export async function open(stored: string, arn: string, kms: KmsClient): Promise<string> {
  const { blob, sealed } = fromText(stored);
  const { Plaintext: opened } = await forwarded(() => kms.decrypt({ CiphertextBlob: blob, EncryptionContext: contextOf(arn) }));
  return Buffer.from(sealed ? decrypt(sealed, opened!, arn) : opened!).toString('utf8');
}

function contextOf(arn: string) {
  return { PARAMETER_ARN: arn };
}

/** AWS Systems Manager API Reference: AccessDeniedException, and InvalidKeyId for all else that AWS KMS refuses. */
async function forwarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new ParameterStoreException(
      name === 'AccessDeniedException' ? name : 'InvalidKeyId',
      `${message} (Service: AWSKMS; Status Code: 400; Error Code: ${name})`,
      { cause },
    );
  }
}

function encrypt(plaintext: Uint8Array, key: Uint8Array, arn: string): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(arn));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  key.fill(0);
  return Buffer.concat([iv, body, cipher.getAuthTag()]);
}

function decrypt(sealed: Uint8Array, key: Uint8Array, arn: string): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES)).setAAD(Buffer.from(arn));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  key.fill(0);
  return plaintext;
}

interface Stored { readonly blob?: Uint8Array; readonly sealed?: Uint8Array }

function asText(stored: Stored): string {
  const parts = [stored.blob!, ...stored.sealed ? [stored.sealed] : []];
  return parts.map((part) => Buffer.from(part).toString('base64')).join('.');
}

function fromText(text: string): Stored {
  const [blob, sealed] = text.split('.').map((part) => new Uint8Array(Buffer.from(part, 'base64')));
  return { blob, sealed };
}
