export { LocalKms } from './local-kms/local-kms';
export type { ListenOptions, LocalKmsOptions } from './local-kms/local-kms';
export type { CallOptions, Principal } from './local-kms/caller';
export type { KmsClient } from './local-kms/kms-client';
export type { Listening } from './local-kms/http-server';
export { KmsException } from './local-kms/exceptions';
export type { ExceptionName } from './local-kms/exceptions';
