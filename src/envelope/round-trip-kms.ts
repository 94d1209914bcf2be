import type { KmsKeyClient } from './engine/kms-key';

type Context = Record<string, string>;

/** What a proof needs of AWS KMS, shaped like the aggregated `KMS` client of `@aws-sdk/client-kms`. */
export interface RoundTripKms extends KmsKeyClient {
  describeKey(request: { KeyId: string }): Promise<{ KeyMetadata?: { KeyState?: string; KeySpec?: string; KeyUsage?: string } }>;
  decrypt(request: { KeyId: string; CiphertextBlob: Uint8Array; EncryptionContext: Context }):
  Promise<{ Plaintext?: Uint8Array; KeyId?: string; KeyMaterialId?: string }>;
  generateDataKey(request: { KeyId: string; NumberOfBytes: number; EncryptionContext: Context }):
  Promise<{ Plaintext?: Uint8Array; CiphertextBlob?: Uint8Array; KeyId?: string }>;
  generateDataKeyWithoutPlaintext(request: { KeyId: string; NumberOfBytes: number; EncryptionContext: Context }):
  Promise<{ CiphertextBlob?: Uint8Array }>;
}

/** The operations, and what IAM must allow for each. */
export const OPERATIONS: Record<keyof RoundTripKms, string> = {
  describeKey: 'kms:DescribeKey',
  encrypt: 'kms:Encrypt',
  decrypt: 'kms:Decrypt',
  generateDataKey: 'kms:GenerateDataKey',
  generateDataKeyWithoutPlaintext: 'kms:GenerateDataKeyWithoutPlaintext',
  reEncrypt: 'kms:ReEncryptFrom and kms:ReEncryptTo',
};
