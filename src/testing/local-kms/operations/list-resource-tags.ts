import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { page } from '../pagination';
import { KeyIdType, LimitType, MarkerType } from '../service-model';

/** @see AWS KMS API Reference, ListResourceTags */
export const listResourceTags = operation({
  KeyId: required(KeyIdType),
  Limit: LimitType,
  Marker: MarkerType,
}, (request, call) => {
  const { items, end } = page([...call.key(request).tags], ([name]) => name, request, 50);
  return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...end };
});
