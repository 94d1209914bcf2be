import { isDeepStrictEqual } from 'node:util';
import { resolve } from './intrinsics';
import { DesiredResource, PhysicalResource } from './physical-resource';
import { references } from './references';
import { ResourceFailure, ResourceType, World } from './resource-type';
import { Resource } from './stack';
import { KEY_USAGES } from '../../policy/key-specs';
import { defaultKeyPolicy } from '../local-kms/keys/key-policy';
import { canMake } from '../local-kms/keys/key-spec';

/** AWS CloudFormation Template Reference, AWS Key Management Service. */
export const KMS_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::KMS::Key': {
    simulates: isSimulatedKey,
    refuses: ({ properties: desired }, { properties: existing }) => {
      const name = Object.keys(IMMUTABLE).find((property) => fixed(desired, property) !== fixed(existing, property));
      return name && `'${name}' of a key cannot change. Make a new key, with a new logical ID, and keep the old one.`;
    },
    create: createKey,
    update: updateKey,
    delete: deleteKey,
  },
  'AWS::KMS::ReplicaKey': {
    simulates: isSimulatedKey,
    create: createReplica,
    update: async (desired, existing, world) => {
      const isReplacement = desired.properties['PrimaryKeyArn'] !== existing.properties['PrimaryKeyArn'];
      return isReplacement ? createReplica(desired, world) : updateKey(desired, existing, world);
    },
    delete: deleteKey,
  },
  'AWS::KMS::Alias': {
    simulates: ({ definition, stack }) => [...references(definition.Properties?.['TargetKeyId'], stack)].some(isSimulatedKey),
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
    delete: (existing, world) => unlessGone(() => clientFor(existing, world).deleteAlias({ AliasName: existing.physicalId })),
  },
};

/** CloudFormation refuses an update that changes one of these, which stand here with their defaults; it never replaces a key. */
const IMMUTABLE = { KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT', Origin: 'AWS_KMS', MultiRegion: 'false' } as const;

function fixed(properties: DesiredResource['properties'], name: string): string {
  return String(properties[name] ?? IMMUTABLE[name as keyof typeof IMMUTABLE]);
}

/**
 * The keys that the local AWS KMS makes, replicas of what is made here, and those that it refuses as AWS KMS does: of a spec that has no
 * such usage.
 */
function isSimulatedKey(resource: Resource): boolean {
  const { type, definition: { Properties: properties = {} }, stack } = resource;
  if (type === 'AWS::KMS::ReplicaKey') return hasPrimary(resource);
  if (type !== 'AWS::KMS::Key') return false;
  const [spec, usage] = (['KeySpec', 'KeyUsage'] as const).map((name) => String(resolve(properties[name], stack) ?? IMMUTABLE[name])) as [string, string];
  return canMake({ spec, usage }) || KEY_USAGES[spec]?.includes(usage) === false;
}

/** Whether the primary key is known here: as a key of the app, through a resource that brings it from another Region, or as one that exists. */
function hasPrimary({ definition, stack }: Resource): boolean {
  const primary = definition.Properties?.['PrimaryKeyArn'];
  const makers = [...references(primary, stack)];
  return makers.length === 0 ? stack.knows(resolve(primary, stack)) : makers.some((maker) => stack.simulates(maker));
}

async function createKey(desired: DesiredResource, world: World): Promise<PhysicalResource> {
  const { properties } = desired;
  const { KeyMetadata: { Arn, KeyId } } = await clientFor(desired, world).createKey({
    Policy: policyText(properties),
    Description: properties['Description'],
    KeySpec: properties['KeySpec'],
    KeyUsage: properties['KeyUsage'],
    Origin: properties['Origin'],
    MultiRegion: isTrue(properties['MultiRegion']),
    BypassPolicyLockoutSafetyCheck: isTrue(properties['BypassPolicyLockoutSafetyCheck']),
    Tags: tagsOf(properties),
  });
  return completed({ ...desired, physicalId: KeyId, attributes: { Arn, KeyId } }, world);
}

/** The replica is of the stack's Region; AWS KMS makes it where the primary key is. */
async function createReplica(desired: DesiredResource, world: World): Promise<PhysicalResource> {
  const { properties, stack } = desired;
  const primary = String(properties['PrimaryKeyArn']);
  const { ReplicaKeyMetadata: { Arn, KeyId } } = await clientFor(desired, world, primary.split(':')[3]).replicateKey({
    KeyId: primary,
    ReplicaRegion: stack.region,
    Policy: policyText(properties),
    Description: properties['Description'],
    Tags: tagsOf(properties),
  });
  return completed({ ...desired, physicalId: KeyId, attributes: { Arn, KeyId } }, world);
}

/** What no creation takes as a parameter. */
async function completed(key: PhysicalResource, world: World): Promise<PhysicalResource> {
  try {
    if (isTrue(key.properties['EnableKeyRotation'])) await setRotation(key, world);
    if (isFalse(key.properties['Enabled'])) await clientFor(key, world).disableKey({ KeyId: key.physicalId });
    return key;
  } catch (error) {
    throw new ResourceFailure((error as Error).message, { remains: key });
  }
}

async function deleteKey(existing: PhysicalResource, world: World): Promise<void> {
  const [client, KeyId] = [clientFor(existing, world), existing.physicalId];
  await unlessGone(async () => {
    const { KeyMetadata: { KeyState: state } } = await client.describeKey({ KeyId });
    if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion') return;
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: Number(existing.properties['PendingWindowInDays'] ?? 30) });
  });
}

/** To delete what is not there is no failure. */
async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: Error) => { if (error.name !== 'NotFoundException') throw error; });
}

async function updateKey(desired: DesiredResource, existing: PhysicalResource, world: World): Promise<PhysicalResource> {
  const changed = (name: string) => !isDeepStrictEqual(desired.properties[name], existing.properties[name]);
  const key = { ...existing, ...desired };
  const client = clientFor(key, world);
  const KeyId = key.physicalId;
  if (changed('Enabled') && !isFalse(key.properties['Enabled'])) await client.enableKey({ KeyId });
  if (changed('KeyPolicy')) await putPolicy(key, world);
  if (changed('Description')) await client.updateKeyDescription({ KeyId, Description: key.properties['Description'] ?? '' });
  if (changed('Tags')) await setTags(key, existing, world);
  if (changed('EnableKeyRotation') || changed('RotationPeriodInDays')) await setRotation(key, world);
  if (changed('Enabled') && isFalse(key.properties['Enabled'])) await client.disableKey({ KeyId });
  return key;
}

/** A key whose policy leaves the template gets the one that it would have got without any. */
async function putPolicy(key: PhysicalResource, world: World): Promise<void> {
  const { physicalId: KeyId, properties, stack: { region, account } } = key;
  await clientFor(key, world).putKeyPolicy({
    KeyId,
    Policy: policyText(properties) ?? defaultKeyPolicy(region, account).text,
    BypassPolicyLockoutSafetyCheck: isTrue(properties['BypassPolicyLockoutSafetyCheck']),
  });
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
function clientFor({ stack }: DesiredResource, { kms, principals }: World, region = stack.region) {
  return kms.as(principals.administrator(stack.executionRoleArn), { region });
}

interface Tag { readonly Key: string; readonly Value: string }

function tagsOf(properties: DesiredResource['properties']) {
  return (properties['Tags'] ?? []).map(({ Key, Value }: Tag) => ({ TagKey: Key, TagValue: Value })) as Array<{ TagKey: string; TagValue: string }>;
}

function policyText(properties: DesiredResource['properties']): string | undefined {
  const policy = properties['KeyPolicy'];
  return policy === undefined || typeof policy === 'string' ? policy : JSON.stringify(policy);
}

function isTrue(value: unknown): boolean {
  return String(value) === 'true';
}

function isFalse(value: unknown): boolean {
  return String(value) === 'false';
}
