import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { replicasOf } from '../imports/key-import';
import type { Key } from '../keys/key';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

const MAX_ROTATIONS = 25; // AWS KMS Developer Guide, Resource quotas: on-demand rotations of a key in its whole life
const NEAR_AUTOMATIC_ROTATION_MS = 20 * 60_000;

/** Rotates at once, so that no rotation is ever in progress; the automatic schedule stays. @see AWS KMS API Reference, RotateKeyOnDemand */
export const rotateKeyOnDemand = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  const key = call.key(request);
  requireRotatable(key, call.now);
  new Set([key, ...replicasOf(key)].map(({ materials }) => materials)).forEach((materials) => materials.rotateOnDemand(call.now));
  return { KeyId: key.id };
});

function requireRotatable(key: Key, now: Date): void {
  const { arn, origin, materials: { history, schedule } } = key;
  if (origin === 'EXTERNAL' && ![key, ...replicasOf(key)].every(({ materials }) => materials.pending?.secret)) {
    throw new KmsException('KMSInvalidStateException', `No available key material pending rotation for the key: ${arn}.`);
  }
  if (history.filter(({ rotation }) => rotation?.type === 'ON_DEMAND').length >= MAX_ROTATIONS) {
    throw new KmsException('LimitExceededException', `A key may be rotated on demand ${MAX_ROTATIONS} times.`);
  }
  if (schedule && schedule.nextDate.getTime() - now.getTime() <= NEAR_AUTOMATIC_ROTATION_MS) {
    throw new KmsException('ConflictException', `The next automatic rotation of ${arn} is less than 20 minutes away.`);
  }
}
