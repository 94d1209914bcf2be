import { byteCount } from './bytes';
import { EncryptionContext } from './encryption-context';
import { EnvelopeError, EnvelopeOptionError } from './errors';
import { askKms } from './kms-call';
import { DecryptClient, kmsDecrypt } from './kms-decrypt';
import { mayName } from './kms-key-arn';
import { requireBytes, requireKmsKey, requireText } from './option-checks';

/** AWS KMS API Reference, Encrypt and Decrypt: lengths of Plaintext and CiphertextBlob. */
const MAX_PLAINTEXT = 4096;
const MAX_CIPHERTEXT = 6144;
const SEAL = 'Seal larger and empty values with Envelope.seal(), which takes any size.';
const OPEN = 'Messages of Envelope.seal() are opened with Envelope.open().';

type Context = Record<string, string>;

/** What is used of AWS KMS. The aggregated `KMS` client of `@aws-sdk/client-kms` fits. */
export interface KmsKeyClient extends DecryptClient {
  encrypt(request: { KeyId: string; Plaintext: Uint8Array; EncryptionContext: Context }): Promise<{ CiphertextBlob?: Uint8Array }>;
  reEncrypt(request: {
    CiphertextBlob: Uint8Array;
    SourceKeyId: string;
    SourceEncryptionContext: Context;
    DestinationKeyId: string;
    DestinationEncryptionContext: Context;
  }): Promise<{ CiphertextBlob?: Uint8Array }>;
}

/** Which key, and how to reach it. */
export interface KmsKeyProps {
  /** Of the key's Region. */
  readonly client: KmsKeyClient;

  /** The key's ARN, its id, or an alias as name or ARN. Another account's key is reached by ARN only. */
  readonly keyId: string;
}

/** Where a ciphertext comes from, and what it is to be for. */
export interface ReEncryptOptions {
  /** The key that it was encrypted under: its ARN, its id, or an alias as name or ARN. Of the same Region; any account. */
  readonly sourceKeyId: string;

  /** What it was encrypted with. @default - empty */
  readonly sourceEncryptionContext?: EncryptionContext;

  /** What it is to be decrypted with from now on. @default - the same */
  readonly encryptionContext?: EncryptionContext;
}

/** AWS KMS refused, or answered without what was asked for; `cause` is what it answered. */
export class KmsKeyError extends EnvelopeError {
  public override readonly name: string = 'KmsKeyError';
}

/**
 * A symmetric encryption key of AWS KMS used directly, for values of 1 to 4,096 bytes: passwords, tokens, keys.
 *
 * What it returns are plain KMS ciphertexts, without an envelope: any AWS SDK decrypts them, and `reEncrypt` moves them to
 * another key. Nothing of them says how they were encrypted: keep the encryption context at hand.
 */
export class KmsKey {
  /** @throws EnvelopeOptionError */
  constructor(private readonly props: KmsKeyProps) {
    requireKmsKey(props, ['encrypt', 'decrypt', 'reEncrypt']);
  }

  /**
   * `kms:Encrypt`. The AWS SDK makes a text of the value for its request, which JavaScript cannot zero.
   *
   * @throws EnvelopeOptionError before any call when the value is empty or has more than 4,096 bytes; KmsKeyError
   */
  public async encrypt(value: Uint8Array, encryptionContext: EncryptionContext = {}): Promise<Uint8Array> {
    requireSize('value', value, MAX_PLAINTEXT, 'Encrypt', SEAL);
    const { CiphertextBlob } = await this.ask('Encrypt', ({ client, keyId }) =>
      client.encrypt({ KeyId: keyId, Plaintext: value, EncryptionContext: { ...encryptionContext } }));
    return this.present(CiphertextBlob, 'Encrypt');
  }

  /**
   * `kms:Decrypt`, with this key only. Zero what it returns when you are done with it.
   *
   * @throws EnvelopeOptionError, KmsKeyError
   */
  public async decrypt(ciphertext: Uint8Array, encryptionContext: EncryptionContext = {}): Promise<Uint8Array> {
    requireSize('ciphertext', ciphertext, MAX_CIPHERTEXT, 'Decrypt', OPEN);
    const { client, keyId } = this.props;
    return kmsDecrypt({ client, keyId, ciphertext, encryptionContext, isOwner: (keyArn) => mayName(keyId, keyArn) }, KmsKeyError);
  }

  /**
   * Gives a ciphertext of another key to this one; its value does not leave AWS KMS. `kms:ReEncryptFrom` on the source,
   * `kms:ReEncryptTo` on this key. It takes ciphertexts of `encrypt` and encrypted private keys of `KmsDataKeyPairs`, but no
   * messages of `Envelope`: for those see `reWrap`.
   *
   * @throws EnvelopeOptionError, KmsKeyError
   */
  public async reEncrypt(ciphertext: Uint8Array, options: ReEncryptOptions): Promise<Uint8Array> {
    requireSize('ciphertext', ciphertext, MAX_CIPHERTEXT, 'ReEncrypt', OPEN);
    requireText('sourceKeyId', options?.sourceKeyId, 'Name the key that the ciphertext was encrypted under.');
    const { sourceKeyId, sourceEncryptionContext = {}, encryptionContext = sourceEncryptionContext } = options;
    const { CiphertextBlob } = await this.ask('ReEncrypt', ({ client, keyId }) => client.reEncrypt({
      CiphertextBlob: ciphertext,
      SourceKeyId: sourceKeyId,
      SourceEncryptionContext: { ...sourceEncryptionContext },
      DestinationKeyId: keyId,
      DestinationEncryptionContext: { ...encryptionContext },
    }), `${sourceKeyId} to ${this.props.keyId}`);
    return this.present(CiphertextBlob, 'ReEncrypt');
  }

  private ask<T>(operation: string, call: (key: KmsKeyProps) => Promise<T>, keys = this.props.keyId): Promise<T> {
    return askKms(operation, keys, () => call(this.props), KmsKeyError);
  }

  private present(ciphertext: Uint8Array | undefined, operation: string): Uint8Array {
    if (ciphertext) return ciphertext;
    throw new KmsKeyError(`kms:${operation} under ${this.props.keyId} answered without a ciphertext.`);
  }
}

function requireSize(option: string, given: Uint8Array, most: number, operation: string, remedy: string): void {
  requireBytes(option, given, remedy);
  if (given.length >= 1 && given.length <= most) return;
  throw new EnvelopeOptionError(`'${option}' has ${byteCount(given.length)}; kms:${operation} takes 1 to ${most}. ${remedy}`);
}
