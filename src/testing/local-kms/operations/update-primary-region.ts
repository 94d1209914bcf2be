import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { requirePrimary } from '../keys/related-keys';
import { operation } from '../operation';
import { KeyIdType, RegionType } from '../service-model';

/**
 * Takes kms:UpdatePrimaryRegion on the primary key and on the replica that takes its place, each in its own Region. Both are done at once, where
 * AWS KMS shows them as Updating for some seconds.
 *
 * @see AWS KMS API Reference, UpdatePrimaryRegion
 */
export const updatePrimaryRegion = operation({
  KeyId: required(KeyIdType),
  PrimaryRegion: required(RegionType),
}, ({ KeyId, PrimaryRegion }, call) => {
  const primary = call.key({ KeyId, PrimaryRegion });
  requirePrimary(primary);
  const replica = call.inRegion(PrimaryRegion).key({ KeyId: primary.id, PrimaryRegion });
  if (replica === primary) { throw new KmsException('UnsupportedOperationException', `${primary.arn} is the primary key already.`); }
  primary.related!.primary = replica;
});
