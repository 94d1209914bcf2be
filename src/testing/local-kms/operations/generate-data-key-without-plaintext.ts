import { required } from '../../aws-json/shape';
import { generate } from '../cryptography/data-key';
import { operation } from '../operation';
import { BooleanType, DataKeySpec, EncryptionContextType, GrantTokenList, KeyIdType, NumberOfBytesType } from '../service-model';

/** @see AWS KMS API Reference, GenerateDataKeyWithoutPlaintext */
export const generateDataKeyWithoutPlaintext = operation({
  KeyId: required(KeyIdType),
  EncryptionContext: EncryptionContextType,
  KeySpec: DataKeySpec,
  NumberOfBytes: NumberOfBytesType,
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const { plaintext, sealed } = generate(request, call);
  plaintext.fill(0);
  return sealed;
});
