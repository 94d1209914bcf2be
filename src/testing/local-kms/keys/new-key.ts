import type { Call } from '../call';
import type { Key, OwnProperties } from './key';
import { defaultKeyPolicy, parseKeyPolicy } from './key-policy';
import { tagMap, type Tag } from './tags';

/** What CreateKey and ReplicateKey say alike of a key that is to be. */
interface NewKeyRequest {
  readonly Policy?: string | undefined;
  readonly Description?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined;
}

/** What the request says, or AWS KMS's defaults. */
export function ownProperties({ Policy, Description = '', Tags }: NewKeyRequest, { caller: { account, region }, now }: Call): OwnProperties {
  const policy = Policy === undefined ? defaultKeyPolicy(region, account) : parseKeyPolicy(Policy, region);
  return { region, policy, description: Description, tags: tagMap(Tags), creationDate: now };
}

/** Adds a key, if the caller may make it, with these tags and this key policy, in the Region of the call. */
export function addKey(key: Key, request: NewKeyRequest, call: Call): void {
  call.authorizeByIdentity('CreateKey', request, undefined, key);
  if (key.tags.size > 0) { call.authorizeByIdentity('TagResource', request, key.arn, key); }
  call.requireGoodPolicy(key, key.policy.document, request);
  call.store.add(key);
}
