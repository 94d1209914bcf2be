import type { Key } from './key';

/** @see AWS KMS API Reference, KeyMetadata */
export function metadataOf(key: Key) {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date(key.creationDate),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    ...(key.deletion && { DeletionDate: new Date(key.deletion.date) }),
    Origin: key.origin,
    KeyManager: 'CUSTOMER' as const,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    EncryptionAlgorithms: [key.encryptionAlgorithm],
    MultiRegion: key.multiRegion,
    ...(key.multiRegion && { MultiRegionConfiguration: primaryOnly(key) }),
    ...(key.currentMaterial && { CurrentKeyMaterialId: key.currentMaterial.id }),
  };
}

function primaryOnly({ arn, region }: Key) {
  return { MultiRegionKeyType: 'PRIMARY' as const, PrimaryKey: { Arn: arn, Region: region }, ReplicaKeys: [] as { Arn: string; Region: string }[] };
}
