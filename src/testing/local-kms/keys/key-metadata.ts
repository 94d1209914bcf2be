import type { Key } from './key';
import type { KeySpec, KeyUsage } from './key-spec';
import type { RelatedKeys } from './related-keys';
import { expirationOf } from '../imports/expiration';
import {
  CustomerMasterKeySpec, type EncapsulationAlgorithmSpec, type EncryptionAlgorithmSpec, type KeyAgreementAlgorithmSpec, type MacAlgorithmSpec,
  type SigningAlgorithmSpec,
} from '../service-model';

type Enum<S extends { readonly enum: readonly string[] }> = S['enum'][number][];

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
    ...deletionOf(key),
    Origin: key.origin,
    KeyManager: 'CUSTOMER' as const,
    ...specAndAlgorithms(key),
    MultiRegion: key.related !== undefined,
    ...(key.related && { MultiRegionConfiguration: configurationOf(key, key.related) }),
    ...(key.origin === 'EXTERNAL' && expirationOfKey(key)),
    // Only these have a history of key material.
    ...(key.spec === 'SYMMETRIC_DEFAULT' && key.materials.current && { CurrentKeyMaterialId: key.materials.current.id }),
  };
}

const ALGORITHM_LISTS = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
  KEY_AGREEMENT: 'KeyAgreementAlgorithms',
  ENCAPSULATE_DECAPSULATE: 'EncapsulationAlgorithms',
} as const satisfies Record<KeyUsage, string>;

type AlgorithmLists = {
  EncryptionAlgorithms?: Enum<typeof EncryptionAlgorithmSpec>;
  SigningAlgorithms?: Enum<typeof SigningAlgorithmSpec>;
  KeyAgreementAlgorithms?: Enum<typeof KeyAgreementAlgorithmSpec>;
  EncapsulationAlgorithms?: Enum<typeof EncapsulationAlgorithmSpec>;
  MacAlgorithms?: Enum<typeof MacAlgorithmSpec>;
};

/** What DescribeKey and GetPublicKey say alike: the algorithms are in the member that the usage has for them. */
export function specAndAlgorithms({ spec, usage, algorithms }: Key) {
  return {
    // The older member knows the older specs only.
    ...(isCustomerMasterKeySpec(spec) && { CustomerMasterKeySpec: spec }),
    KeySpec: spec,
    ...{ [ALGORITHM_LISTS[usage]]: [...algorithms] } as AlgorithmLists,
  };
}

function isCustomerMasterKeySpec(spec: string): spec is Extract<KeySpec, (typeof CustomerMasterKeySpec.enum)[number]> {
  return (CustomerMasterKeySpec.enum as readonly string[]).includes(spec);
}

function deletionOf({ deletion }: Key): { DeletionDate?: Date; PendingDeletionWindowInDays?: number } {
  if (!deletion) { return {}; }
  const { date, windowInDays } = deletion;
  return date ? { DeletionDate: new Date(date) } : { PendingDeletionWindowInDays: windowInDays };
}

// The first of its materials to expire takes the key along.
function expirationOfKey({ materials: { history } }: Key): Partial<ReturnType<typeof expirationOf>> {
  if (!history.some(({ secret }) => secret)) { return {}; }
  const [first] = history.flatMap(({ validTo }) => validTo ?? []).sort((a, b) => a.getTime() - b.getTime());
  return expirationOf(first);
}

function configurationOf({ multiRegionKeyType }: Key, { primary, replicas }: RelatedKeys) {
  return { MultiRegionKeyType: multiRegionKeyType!, PrimaryKey: multiRegionKeyOf(primary), ReplicaKeys: replicas.map(multiRegionKeyOf) };
}

function multiRegionKeyOf({ arn, region }: Key) {
  return { Arn: arn, Region: region };
}
