import { required } from '../../aws-json/shape';
import { operation } from '../operation';
import { KeyIdType } from '../service-model';

/**
 * The last successful cryptographic operation; known at once, where AWS KMS may take an hour. There is no trail, and so no CloudTrailEventId.
 *
 * @see AWS KMS API Reference, GetKeyLastUsage
 */
export const getKeyLastUsage = operation({ KeyId: required(KeyIdType) }, (request, call) => {
  const { id, lastUsage, creationDate } = call.key(request);
  return {
    KeyId: id,
    KeyLastUsage: lastUsage ? { Operation: lastUsage.operation, Timestamp: new Date(lastUsage.date), KmsRequestId: lastUsage.requestId } : {},
    TrackingStartDate: new Date(creationDate),
    KeyCreationDate: new Date(creationDate),
  };
});
