import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

/** While a key waits for its deletion its rotation reads false, and nothing more. @see AWS KMS API Reference, GetKeyRotationStatus */
export const getKeyRotationStatus = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  const { arn, deletion, materials: { schedule } } = call.key(request);
  if (!schedule || deletion) { return { KeyRotationEnabled: false, KeyId: arn }; }
  return {
    KeyRotationEnabled: true,
    KeyId: arn,
    RotationPeriodInDays: schedule.periodInDays,
    NextRotationDate: new Date(schedule.nextDate),
  };
});
