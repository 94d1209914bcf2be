import { required } from '../../aws-json/shape';
import { CiphertextSource } from '../cryptography/ciphertext-source';
import { encryptWith, isSymmetric, type Encryption } from '../cryptography/encryption';
import type { Key } from '../keys/key';
import { operation } from '../operation';
import {
  BooleanType, CiphertextType, DryRunModifierList, EncryptionAlgorithmSpec, EncryptionContextType, GrantTokenList, KeyIdType,
} from '../service-model';

/**
 * Takes two permissions: kms:ReEncryptFrom on the source key with the source's context, kms:ReEncryptTo on the destination key with the other.
 *
 * @see AWS KMS API Reference, ReEncrypt
 */
export const reEncrypt = operation({
  CiphertextBlob: CiphertextType,
  SourceEncryptionContext: EncryptionContextType,
  SourceKeyId: KeyIdType,
  DestinationKeyId: required(KeyIdType),
  DestinationEncryptionContext: EncryptionContextType,
  SourceEncryptionAlgorithm: EncryptionAlgorithmSpec,
  DestinationEncryptionAlgorithm: EncryptionAlgorithmSpec,
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
  DryRunModifiers: DryRunModifierList,
}, (request, call) => {
  const { GrantTokens, DryRun, DryRunModifiers, CiphertextBlob } = request;
  const from = {
    KeyId: request.SourceKeyId,
    EncryptionContext: request.SourceEncryptionContext,
    EncryptionAlgorithm: request.SourceEncryptionAlgorithm,
  };
  const to = {
    KeyId: request.DestinationKeyId,
    EncryptionContext: request.DestinationEncryptionContext,
    EncryptionAlgorithm: request.DestinationEncryptionAlgorithm,
  };
  const source = new CiphertextSource(call, 'ReEncryptFrom', { ...from, GrantTokens, DryRun, DryRunModifiers, CiphertextBlob });
  const destination = call.resolve(to.KeyId);
  const ReEncryptOnSameKey = source.key === destination;
  source.authorize({ ReEncryptOnSameKey });
  call.authorize('ReEncryptTo', destination, { ...to, GrantTokens, ReEncryptOnSameKey });
  source.requireFit();
  call.requireFit(destination, to);
  call.endDryRun(request);
  return {
    ...reEncrypted(source, destination, to),
    SourceEncryptionAlgorithm: from.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
    DestinationEncryptionAlgorithm: to.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
  };
});

function reEncrypted(source: CiphertextSource, destination: Key, to: Encryption) {
  const { plaintext, materialId } = source.decrypt();
  const CiphertextBlob = encryptWith(destination, plaintext, to);
  plaintext.fill(0);
  return {
    CiphertextBlob,
    SourceKeyId: source.key.arn,
    KeyId: destination.arn,
    SourceKeyMaterialId: materialId,
    DestinationKeyMaterialId: isSymmetric(to.EncryptionAlgorithm) ? destination.currentMaterial!.id : undefined,
  };
}
