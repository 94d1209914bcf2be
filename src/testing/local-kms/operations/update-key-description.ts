import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { DescriptionType, KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, UpdateKeyDescription */
export const updateKeyDescription = operation({
  KeyId: required(KeyIdType),
  Description: required(DescriptionType),
}, (request, call) => {
  call.key(request).description = request.Description;
});
