import { ParameterTier } from './parameter';
import { ParameterStoreException } from './parameter-store-exception';
import type { KmsClient } from '../../local-kms/kms-client';
import { decrypt, encrypt } from '../secrets/data-key-encryption';

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

interface Stored { readonly blob?: Uint8Array; readonly sealed?: Uint8Array }

function asText(stored: Stored): string {
  const parts = [stored.blob!, ...stored.sealed ? [stored.sealed] : []];
  return parts.map((part) => Buffer.from(part).toString('base64')).join('.');
}

function fromText(text: string): Stored {
  const [blob, sealed] = text.split('.').map((part) => new Uint8Array(Buffer.from(part, 'base64')));
  return { blob, sealed };
}
