import { required } from '../../aws-json/shape';
import { signatureOf } from '../cryptography/signature';
import { operation } from '../operation';
import { BooleanType, GrantTokenList, KeyIdType, MessageType, PlaintextType, SigningAlgorithmSpec } from '../service-model';

/** @see AWS KMS API Reference, Sign */
export const sign = operation({
  KeyId: required(KeyIdType),
  Message: required(PlaintextType),
  MessageType,
  GrantTokens: GrantTokenList,
  SigningAlgorithm: required(SigningAlgorithmSpec),
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  const Signature = signatureOf(key.currentMaterial!.secret, request);
  return { KeyId: key.arn, Signature, SigningAlgorithm: request.SigningAlgorithm };
});
