// The envelope engine, usable without the AWS CDK: `cdk-customer-managed-keys/envelope`.

export { type DataKey, type DataKeys, type EncryptedDataKey } from './data-keys';
export { type ContextMatch, type EncryptionContext } from './encryption-context';
export { Envelope, type OpenedMessage, type OpenOptions, type SealOptions } from './envelope';
export * from './errors';
export { type DataKeyClient, KmsDataKeys, type KmsDataKeysProps } from './kms-data-keys';
export { type MessageLimits } from './limits';
