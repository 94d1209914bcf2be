import { createPublicKey } from 'node:crypto';
import { required } from '../../aws-json/shape';
import { specAndAlgorithms } from '../keys/key-metadata';
import { operation } from '../operation';
import { GrantTokenList, KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, GetPublicKey */
export const getPublicKey = operation({
  KeyId: required(KeyIdType),
  GrantTokens: GrantTokenList,
}, (request, call) => {
  const key = call.key(request);
  return {
    KeyId: key.arn,
    PublicKey: Uint8Array.from(createPublicKey(key.currentMaterial!.secret).export({ type: 'spki', format: 'der' })),
    KeyUsage: key.usage,
    ...specAndAlgorithms(key),
  };
});
