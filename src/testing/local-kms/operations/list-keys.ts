import { operation } from '../operation';
import { page } from '../pagination';
import { LimitType, MarkerType, ResourceOwnersList } from '../service-model';

/** Only the caller's own keys: nothing is shared through AWS RAM here. @see AWS KMS API Reference, ListKeys */
export const listKeys = operation({
  Limit: LimitType,
  Marker: MarkerType,
  ResourceOwners: ResourceOwnersList,
}, (request, call) => {
  call.authorizeByIdentity('ListKeys', {});
  const own = request.ResourceOwners?.includes('SELF') ?? true;
  const keys = own ? call.store.keysOf(call.caller, call.now) : [];
  const { items, end } = page(keys, ({ id }) => id, request, 100);
  return { Keys: items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...end };
});
