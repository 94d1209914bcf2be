import { required, unsupported } from '../../aws-json/shape';
import { generatePair } from '../cryptography/data-key-pair';
import { operation } from '../operation';
import { BooleanType, DataKeyPairSpec, EncryptionContextType, GrantTokenList, KeyIdType, RecipientInfo } from '../service-model';

/** @see AWS KMS API Reference, GenerateDataKeyPair */
export const generateDataKeyPair = operation({
  EncryptionContext: EncryptionContextType,
  KeyId: required(KeyIdType),
  KeyPairSpec: required(DataKeyPairSpec),
  GrantTokens: GrantTokenList,
  Recipient: unsupported(RecipientInfo, 'LocalKms attests no Nitro Enclaves.'),
  DryRun: BooleanType,
}, (request, call) => {
  const { plaintext, sealed } = generatePair(request, call);
  return { ...sealed, PrivateKeyPlaintext: plaintext };
});
