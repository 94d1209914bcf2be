import { required } from '../../aws-json/shape';
import { requireMac } from '../cryptography/mac';
import { operation } from '../operation';
import { BooleanType, CiphertextType, GrantTokenList, KeyIdType, MacAlgorithmSpec, PlaintextType } from '../service-model';

/** Never answers that a MAC is invalid: then it throws. @see AWS KMS API Reference, VerifyMac */
export const verifyMac = operation({
  Message: required(PlaintextType),
  KeyId: required(KeyIdType),
  MacAlgorithm: required(MacAlgorithmSpec),
  Mac: required(CiphertextType),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  requireMac(key.currentMaterial!.secret, request, request.Mac);
  return { KeyId: key.arn, MacValid: true, MacAlgorithm: request.MacAlgorithm };
});
