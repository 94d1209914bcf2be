import { required } from '../../aws-json/shape';
import { requireAliasName } from '../alias-name';
import { operation } from '../operation';
import { AliasNameType, KeyIdType } from '../service-model';

/**
 * Takes three permissions, all kms:UpdateAlias: on the alias, by IAM, on the key that it leaves and on the one that it moves onto.
 *
 * @see AWS KMS API Reference, UpdateAlias
 */
export const updateAlias = operation({
  AliasName: required(AliasNameType),
  TargetKeyId: required(KeyIdType),
}, ({ AliasName, TargetKeyId }, call) => {
  requireAliasName(AliasName);
  const alias = call.alias(AliasName);
  const left = call.resolveTarget(alias.keyArn);
  const target = call.resolveTarget(TargetKeyId);
  call.authorizeByIdentity('UpdateAlias', {}, alias.arn);
  call.authorize('UpdateAlias', left, { KeyId: left.arn });
  call.admit(target, 'UpdateAlias', { KeyId: TargetKeyId });
  alias.keyArn = target.arn;
  alias.lastUpdatedDate = call.now;
});
