import { createPublicKey } from 'node:crypto';
import { required } from '../../aws-json/shape';
import { encapsulate as encapsulateTo } from '../cryptography/post-quantum';
import { operation } from '../operation';
import { BooleanType, EncapsulationAlgorithmSpec, GrantTokenList, KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, Encapsulate */
export const encapsulate = operation({
  KeyId: required(KeyIdType),
  EncapsulationAlgorithm: required(EncapsulationAlgorithmSpec),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  const { sharedKey, ciphertext } = encapsulateTo(createPublicKey(key.currentMaterial!.secret));
  return {
    KeyId: key.arn,
    SharedSecret: Uint8Array.from(sharedKey),
    SharedSecretCiphertextBlob: Uint8Array.from(ciphertext),
    EncapsulationAlgorithm: request.EncapsulationAlgorithm,
  };
});
