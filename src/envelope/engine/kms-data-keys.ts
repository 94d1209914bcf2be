import { KEY_BYTES } from './algorithm-suite';
import { DataKey, EncryptedDataKey, WrappingDataKeys } from './data-keys';
import { EncryptionContext } from './encryption-context';
import { DataKeyError } from './errors';
import { firstOpened, ownerOf, ownersOf } from './first-opened';
import { askKms } from './kms-call';
import { DecryptClient } from './kms-decrypt';
import { encryptedUnder, KMS_PROVIDER_ID, openDataKey } from './kms-encrypted-data-key';
import { mayName } from './kms-key-arn';
import { AGGREGATED_CLIENT, requireKmsKey, requireMethods } from './option-checks';

/** What is used of AWS KMS. The aggregated `KMS` client of `@aws-sdk/client-kms` fits. */
export interface DataKeyClient extends DecryptClient {
  generateDataKey(request: { KeyId: string; NumberOfBytes: number; EncryptionContext: Record<string, string> }):
  Promise<{ Plaintext?: Uint8Array; CiphertextBlob?: Uint8Array; KeyId?: string }>;

  /** Used only of the keys of MultiDataKeys that do not generate. */
  encrypt?(request: { KeyId: string; Plaintext: Uint8Array; EncryptionContext: Record<string, string> }):
  Promise<{ CiphertextBlob?: Uint8Array; KeyId?: string }>;
}

/** Which key, and how to reach it. */
export interface KmsDataKeysProps {
  /** Of the key's Region. */
  readonly client: DataKeyClient;

  /** The key's ARN, its id, or an alias as name or ARN. Another account's key is reached by ARN only. */
  readonly keyId: string;
}

/**
 * Data keys under one symmetric encryption key of AWS KMS. No other key is ever asked to open one, but for related multi-Region keys:
 * named by its ARN, a key opens what its replica in another Region sealed. For several keys see `MultiDataKeys`.
 *
 * Needs `kms:GenerateDataKey` to seal and `kms:Decrypt` to open; `kms:Encrypt` where another key generates.
 */
export class KmsDataKeys implements WrappingDataKeys {
  /** @throws EnvelopeOptionError when the client has no methods to call, as a bare `KMSClient`, or there is no key id */
  constructor(private readonly props: KmsDataKeysProps) {
    requireKmsKey(props, ['generateDataKey', 'decrypt']);
  }

  public async generate(encryptionContext: EncryptionContext): Promise<DataKey> {
    const { client, keyId } = this.props;
    const { Plaintext, CiphertextBlob, KeyId } = await askKms('GenerateDataKey', keyId, () =>
      client.generateDataKey({ KeyId: keyId, NumberOfBytes: KEY_BYTES, EncryptionContext: { ...encryptionContext } }));
    if (Plaintext && CiphertextBlob && isAnswer(keyId, KeyId)) return { plaintext: Plaintext, encrypted: [encryptedUnder(KeyId, CiphertextBlob)] };
    Plaintext?.fill(0);
    throw new DataKeyError(`kms:GenerateDataKey under ${keyId} answered for ${KeyId}, or without a data key; nothing of it is used.`);
  }

  /** The AWS SDK makes a text of the data key for its request, which JavaScript cannot zero. */
  public async wrap(dataKey: Uint8Array, encryptionContext: EncryptionContext): Promise<EncryptedDataKey[]> {
    const { client, keyId } = this.props;
    requireMethods('client', client, ['encrypt'], AGGREGATED_CLIENT);
    const { CiphertextBlob, KeyId } = await askKms('Encrypt', keyId, () =>
      client.encrypt!({ KeyId: keyId, Plaintext: dataKey, EncryptionContext: { ...encryptionContext } }));
    if (CiphertextBlob && isAnswer(keyId, KeyId)) return [encryptedUnder(KeyId, CiphertextBlob)];
    throw new DataKeyError(`kms:Encrypt under ${keyId} answered for ${KeyId}, or without a ciphertext; nothing of it is used.`);
  }

  /** The first of the data keys that were encrypted under this key, and that it opens. */
  public open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array> {
    const { client, keyId } = this.props;
    const mine = encrypted.filter((one) => one.providerId === KMS_PROVIDER_ID && mayName(keyId, ownerOf(one)));
    return firstOpened(mine, (one) => openDataKey(client, keyId, one, encryptionContext),
      `${keyId} opens no data key of the message; they are for ${ownersOf(encrypted)}.`);
  }
}

function isAnswer(asked: string, answered: string | undefined): answered is string {
  return answered !== undefined && mayName(asked, answered);
}
