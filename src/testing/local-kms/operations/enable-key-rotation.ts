import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType, RotationPeriodInDaysType } from '../service-model';

const DEFAULT_PERIOD_DAYS = 365;

/** A second call changes the period; the first rotation comes one period after this one. @see AWS KMS API Reference, EnableKeyRotation */
export const enableKeyRotation = operation({
  KeyId: required(KeyIdType),
  RotationPeriodInDays: RotationPeriodInDaysType,
}, (request, call) => {
  call.key(request).materials.scheduleRotation(request.RotationPeriodInDays ?? DEFAULT_PERIOD_DAYS, call.now);
});
