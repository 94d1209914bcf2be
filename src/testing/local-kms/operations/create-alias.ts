import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { requireAliasName } from '../keys/alias-name';
import { operation } from '../operation';
import { AliasNameType, KeyIdType } from '../service-model';

const MAX_ALIASES_OF_KEY = 50; // AWS KMS Developer Guide, Resource quotas

/** Takes two permissions: kms:CreateAlias on the alias, by IAM, and on the key. @see AWS KMS API Reference, CreateAlias */
export const createAlias = operation({
  AliasName: required(AliasNameType),
  TargetKeyId: required(KeyIdType),
}, ({ AliasName: name, TargetKeyId }, call) => {
  requireAliasName(name);
  const key = call.resolveTarget(TargetKeyId);
  const arn = call.store.arn(call.caller, name);
  call.authorizeByIdentity('CreateAlias', {}, arn);
  call.admit(key, 'CreateAlias', { KeyId: TargetKeyId });
  if (call.store.alias(arn, call.now)) { throw new KmsException('AlreadyExistsException', `An alias with the name ${arn} already exists`); }
  if (call.store.aliasesOfKey(key).length >= MAX_ALIASES_OF_KEY) {
    throw new KmsException('LimitExceededException', `A key may have ${MAX_ALIASES_OF_KEY} aliases.`);
  }
  call.store.putAlias({ name, arn, keyArn: key.arn, creationDate: call.now, lastUpdatedDate: call.now });
});
