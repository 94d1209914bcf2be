import { required } from '../../aws-json/shape';
import { macOf } from '../cryptography/mac';
import { operation } from '../operation';
import { BooleanType, GrantTokenList, KeyIdType, MacAlgorithmSpec, PlaintextType } from '../service-model';

/** @see AWS KMS API Reference, GenerateMac */
export const generateMac = operation({
  Message: required(PlaintextType),
  KeyId: required(KeyIdType),
  MacAlgorithm: required(MacAlgorithmSpec),
  GrantTokens: GrantTokenList,
  DryRun: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  const Mac = macOf(key.currentMaterial!.secret, request);
  return { Mac, MacAlgorithm: request.MacAlgorithm, KeyId: key.arn };
});
