import { required } from '../../aws-json/shape';
import { encryptWith } from '../cryptography/encryption';
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
  const CiphertextBlob = encryptWith(key, request.Plaintext, request);
  return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: request.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT' };
});
