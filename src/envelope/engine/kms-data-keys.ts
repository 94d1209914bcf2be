import { KEY_BYTES } from './algorithm-suite';
import { DataKey, DataKeys, EncryptedDataKey } from './data-keys';
import { EncryptionContext } from './encryption-context';
import { DataKeyError } from './errors';
import { requireMethods, requireText } from './option-checks';

const PROVIDER_ID = 'aws-kms';
const KEY_ARN = /^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/;

/** What is used of AWS KMS. The aggregated `KMS` client of `@aws-sdk/client-kms` fits. */
export interface DataKeyClient {
  generateDataKey(request: { KeyId: string; NumberOfBytes: number; EncryptionContext: Record<string, string> }):
  Promise<{ Plaintext?: Uint8Array; CiphertextBlob?: Uint8Array; KeyId?: string }>;
  decrypt(request: { KeyId: string; CiphertextBlob: Uint8Array; EncryptionContext: Record<string, string> }):
  Promise<{ Plaintext?: Uint8Array; KeyId?: string }>;
}

/** Which key, and how to reach it. */
export interface KmsDataKeysProps {
  readonly client: DataKeyClient;

  /** The key's ARN, its id, or an alias as name or ARN. Another account's key is reached by ARN only. */
  readonly keyId: string;
}

/** Data keys under one symmetric encryption key of AWS KMS. No other key is ever asked to open one. */
export class KmsDataKeys implements DataKeys {
  /** @throws EnvelopeOptionError when the client has no methods to call, as a bare `KMSClient`, or there is no key id */
  constructor(private readonly props: KmsDataKeysProps) {
    requireMethods('client', props?.client, ['generateDataKey', 'decrypt'], "Give the aggregated client, new KMS() of '@aws-sdk/client-kms'.");
    requireText('keyId', props.keyId, "Give the key's ARN or id, or an alias.");
  }

  public async generate(encryptionContext: EncryptionContext): Promise<DataKey> {
    const { Plaintext, CiphertextBlob, KeyId } = await this.ask('GenerateDataKey', (client, keyId) =>
      client.generateDataKey({ KeyId: keyId, NumberOfBytes: KEY_BYTES, EncryptionContext: { ...encryptionContext } }));
    if (Plaintext && CiphertextBlob && KeyId) {
      return { plaintext: Plaintext, encrypted: [{ providerId: PROVIDER_ID, providerInfo: Buffer.from(KeyId), ciphertext: CiphertextBlob }] };
    }
    Plaintext?.fill(0);
    throw new DataKeyError(`kms:GenerateDataKey under ${this.props.keyId} answered without a data key.`);
  }

  /** The first of the data keys that were encrypted under this key, and that it opens. */
  public async open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array> {
    const refusals: unknown[] = [];
    for (const candidate of encrypted.filter((one) => this.mayBeMine(one))) {
      try {
        return await this.decrypt(candidate, encryptionContext);
      } catch (refusal) {
        refusals.push(refusal);
      }
    }
    if (refusals.length === 1) throw refusals[0];
    const owners = encrypted.map((one) => `${one.providerId} ${arnOf(one)}`.slice(0, 256)).join(', ');
    throw new DataKeyError(`${this.props.keyId} opens no data key of the message; they are for ${owners}.`,
      refusals.length > 0 ? new AggregateError(refusals) : undefined);
  }

  /** By alias or id the key's ARN is not known here; KMS then answers IncorrectKeyException for any other key. */
  private mayBeMine(candidate: EncryptedDataKey): boolean {
    return candidate.providerId === PROVIDER_ID && (arnOf(candidate) === this.props.keyId || !KEY_ARN.test(this.props.keyId));
  }

  private async decrypt(candidate: EncryptedDataKey, encryptionContext: EncryptionContext): Promise<Uint8Array> {
    const { Plaintext, KeyId } = await this.ask('Decrypt', (client, keyId) =>
      client.decrypt({ KeyId: keyId, CiphertextBlob: candidate.ciphertext, EncryptionContext: { ...encryptionContext } }));
    if (Plaintext && KeyId === arnOf(candidate)) return Plaintext;
    Plaintext?.fill(0);
    throw new DataKeyError(`kms:Decrypt under ${this.props.keyId} answered for ${KeyId}; the message names ${arnOf(candidate)}.`);
  }

  private async ask<T>(operation: string, call: (client: DataKeyClient, keyId: string) => Promise<T>): Promise<T> {
    try {
      return await call(this.props.client, this.props.keyId);
    } catch (cause) {
      throw new DataKeyError(`kms:${operation} under ${this.props.keyId} failed with ${(cause as Error | undefined)?.name}.`, cause);
    }
  }
}

function arnOf({ providerInfo }: EncryptedDataKey): string {
  return Buffer.from(providerInfo).toString();
}
