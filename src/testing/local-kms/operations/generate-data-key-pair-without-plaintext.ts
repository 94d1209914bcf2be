import { required } from '../../aws-json/shape';
import { generatePair } from '../cryptography/data-key-pair';
import { operation } from '../operation';
import { BooleanType, DataKeyPairSpec, EncryptionContextType, GrantTokenList, KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, GenerateDataKeyPairWithoutPlaintext */
export const generateDataKeyPairWithoutPlaintext = operation({
  EncryptionContext: EncryptionContextType,
  KeyId: required(KeyIdType),
  KeyPairSpec: required(DataKeyPairSpec),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const { plaintext, sealed } = generatePair(request, call);
  plaintext.fill(0);
  return sealed;
});
