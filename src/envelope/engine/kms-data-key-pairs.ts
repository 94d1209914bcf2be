import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto';
import { viewOf } from './bytes';
import { EncryptionContext } from './encryption-context';
import { askKms } from './kms-call';
import { DecryptClient, kmsDecrypt } from './kms-decrypt';
import { KmsKeyError } from './kms-key';
import { mayName } from './kms-key-arn';
import { requireBytes, requireKmsKey } from './option-checks';

/** AWS KMS API Reference, GenerateDataKeyPair: KeyPairSpec, but for SM2 and ML_KEM_*, which Node.js does not read. */
export type DataKeyPairSpec =
  'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'ECC_NIST_P521' | 'ECC_SECG_P256K1' | 'ECC_NIST_EDWARDS25519';

interface PairRequest {
  KeyId: string;
  KeyPairSpec: DataKeyPairSpec;
  EncryptionContext: Record<string, string>;
}

interface PairAnswer {
  PrivateKeyCiphertextBlob?: Uint8Array;
  PublicKey?: Uint8Array;
}

/** What is used of AWS KMS. The aggregated `KMS` client of `@aws-sdk/client-kms` fits. */
export interface DataKeyPairClient extends DecryptClient {
  generateDataKeyPair(request: PairRequest): Promise<PairAnswer & { PrivateKeyPlaintext?: Uint8Array }>;
  generateDataKeyPairWithoutPlaintext(request: PairRequest): Promise<PairAnswer>;
}

/** Which key, and how to reach it. */
export interface KmsDataKeyPairsProps {
  /** Of the key's Region. */
  readonly client: DataKeyPairClient;

  /** The key's ARN, its id, or an alias as name or ARN. Another account's key is reached by ARN only. */
  readonly keyId: string;
}

/** A data key pair to keep: its private key opens with the KMS key and the encryption context it was made with. */
export interface StoredDataKeyPair {
  readonly publicKey: KeyObject;

  /** A plain KMS ciphertext: `KmsKey.reEncrypt` gives it another KMS key. */
  readonly encryptedPrivateKey: Uint8Array;
}

/** A data key pair to use. */
export interface DataKeyPair extends StoredDataKeyPair {
  readonly privateKey: KeyObject;
}

/**
 * Data key pairs whose private key a symmetric encryption key of AWS KMS protects: sign, decrypt or agree on keys without a call,
 * outside of AWS KMS. Every request makes another pair, and AWS KMS keeps none: store the encrypted private key.
 *
 * The bytes of a private key are zeroed once it is a `KeyObject`; those hold it until they are collected.
 *
 * AWS KMS Developer Guide, "Generate data key pairs".
 */
export class KmsDataKeyPairs {
  /** @throws EnvelopeOptionError */
  constructor(private readonly props: KmsDataKeyPairsProps) {
    requireKmsKey(props, ['generateDataKeyPair', 'generateDataKeyPairWithoutPlaintext', 'decrypt']);
  }

  /**
   * A pair to use at once. `kms:GenerateDataKeyPair`.
   *
   * @throws KmsKeyError
   */
  public async generate(keyPairSpec: DataKeyPairSpec, encryptionContext: EncryptionContext = {}): Promise<DataKeyPair> {
    const { PrivateKeyPlaintext = new Uint8Array(), ...answer } = await this.ask('GenerateDataKeyPair', (client, KeyId) =>
      client.generateDataKeyPair({ KeyId, KeyPairSpec: keyPairSpec, EncryptionContext: { ...encryptionContext } }));
    const privateKey = this.privateKeyOf(PrivateKeyPlaintext);
    return { ...this.stored(answer), privateKey };
  }

  /**
   * A pair for later, or for somebody else: the private key does not leave AWS KMS in clear. `kms:GenerateDataKeyPairWithoutPlaintext`.
   *
   * @throws KmsKeyError
   */
  public async generateWithoutPlaintext(keyPairSpec: DataKeyPairSpec, encryptionContext: EncryptionContext = {}): Promise<StoredDataKeyPair> {
    return this.stored(await this.ask('GenerateDataKeyPairWithoutPlaintext', (client, KeyId) =>
      client.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec: keyPairSpec, EncryptionContext: { ...encryptionContext } })));
  }

  /**
   * The private key of a stored pair. `kms:Decrypt`, with this key only.
   *
   * @throws KmsKeyError
   */
  public async openPrivateKey(encryptedPrivateKey: Uint8Array, encryptionContext: EncryptionContext = {}): Promise<KeyObject> {
    requireBytes('encryptedPrivateKey', encryptedPrivateKey, 'Give that of the stored pair.');
    const { client, keyId } = this.props;
    const request = { client, keyId, ciphertext: encryptedPrivateKey, encryptionContext, isOwner: (keyArn: string) => mayName(keyId, keyArn) };
    return this.privateKeyOf(await kmsDecrypt(request, KmsKeyError));
  }

  private ask<T>(operation: string, call: (client: DataKeyPairClient, keyId: string) => Promise<T>): Promise<T> {
    const { client, keyId } = this.props;
    return askKms(operation, keyId, () => call(client, keyId), KmsKeyError);
  }

  private stored({ PublicKey, PrivateKeyCiphertextBlob }: PairAnswer): StoredDataKeyPair {
    if (!PublicKey || !PrivateKeyCiphertextBlob) throw new KmsKeyError(`AWS KMS answered without a data key pair under ${this.props.keyId}.`);
    const publicKey = this.read(() => createPublicKey({ key: viewOf(PublicKey), format: 'der', type: 'spki' }));
    return { publicKey, encryptedPrivateKey: PrivateKeyCiphertextBlob };
  }

  private privateKeyOf(bytes: Uint8Array): KeyObject {
    try {
      return this.read(() => createPrivateKey({ key: viewOf(bytes), format: 'der', type: 'pkcs8' }));
    } finally {
      bytes.fill(0);
    }
  }

  private read(key: () => KeyObject): KeyObject {
    try {
      return key();
    } catch (cause) {
      throw new KmsKeyError(`AWS KMS answered under ${this.props.keyId} with what Node.js does not read as a key.`, cause);
    }
  }
}
