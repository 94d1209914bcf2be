import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { operation } from '../operation';
import { KeyIdType, PolicyNameType } from '../service-model';

/** @see AWS KMS API Reference, GetKeyPolicy */
export const getKeyPolicy = operation({
  KeyId: required(KeyIdType),
  PolicyName: PolicyNameType,
}, (request, call) => {
  const key = call.key(request);
  const { PolicyName = 'default' } = request;
  // AWS RAM writes the other one, AWS_RAM, on keys that it shares; here it shares none.
  if (PolicyName !== 'default') { throw new KmsException('NotFoundException', 'No such policy exists'); }
  return { Policy: key.policy.text, PolicyName };
});
