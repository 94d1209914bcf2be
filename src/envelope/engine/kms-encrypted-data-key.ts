import { EncryptedDataKey } from './data-keys';
import { EncryptionContext } from './encryption-context';
import { ownerOf } from './first-opened';
import { DecryptClient, kmsDecrypt } from './kms-decrypt';
import { isSameKey } from './kms-key-arn';

/** The provider id of data keys under AWS KMS. */
export const KMS_PROVIDER_ID = 'aws-kms';

export function encryptedUnder(keyArn: string, ciphertext: Uint8Array): EncryptedDataKey {
  return { providerId: KMS_PROVIDER_ID, providerInfo: Buffer.from(keyArn), ciphertext };
}

/** Opens a data key with `keyId` only, and only if that is the key which the message names. */
export function openDataKey(
  client: DecryptClient, keyId: string, encrypted: EncryptedDataKey, encryptionContext: EncryptionContext,
): Promise<Uint8Array> {
  const { ciphertext } = encrypted;
  return kmsDecrypt({ client, keyId, ciphertext, encryptionContext, isOwner: (keyArn) => isSameKey(keyArn, ownerOf(encrypted)) });
}
