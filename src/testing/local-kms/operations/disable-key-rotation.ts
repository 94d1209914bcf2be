import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, DisableKeyRotation */
export const disableKeyRotation = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  call.key(request).materials.schedule = undefined;
});
