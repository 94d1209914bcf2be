import { accessDeniedToUnknown } from '../callers/authorization';
import type { Caller } from '../callers/caller';
import { KmsException } from '../exceptions';
import type { Key } from './key';
import type { KeyStore } from './key-store';
import { partitionOf } from '../../partition';

/** Whose request it is and what it asks for. */
interface Asking {
  readonly store: KeyStore;
  readonly caller: Caller;
  readonly operation: string;
  readonly now: Date;
}

// The KeyId of these may be an alias; the others want a key ID or a key ARN (API Reference, KeyId of each operation).
const TAKES_ALIAS = new Set([
  'Decapsulate', 'Decrypt', 'DeriveSharedSecret', 'DescribeKey', 'Encapsulate', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext', 'GenerateDataKeyWithoutPlaintext', 'GenerateMac', 'GetPublicKey', 'ReEncrypt', 'Sign', 'Verify', 'VerifyMac',
]);

const KEY_ID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const ARN = /^arn:(?<partition>[\w-]+):kms:(?<region>[\w-]+):(?<account>\d{12}):(?:key\/(?<keyId>.+)|(?<alias>alias\/.+))$/;

/**
 * The key that a KeyId names: a key ID or an alias name of the caller's account and Region, or an ARN of any account in the call's Region.
 *
 * @throws `NotFoundException`; `AccessDeniedException` when it would be another account's, which is told nothing about it
 */
export function resolveKey(asking: Asking, keyId: string): Key {
  const { caller, store } = asking;
  if (KEY_ID.test(keyId)) { return existingKey(asking, store.arn(caller, `key/${keyId}`)); }
  if (keyId.startsWith('alias/')) { return aliasTarget(asking, store.arn(caller, keyId), keyId); }
  if (!keyId.startsWith('arn:')) { throw new KmsException('NotFoundException', `Invalid keyId '${keyId}'`); }
  const parts = ARN.exec(keyId)?.groups;
  if (!parts || parts['partition'] !== partitionOf(caller.region)) { throw new KmsException('InvalidArnException', `Invalid arn ${keyId}`); }
  if (parts['region'] !== caller.region) {
    throw new KmsException('NotFoundException', `Invalid arn ${parts['region']} (LocalKms: the call goes to ${caller.region}.)`);
  }
  if (parts['alias']) { return aliasTarget(asking, keyId, keyId); }
  return existingKey(asking, keyId);
}

function existingKey(asking: Asking, arn: string): Key {
  return asking.store.key(arn, asking.now) ?? notFound(asking, arn, `Key '${arn}' does not exist`);
}

function aliasTarget(asking: Asking, arn: string, given: string): Key {
  if (!TAKES_ALIAS.has(asking.operation)) { throw new KmsException('NotFoundException', `Invalid keyId '${given}'`); }
  const alias = asking.store.alias(arn, asking.now) ?? notFound(asking, arn, `Alias ${arn} is not found.`);
  return existingKey(asking, alias.keyArn);
}

function notFound({ caller, operation }: Asking, arn: string, message: string): never {
  if (arn.split(':')[4] === caller.account) { throw new KmsException('NotFoundException', message); }
  throw accessDeniedToUnknown({ caller, action: operation }, `resource: ${arn}`, 'there is no such resource');
}
