import { PENDING_WINDOW_DAYS } from '../../../policy/limits';
import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { operation } from '../operation';
import { KeyIdType, PendingWindowInDaysType } from '../service-model';

/** Names no date for a primary key that has replicas: its waiting period begins when the last of them is gone. @see AWS KMS API Reference, ScheduleKeyDeletion */
export const scheduleKeyDeletion = operation({
  KeyId: required(KeyIdType),
  PendingWindowInDays: PendingWindowInDaysType,
}, (request, call) => {
  const { min, max } = PENDING_WINDOW_DAYS;
  const windowInDays = request.PendingWindowInDays ?? max;
  if (windowInDays < min || windowInDays > max) {
    throw new KmsException('ValidationException', `PendingWindowInDays must be between ${min} and ${max} (inclusive).`);
  }
  const key = call.key(request);
  key.scheduleDeletion(windowInDays, call.now);
  const { date } = key.deletion!;
  return { KeyId: key.arn, ...(date && { DeletionDate: new Date(date) }), KeyState: key.state, PendingWindowInDays: windowInDays };
});
