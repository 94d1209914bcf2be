import { EncryptionContext } from './encryption-context';
import { DataKeyError, EnvelopeError } from './errors';
import { askKms } from './kms-call';

/** What decrypting takes of AWS KMS. The aggregated `KMS` client of `@aws-sdk/client-kms` fits. */
export interface DecryptClient {
  decrypt(request: { KeyId: string; CiphertextBlob: Uint8Array; EncryptionContext: Record<string, string> }):
  Promise<{ Plaintext?: Uint8Array; KeyId?: string }>;
}

/** A ciphertext, and the only key that may decrypt it. */
export interface DecryptRequest {
  readonly client: DecryptClient;
  readonly keyId: string;
  readonly ciphertext: Uint8Array;
  readonly encryptionContext: EncryptionContext;

  /** Whether the key that answered is the right one. */
  readonly isOwner: (keyArn: string) => boolean;
}

export async function kmsDecrypt(request: DecryptRequest, Failure: typeof EnvelopeError = DataKeyError): Promise<Uint8Array> {
  const { client, keyId, ciphertext, encryptionContext, isOwner } = request;
  const { Plaintext, KeyId } = await askKms('Decrypt', keyId, () =>
    client.decrypt({ KeyId: keyId, CiphertextBlob: ciphertext, EncryptionContext: { ...encryptionContext } }), Failure);
  if (Plaintext && KeyId && isOwner(KeyId)) return Plaintext;
  Plaintext?.fill(0);
  throw new Failure(`kms:Decrypt under ${keyId} answered for ${KeyId}, or without a plaintext; nothing of it is used.`);
}
