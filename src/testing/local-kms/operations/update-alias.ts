import { required } from '../../aws-json/shape';
import { isKeyPairSpec } from '../cryptography/key-pair';
import { KmsException } from '../exceptions';
import { requireAliasName } from '../keys/alias-name';
import type { Key } from '../keys/key';
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
  requireSameKind(left, target);
  alias.keyArn = target.arn;
  alias.lastUpdatedDate = call.now;
});

// Both symmetric, both asymmetric or both HMAC, says the page, and of the same usage, which only HMAC keys have of their own.
function requireSameKind(left: Key, target: Key): void {
  if (left.usage === target.usage && isKeyPairSpec(left.spec) === isKeyPairSpec(target.spec)) { return; }
  throw new KmsException('ValidationException', `${target.arn} is ${target.spec} for ${target.usage}; the alias moves only to keys of the kind of ${left.arn}, `
    + `which is ${left.spec} for ${left.usage}.`);
}
