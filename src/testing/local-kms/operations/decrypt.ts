import { unsupported } from '../../aws-json/shape';
import { CiphertextSource } from '../cryptography/ciphertext-source';
import { operation } from '../operation';
import {
  BooleanType, CiphertextType, DryRunModifierList, EncryptionAlgorithmSpec, EncryptionContextType, GrantTokenList, KeyIdType, RecipientInfo,
} from '../service-model';

/** @see AWS KMS API Reference, Decrypt */
export const decrypt = operation({
  CiphertextBlob: CiphertextType,
  EncryptionContext: EncryptionContextType,
  GrantTokens: GrantTokenList,
  KeyId: KeyIdType,
  EncryptionAlgorithm: EncryptionAlgorithmSpec,
  Recipient: unsupported(RecipientInfo, 'LocalKms attests no Nitro Enclaves.'),
  DryRun: BooleanType,
  DryRunModifiers: DryRunModifierList,
}, (request, call) => {
  const source = new CiphertextSource(call, 'Decrypt', request);
  source.authorize();
  source.requireFit();
  call.endDryRun(request);
  const { plaintext, materialId } = source.decrypt();
  return { KeyId: source.key.arn, Plaintext: plaintext, EncryptionAlgorithm: request.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT', KeyMaterialId: materialId };
});
