import { KEY_USAGES } from '../../../policy/key-specs';
import { unsupported, type Input } from '../../aws-json/shape';
import { NO_CUSTOM_KEY_STORES } from '../custom-key-stores';
import { KmsException } from '../exceptions';
import { Key } from '../keys/key';
import { metadataOf } from '../keys/key-metadata';
import { canMake, requireInRegion, type KeyKind } from '../keys/key-spec';
import { addKey, ownProperties } from '../keys/new-key';
import { operation } from '../operation';
import {
  BooleanType, CustomerMasterKeySpec, CustomKeyStoreIdType, DescriptionType, KeySpec, KeyUsageType, OriginType, PolicyType, TagList, XksKeyIdType,
} from '../service-model';

const members = {
  Policy: PolicyType,
  Description: DescriptionType,
  KeyUsage: KeyUsageType,
  CustomerMasterKeySpec,
  KeySpec,
  Origin: OriginType,
  CustomKeyStoreId: unsupported(CustomKeyStoreIdType, NO_CUSTOM_KEY_STORES),
  BypassPolicyLockoutSafetyCheck: BooleanType,
  Tags: TagList,
  MultiRegion: BooleanType,
  XksKeyId: unsupported(XksKeyIdType, NO_CUSTOM_KEY_STORES),
} as const;

type Request = Input<typeof members>;

/**
 * Makes keys with key material, or with `Origin: EXTERNAL` waiting for its import.
 *
 * @see AWS KMS API Reference, CreateKey
 */
export const createKey = operation(members, (request, call) => {
  const kind = kindOf(request, call.caller.region);
  requireKeyStore(request);
  const key = Key.create({
    ...ownProperties(request, call),
    account: call.caller.account,
    kind,
    origin: request.Origin === 'EXTERNAL' ? 'EXTERNAL' : 'AWS_KMS',
    multiRegion: request.MultiRegion ?? false,
  });
  addKey(key, request, call);
  return { KeyMetadata: metadataOf(key) };
});

/** The spec and usage that a request asks for. */
function kindOf({ KeyUsage, ...request }: Request, region: string): KeyKind {
  if (request.KeySpec !== undefined && request.CustomerMasterKeySpec !== undefined) {
    throw new KmsException('ValidationException',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.');
  }
  const spec = request.KeySpec ?? request.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (KeyUsage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    throw new KmsException('ValidationException', 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.');
  }
  const usage = KeyUsage ?? 'ENCRYPT_DECRYPT';
  if (!KEY_USAGES[spec]?.includes(usage)) { throw new KmsException('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec}`); }
  requireInRegion(spec, region);
  const kind = { spec, usage };
  if (!canMake(kind)) { throw new KmsException('UnsupportedOperationException', `LocalKms makes no ${spec} keys for ${usage}.`); }
  return kind;
}

function requireKeyStore({ Origin }: Request): void {
  if (Origin === 'AWS_CLOUDHSM' || Origin === 'EXTERNAL_KEY_STORE') { throw new KmsException('UnsupportedOperationException', NO_CUSTOM_KEY_STORES); }
}
