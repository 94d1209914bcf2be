import { encrypt, decrypt } from './data-key-encryption';
import { ServiceException } from '../../aws-json/service-exception';
import type { KmsClient } from '../../local-kms/kms-client';

/** One version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly created: Date;
  readonly stages: Set<string>;
  readonly sealed: SealedSecret;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  keyId: string;
  description?: string;
  tags: ReadonlyMap<string, string>;
  /** The oldest first. */
  readonly versions: SecretVersion[];
}

/** A value under a data key of its own. */
export interface SealedSecret {
  readonly isText: boolean;
  readonly dataKey: Uint8Array;
  readonly body: Uint8Array;
}

/** What `VersionId` is when the key is tried before a secret is kept (AWS Secrets Manager User Guide, Secret encryption and decryption). */
const TRIAL = 'RequestToValidateKeyAccess';

/** AWS Secrets Manager User Guide, Secret encryption and decryption: a data key for each version, with ARN and version in its context. */
export async function seal(value: string | Uint8Array, version: string, { arn, keyId }: Pick<Secret, 'arn' | 'keyId'>, kms: KmsClient): Promise<SealedSecret> {
  const trial = await newDataKey(TRIAL);
  await forwarded('EncryptionFailure', () => kms.decrypt({ CiphertextBlob: trial.CiphertextBlob, EncryptionContext: contextOf(arn, TRIAL) }));
  const { Plaintext, CiphertextBlob: dataKey } = await newDataKey(version);
  return { isText: typeof value === 'string', dataKey, body: encrypt(Buffer.from(value as string), Plaintext, arn) };

  function newDataKey(id: string) {
    return forwarded('EncryptionFailure', () => kms.generateDataKey({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: contextOf(arn, id) }));
  }
}

/** The value, decrypted as the caller. */
export async function open({ dataKey, body }: SealedSecret, version: string, arn: string, kms: KmsClient): Promise<Uint8Array> {
  const EncryptionContext = contextOf(arn, version);
  const { Plaintext } = await forwarded('DecryptionFailure', () => kms.decrypt({ CiphertextBlob: dataKey, EncryptionContext }));
  return decrypt(body, Plaintext, arn);
}

function contextOf(arn: string, version: string) {
  return { SecretARN: arn, SecretVersionId: version };
}

async function forwarded<T>(failure: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { name, message } = cause as Error;
    if (name === 'AccessDeniedException') throw new ServiceException(name, `Access to KMS is not allowed (${message})`, { cause });
    throw new ServiceException(failure, `Secrets Manager can't use the KMS key of the secret: ${message}`, { cause });
  }
}
