import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { parseKeyPolicy } from '../keys/key-policy';
import { operation } from '../operation';
import { BooleanType, KeyIdType, PolicyNameType, PolicyType } from '../service-model';

/** @see AWS KMS API Reference, PutKeyPolicy */
export const putKeyPolicy = operation({
  KeyId: required(KeyIdType),
  PolicyName: PolicyNameType,
  Policy: required(PolicyType),
  BypassPolicyLockoutSafetyCheck: BooleanType,
}, (request, call) => {
  const key = call.key(request);
  if (request.PolicyName === 'AWS_RAM') { throw new KmsException('ValidationException', 'The AWS_RAM policy can only be managed by the RAM service.'); }
  if (request.PolicyName && request.PolicyName !== 'default') { throw new KmsException('NotFoundException', 'No such policy exists'); }
  const policy = parseKeyPolicy(request.Policy, key.region);
  call.requireGoodPolicy(key, policy.document, request);
  key.policy = policy;
});
