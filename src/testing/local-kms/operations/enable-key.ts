import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, EnableKey */
export const enableKey = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  call.key(request).enable(call.now);
});
