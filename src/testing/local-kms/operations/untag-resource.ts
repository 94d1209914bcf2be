import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType, TagKeyList } from '../service-model';

/** @see AWS KMS API Reference, UntagResource */
export const untagResource = operation({
  KeyId: required(KeyIdType),
  TagKeys: required(TagKeyList),
}, (request, call) => {
  const key = call.key(request);
  key.tags = new Map([...key.tags].filter(([name]) => !request.TagKeys.includes(name)));
});
