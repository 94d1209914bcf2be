import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

/** Leaves the key disabled. @see AWS KMS API Reference, CancelKeyDeletion */
export const cancelKeyDeletion = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  const key = call.key(request);
  key.cancelDeletion();
  return { KeyId: key.arn };
});
