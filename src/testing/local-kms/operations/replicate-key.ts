import { required } from '../../aws-json/shape';
import { partitionOf } from '../../partition';
import { KmsException } from '../exceptions';
import { Key } from '../keys/key';
import { metadataOf } from '../keys/key-metadata';
import { addKey, ownProperties } from '../keys/new-key';
import { requirePrimary } from '../keys/related-keys';
import { operation } from '../operation';
import { BooleanType, DescriptionType, KeyIdType, PolicyType, RegionType, TagList } from '../service-model';

/**
 * Takes kms:ReplicateKey on the primary key and, by IAM in the Region of the replica, what CreateKey takes there. The replica is ready at once,
 * where AWS KMS shows it as Creating for some seconds.
 *
 * @see AWS KMS API Reference, ReplicateKey
 */
export const replicateKey = operation({
  KeyId: required(KeyIdType),
  ReplicaRegion: required(RegionType),
  Policy: PolicyType,
  BypassPolicyLockoutSafetyCheck: BooleanType,
  Description: DescriptionType,
  Tags: TagList,
}, (request, call) => {
  const { KeyId, ReplicaRegion, Tags } = request;
  const primary = call.key({ KeyId, ReplicaRegion, Tags });
  requirePrimary(primary);
  requireFree(primary, ReplicaRegion);
  const there = call.inRegion(ReplicaRegion);
  const replica = Key.replicaOf(primary, ownProperties(request, there));
  addKey(replica, request, there);
  return {
    ReplicaKeyMetadata: metadataOf(replica),
    ReplicaPolicy: replica.policy.text,
    ReplicaTags: [...replica.tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  };
});

// AWS KMS Developer Guide, Creating multi-Region replica keys, Replica Regions. Every Region is enabled here.
function requireFree({ arn, region: primaryRegion, related }: Key, region: string): void {
  if (partitionOf(region) !== partitionOf(primaryRegion)) {
    throw new KmsException('UnsupportedOperationException', `${region} is not in the partition of ${arn}.`);
  }
  const present = related!.in(region);
  if (present) { throw new KmsException('AlreadyExistsException', `${present.arn} already exists.`); }
}
