import { CachedDataKeys, DataKeyClient, DataKeys, KmsDataKeys, MultiDataKeys, RawAesDataKeys } from '../src/envelope/engine';

/** A key of AWS KMS and its client. */
export interface ReachableKey {
  readonly kms: DataKeyClient;
  readonly keyArn: string;
}

/** Data keys that a key of AWS KMS, one of another Region or account, and an escrow key outside of AWS open, each by itself. */
export function dataKeysOfSeveral(own: ReachableKey, other: ReachableKey, wrappingKey: Uint8Array): DataKeys {
  const { kms, keyArn } = own;
  const { kms: otherKms, keyArn: otherKeyArn } = other;
  // README: several
  const dataKeys = new CachedDataKeys({
    dataKeys: new MultiDataKeys({
      generator: new KmsDataKeys({ client: kms, keyId: keyArn }),
      others: [
        new KmsDataKeys({ client: otherKms, keyId: otherKeyArn }),
        new RawAesDataKeys({ keyNamespace: 'escrow', keyName: '2026', wrappingKey }),
      ],
    }),
  });
  // README: end
  return dataKeys;
}
