import { required } from '../../aws-json/shape';
import { requireAliasName } from '../keys/alias-name';
import { operation } from '../operation';
import { AliasNameType } from '../service-model';

/** Takes two permissions: kms:DeleteAlias on the alias, by IAM, and on its key. @see AWS KMS API Reference, DeleteAlias */
export const deleteAlias = operation({ AliasName: required(AliasNameType) }, ({ AliasName }, call) => {
  requireAliasName(AliasName);
  const alias = call.alias(AliasName);
  const key = call.resolve(alias.keyArn);
  call.authorizeByIdentity('DeleteAlias', {}, alias.arn);
  call.admit(key, 'DeleteAlias', { KeyId: key.arn });
  call.store.deleteAlias(alias.arn);
});
