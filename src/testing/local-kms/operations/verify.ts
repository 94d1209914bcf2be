import { required } from '../../aws-json/shape';
import { requireSignature } from '../cryptography/signature';
import { operation } from '../operation';
import { BooleanType, CiphertextType, GrantTokenList, KeyIdType, MessageType, PlaintextType, SigningAlgorithmSpec } from '../service-model';

/** Never answers that a signature is invalid: then it throws. @see AWS KMS API Reference, Verify */
export const verify = operation({
  KeyId: required(KeyIdType),
  Message: required(PlaintextType),
  MessageType,
  Signature: required(CiphertextType),
  SigningAlgorithm: required(SigningAlgorithmSpec),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  requireSignature(key.currentMaterial!.secret, request, request.Signature);
  return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: request.SigningAlgorithm };
});
