import { isDeepStrictEqual } from 'node:util';
import { DesiredResource, PhysicalResource } from './physical-resource';
import { ResourceType, World } from './resource-type';

/** AWS CloudFormation Template Reference, AWS Key Management Service. */
export const KMS_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::KMS::Key': {
    simulates: ({ definition: { Properties: properties = {} } }) =>
      isAbsentOr(properties['KeySpec'], 'SYMMETRIC_DEFAULT') && isAbsentOr(properties['Origin'], 'AWS_KMS') && !isTrue(properties['MultiRegion']),
    refuses: ({ properties: desired }, { properties: existing }) => {
      const name = IMMUTABLE.find((property) => desired[property] !== existing[property]);
      return name && `'${name}' of a key cannot change. Make a new key, with a new logical ID, and keep the old one.`;
    },
    create: createKey,
    update: updateKey,
    delete: async (existing, world) => {
      const pendingWindow = Number(existing.properties['PendingWindowInDays'] ?? 30);
      await clientFor(existing, world).scheduleKeyDeletion({ KeyId: existing.physicalId, PendingWindowInDays: pendingWindow });
    },
  },
  'AWS::KMS::Alias': {
    create: async (desired, world) => {
      const { AliasName: alias, TargetKeyId: key } = desired.properties;
      await clientFor(desired, world).createAlias({ AliasName: alias, TargetKeyId: key });
      return { ...desired, physicalId: alias, attributes: {} };
    },
    update: async (desired, existing, world) => {
      const { AliasName: alias, TargetKeyId: key } = desired.properties;
      if (alias !== existing.physicalId) return KMS_TYPES['AWS::KMS::Alias']!.create(desired, world);
      await clientFor(desired, world).updateAlias({ AliasName: alias, TargetKeyId: key });
      return { ...desired, physicalId: alias, attributes: {} };
    },
    delete: async (existing, world) => {
      await clientFor(existing, world).deleteAlias({ AliasName: existing.physicalId });
    },
  },
};

/** CloudFormation refuses an update that changes one of these; it never replaces a key. */
const IMMUTABLE = ['KeyUsage', 'KeySpec', 'Origin', 'MultiRegion'];

async function createKey(desired: DesiredResource, world: World): Promise<PhysicalResource> {
  const { properties } = desired;
  const { KeyMetadata: metadata } = await clientFor(desired, world).createKey({
    Policy: policyText(properties),
    Description: properties['Description'],
    KeyUsage: properties['KeyUsage'],
    BypassPolicyLockoutSafetyCheck: isTrue(properties['BypassPolicyLockoutSafetyCheck']),
    Tags: tagsOf(properties),
  });
  const key: PhysicalResource = { ...desired, physicalId: metadata!.KeyId!, attributes: { Arn: metadata!.Arn!, KeyId: metadata!.KeyId! } };
  if (isTrue(properties['EnableKeyRotation'])) await setRotation(key, world);
  if (isFalse(properties['Enabled'])) await clientFor(key, world).disableKey({ KeyId: key.physicalId });
  return key;
}

async function updateKey(desired: DesiredResource, existing: PhysicalResource, world: World): Promise<PhysicalResource> {
  const changed = (name: string) => !isDeepStrictEqual(desired.properties[name], existing.properties[name]);
  const key = { ...existing, ...desired };
  const client = clientFor(key, world);
  const KeyId = key.physicalId;
  if (changed('Enabled') && !isFalse(key.properties['Enabled'])) await client.enableKey({ KeyId });
  if (changed('KeyPolicy')) await client.putKeyPolicy({ KeyId, Policy: policyText(key.properties)!, PolicyName: 'default' });
  if (changed('Description')) await client.updateKeyDescription({ KeyId, Description: key.properties['Description'] ?? '' });
  if (changed('Tags')) await setTags(key, existing, world);
  if (changed('EnableKeyRotation') || changed('RotationPeriodInDays')) await setRotation(key, world);
  if (changed('Enabled') && isFalse(key.properties['Enabled'])) await client.disableKey({ KeyId });
  return key;
}

async function setRotation(key: PhysicalResource, world: World): Promise<void> {
  const client = clientFor(key, world);
  const { EnableKeyRotation: enabled, RotationPeriodInDays: days } = key.properties;
  if (isTrue(enabled)) await client.enableKeyRotation({ KeyId: key.physicalId, RotationPeriodInDays: days && Number(days) });
  else await client.disableKeyRotation({ KeyId: key.physicalId });
}

async function setTags(key: PhysicalResource, { properties: before }: PhysicalResource, world: World): Promise<void> {
  const client = clientFor(key, world);
  const wanted = tagsOf(key.properties);
  const dropped = tagsOf(before).map(({ TagKey }) => TagKey).filter((name) => !wanted.some(({ TagKey }) => TagKey === name));
  if (dropped.length > 0) await client.untagResource({ KeyId: key.physicalId, TagKeys: dropped });
  if (wanted.length > 0) await client.tagResource({ KeyId: key.physicalId, Tags: wanted });
}

/** AWS KMS as CloudFormation calls it: the lock-out check asks whether this very role keeps the key's policy. */
function clientFor({ stack }: DesiredResource, { kms, principals }: World) {
  return kms.as(principals.administrator(stack.executionRoleArn), { region: stack.region });
}

interface Tag { readonly Key: string; readonly Value: string }

function tagsOf(properties: DesiredResource['properties']) {
  return (properties['Tags'] ?? []).map(({ Key, Value }: Tag) => ({ TagKey: Key, TagValue: Value })) as Array<{ TagKey: string; TagValue: string }>;
}

function policyText(properties: DesiredResource['properties']): string | undefined {
  const policy = properties['KeyPolicy'];
  return policy === undefined || typeof policy === 'string' ? policy : JSON.stringify(policy);
}

function isAbsentOr(value: unknown, expected: string): boolean {
  return value === undefined || value === expected;
}

function isTrue(value: unknown): boolean {
  return String(value) === 'true';
}

function isFalse(value: unknown): boolean {
  return String(value) === 'false';
}
