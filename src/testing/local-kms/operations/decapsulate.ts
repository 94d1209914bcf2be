import { required } from '../../aws-json/shape';
import { invalidCiphertext } from '../cryptography/ciphertext';
import { decapsulate as decapsulateWith } from '../cryptography/post-quantum';
import type { Key } from '../keys/key';
import { operation } from '../operation';
import { BooleanType, CiphertextType, EncapsulationAlgorithmSpec, GrantTokenList, KeyIdType } from '../service-model';

/** Answers what another key encapsulated with another secret, and no error: implicit rejection. @see AWS KMS API Reference, Decapsulate */
export const decapsulate = operation({
  KeyId: required(KeyIdType),
  SharedSecretCiphertextBlob: required(CiphertextType),
  EncapsulationAlgorithm: required(EncapsulationAlgorithmSpec),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  const SharedSecret = sharedSecret(key, request.SharedSecretCiphertextBlob);
  return { KeyId: key.arn, SharedSecret, EncapsulationAlgorithm: request.EncapsulationAlgorithm };
});

function sharedSecret(key: Key, ciphertext: Uint8Array): Uint8Array {
  try {
    return Uint8Array.from(decapsulateWith(key.currentMaterial!.secret, ciphertext));
  } catch {
    throw invalidCiphertext(); // its length is not that of the spec
  }
}
