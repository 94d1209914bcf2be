import { createCipheriv, createDecipheriv, createSecretKey, KeyObject, randomBytes } from 'node:crypto';
import { IV_BYTES, KEY_BYTES, TAG_BYTES } from './algorithm-suite';
import { byteCount, uint32, viewOf } from './bytes';
import { DataKey, EncryptedDataKey, WrappingDataKeys } from './data-keys';
import { encodePairs, EncryptionContext } from './encryption-context';
import { DataKeyError, EnvelopeOptionError } from './errors';
import { firstOpened, ownersOf } from './first-opened';
import { KMS_PROVIDER_ID } from './kms-encrypted-data-key';
import { requireBytes, requireText } from './option-checks';

/** AES-GCM with 16-, 24- or 32-byte wrapping keys: the wrapping suites of the AWS Encryption SDKs. */
const CIPHERS = { 16: 'aes-128-gcm', 24: 'aes-192-gcm', 32: 'aes-256-gcm' } as const;

/** Follows the name of the key in the header: the lengths of tag and initialisation vector. */
const LENGTHS = Buffer.concat([uint32(TAG_BYTES * 8), uint32(IV_BYTES)]);

const RANDOM = 'Make one with randomBytes(32).';

/** A wrapping key and its name. Both names stand in the message, in clear, and must be the same to open it. */
export interface RawAesDataKeysProps {
  /** Who keeps the key, as an HSM or an application; not `aws-kms`. */
  readonly keyNamespace: string;
  readonly keyName: string;

  /** 32 random bytes; 16 and 24 are taken for what was sealed so. They are copied: zero yours when this is made. */
  readonly wrappingKey: Uint8Array | KeyObject;
}

/**
 * Data keys under an AES wrapping key of your own, as the Raw AES keyrings of the AWS Encryption SDKs have them
 * (AES256-GCM-IV12-TAG16): AWS Encryption SDK Developer Guide, "Raw AES keyrings".
 *
 * Every data key takes a random initialisation vector: wrap at most 2^32 with one wrapping key (NIST SP 800-38D, 8.3).
 */
export class RawAesDataKeys implements WrappingDataKeys {
  private readonly key: KeyObject;
  private readonly keyNamespace: string;
  private readonly info: Buffer;

  /** @throws EnvelopeOptionError */
  constructor(props: RawAesDataKeysProps) {
    requireText('keyNamespace', props?.keyNamespace, 'Give the name of who keeps the key.');
    requireText('keyName', props.keyName, 'Give the name of the key.');
    if (props.keyNamespace === KMS_PROVIDER_ID) throw new EnvelopeOptionError(`'keyNamespace' is ${KMS_PROVIDER_ID}, which is for AWS KMS. Name another.`);
    this.key = secretKeyOf(props.wrappingKey);
    this.keyNamespace = props.keyNamespace;
    this.info = Buffer.concat([Buffer.from(props.keyName), LENGTHS]);
  }

  public async generate(encryptionContext: EncryptionContext): Promise<DataKey> {
    const plaintext = randomBytes(KEY_BYTES);
    try {
      return { plaintext, encrypted: await this.wrap(plaintext, encryptionContext) };
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
  }

  public async wrap(dataKey: Uint8Array, encryptionContext: EncryptionContext): Promise<EncryptedDataKey[]> {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(this.cipher, this.key, iv).setAAD(encodePairs(encryptionContext));
    const ciphertext = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    return [{ providerId: this.keyNamespace, providerInfo: Buffer.concat([this.info, iv]), ciphertext }];
  }

  /** The first of the data keys that were wrapped with this key, and that it opens. */
  public open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array> {
    return firstOpened(encrypted.filter((one) => this.isMine(one)), async (one) => this.unwrap(one, encryptionContext),
      `${this.owner} opens no data key of the message; they are for ${ownersOf(encrypted)}.`);
  }

  private get owner(): string {
    return `${this.keyNamespace} ${this.info.subarray(0, -LENGTHS.length)}`;
  }

  private get cipher() {
    return CIPHERS[this.key.symmetricKeySize as keyof typeof CIPHERS];
  }

  private isMine({ providerId, providerInfo, ciphertext }: EncryptedDataKey): boolean {
    return providerId === this.keyNamespace && ciphertext.length === KEY_BYTES + TAG_BYTES
      && providerInfo.length === this.info.length + IV_BYTES && this.info.equals(providerInfo.subarray(0, this.info.length));
  }

  private unwrap({ providerInfo, ciphertext }: EncryptedDataKey, encryptionContext: EncryptionContext): Uint8Array {
    const decipher = createDecipheriv(this.cipher, this.key, providerInfo.subarray(-IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(encodePairs(encryptionContext)).setAuthTag(viewOf(ciphertext.subarray(-TAG_BYTES)));
    const dataKey = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
    try {
      decipher.final();
      return dataKey;
    } catch (cause) {
      dataKey.fill(0);
      throw new DataKeyError(`${this.owner} did not wrap the data key of the message that names it, or for another encryption context.`, cause);
    }
  }
}

/** A copy: the caller's bytes stay the caller's. */
function secretKeyOf(given: Uint8Array | KeyObject): KeyObject {
  if (!(given instanceof KeyObject)) requireBytes('wrappingKey', given, RANDOM);
  const key = given instanceof KeyObject ? given : createSecretKey(given);
  if (key.symmetricKeySize !== undefined && key.symmetricKeySize in CIPHERS) return key;
  throw new EnvelopeOptionError(`'wrappingKey' has ${byteCount(key.symmetricKeySize ?? 0)}; it has 32, or 16 or 24. ${RANDOM}`);
}
