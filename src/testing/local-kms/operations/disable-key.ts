import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, DisableKey */
export const disableKey = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  call.key(request).enabled = false;
});
