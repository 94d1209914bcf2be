import { EncryptionContext } from './encryption-context';

/** A data key that only the owner of the key named in it can open. It stands in the header of the message. */
export interface EncryptedDataKey {
  /** `aws-kms` for AWS KMS. */
  readonly providerId: string;

  /** For AWS KMS the key's ARN, in UTF-8. */
  readonly providerInfo: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** A new data key in both forms. */
export interface DataKey {
  /** 32 bytes. The engine zeroes them after use: hand out a copy of what you keep. */
  readonly plaintext: Uint8Array;

  /** At least one. Any of them opens the message. */
  readonly encrypted: readonly EncryptedDataKey[];
}

/** What a data key is asked for. */
export interface DataKeyUse {
  /** Bytes that it will seal. @default - not known, as of a stream */
  readonly plaintextLength?: number;
}

/** Where data keys come from: the port between the message format and the owner of the keys. */
export interface DataKeys {
  /** @throws DataKeyError */
  generate(encryptionContext: EncryptionContext, use?: DataKeyUse): Promise<DataKey>;

  /**
   * The 32 bytes of the data key, from whichever of its encrypted forms can be opened. The engine zeroes them after use.
   *
   * @throws DataKeyError
   */
  open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array>;
}

/** Data keys whose owner also encrypts one that another made. */
export interface WrappingDataKeys extends DataKeys {
  /**
   * Further encrypted forms of a data key, which stays the caller's to zero.
   *
   * @throws DataKeyError
   */
  wrap(dataKey: Uint8Array, encryptionContext: EncryptionContext): Promise<readonly EncryptedDataKey[]>;
}
