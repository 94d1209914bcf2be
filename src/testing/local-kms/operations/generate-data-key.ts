import { required, unsupported } from '../../aws-json/shape';
import { generate } from '../cryptography/data-key';
import { operation } from '../operation';
import { BooleanType, DataKeySpec, EncryptionContextType, GrantTokenList, KeyIdType, NumberOfBytesType, RecipientInfo } from '../service-model';

/** @see AWS KMS API Reference, GenerateDataKey */
export const generateDataKey = operation({
  KeyId: required(KeyIdType),
  EncryptionContext: EncryptionContextType,
  NumberOfBytes: NumberOfBytesType,
  KeySpec: DataKeySpec,
  GrantTokens: GrantTokenList,
  Recipient: unsupported(RecipientInfo, 'LocalKms attests no Nitro Enclaves.'),
  DryRun: BooleanType,
}, (request, call) => {
  const { plaintext, sealed } = generate(request, call);
  return { ...sealed, Plaintext: plaintext };
});
