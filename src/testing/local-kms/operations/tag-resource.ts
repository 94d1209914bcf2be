import { required } from '../../aws-json/shape';
import { tagMap } from '../keys/tags';
import { operation } from '../operation';
import { KeyIdType, TagList } from '../service-model';

/** @see AWS KMS API Reference, TagResource */
export const tagResource = operation({
  KeyId: required(KeyIdType),
  Tags: required(TagList),
}, (request, call) => {
  const key = call.key(request);
  key.tags = tagMap(request.Tags, key.tags);
});
