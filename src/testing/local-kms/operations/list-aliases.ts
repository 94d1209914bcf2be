import { operation } from '../operation';
import { page } from '../pagination';
import { KeyIdType, LimitType, MarkerType } from '../service-model';

/** The aliases of the caller's account, without those that AWS makes for its services. @see AWS KMS API Reference, ListAliases */
export const listAliases = operation({
  KeyId: KeyIdType,
  Limit: LimitType,
  Marker: MarkerType,
}, (request, call) => {
  call.authorizeByIdentity('ListAliases', {});
  const key = request.KeyId === undefined ? undefined : call.resolve(request.KeyId);
  if (key) { call.requireReach('ListAliases', key); }
  const aliases = key ? call.store.aliasesOfKey(key) : call.store.aliasesOf(call.caller, call.now);
  const { items, end } = page(aliases, ({ name }) => name, request, 50);
  const Aliases = items.map(({ name, arn, keyArn, creationDate, lastUpdatedDate }) => ({
    AliasName: name,
    AliasArn: arn,
    TargetKeyId: keyArn.slice(keyArn.indexOf(':key/') + ':key/'.length),
    CreationDate: new Date(creationDate),
    LastUpdatedDate: new Date(lastUpdatedDate),
  }));
  return { Aliases, ...end };
});
