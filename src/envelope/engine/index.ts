// The envelope engine, usable without the AWS CDK: `cdk-customer-managed-keys/envelope`.

export { CachedDataKeys, type CachedDataKeysProps } from './cached-data-keys';
export { type DataKey, type DataKeys, type DataKeyUse, type EncryptedDataKey, type WrappingDataKeys } from './data-keys';
export { type ContextMatch, type EncryptionContext } from './encryption-context';
export { Envelope, type OpenedMessage } from './envelope';
export * from './errors';
export { type DataKeyClient, KmsDataKeys, type KmsDataKeysProps } from './kms-data-keys';
export { type DecryptClient } from './kms-decrypt';
export {
  type DataKeyPair, type DataKeyPairClient, type DataKeyPairSpec, KmsDataKeyPairs, type KmsDataKeyPairsProps, type StoredDataKeyPair,
} from './kms-data-key-pairs';
export { KmsKey, type KmsKeyClient, KmsKeyError, type KmsKeyProps, type ReEncryptOptions } from './kms-key';
export { KmsDiscovery, type KmsDiscoveryProps } from './kms-discovery';
export { type MessageLimits } from './limits';
export { MultiDataKeys, type MultiDataKeysProps } from './multi-data-keys';
export { type OpenOptions, type OpenStreamOptions, type SignedMessages } from './open-options';
export { type OpenStream } from './open-stream';
export { RawAesDataKeys, type RawAesDataKeysProps } from './raw-aes-data-keys';
export { reWrap, reWrapStream, type ReWrapOptions } from './re-wrap';
export { type SealOptions, type SealStreamOptions } from './seal-options';
export { type SealStream } from './seal-stream';
