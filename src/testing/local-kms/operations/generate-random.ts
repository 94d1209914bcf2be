import { unsupported } from '../../aws-json/shape';
import { randomBytes } from '../cryptography/random-bytes';
import { NO_CUSTOM_KEY_STORES } from '../custom-key-stores';
import { KmsException } from '../exceptions';
import { operation } from '../operation';
import { CustomKeyStoreIdType, NumberOfBytesType, RecipientInfo } from '../service-model';

/** Names no key: identity policies decide alone. @see AWS KMS API Reference, GenerateRandom */
export const generateRandom = operation({
  NumberOfBytes: NumberOfBytesType,
  CustomKeyStoreId: unsupported(CustomKeyStoreIdType, NO_CUSTOM_KEY_STORES),
  Recipient: unsupported(RecipientInfo, 'LocalKms attests no Nitro Enclaves.'),
}, ({ NumberOfBytes }, call) => {
  if (NumberOfBytes === undefined) { throw new KmsException('ValidationException', 'NumberOfBytes is required.'); }
  call.authorizeByIdentity('GenerateRandom', {});
  return { Plaintext: randomBytes(NumberOfBytes) };
});
