import { required } from '../../aws-json/shape';
import { encryptUnder } from '../ciphertext';
import { operation } from '../operation';
import { BooleanType, EncryptionAlgorithmSpec, EncryptionContextType, GrantTokenList, KeyIdType, PlaintextType } from '../service-model';

/** @see AWS KMS API Reference, Encrypt */
export const encrypt = operation({
  KeyId: required(KeyIdType),
  Plaintext: required(PlaintextType),
  EncryptionContext: EncryptionContextType,
  GrantTokens: GrantTokenList,
  EncryptionAlgorithm: EncryptionAlgorithmSpec,
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  const CiphertextBlob = encryptUnder(key, request.Plaintext, request.EncryptionContext);
  return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: request.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT' };
});
