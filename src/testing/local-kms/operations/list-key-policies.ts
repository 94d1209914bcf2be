import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { page } from '../pagination';
import { KeyIdType, LimitType, MarkerType } from '../service-model';

/** A key has one policy, `default`: the other that AWS KMS knows is of keys that AWS RAM shares. @see AWS KMS API Reference, ListKeyPolicies */
export const listKeyPolicies = operation({
  KeyId: required(KeyIdType),
  Limit: LimitType,
  Marker: MarkerType,
}, (request, call) => {
  call.key(request);
  const { items, end } = page(['default'], (name) => name, request, 100);
  return { PolicyNames: items, ...end };
});
