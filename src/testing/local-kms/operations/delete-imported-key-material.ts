import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { deleteMaterial } from '../imports/key-import';
import { operation } from '../operation';
import { BackingKeyIdType, KeyIdType } from '../service-model';

/** The current material, if none is named; where there is none, nothing happens. @see AWS KMS API Reference, DeleteImportedKeyMaterial */
export const deleteImportedKeyMaterial = operation({
  KeyId: required(KeyIdType),
  KeyMaterialId: BackingKeyIdType,
}, (request, call) => {
  const key = call.key(request);
  const KeyMaterialId = request.KeyMaterialId ?? key.materials.current?.id;
  if (KeyMaterialId === undefined) { return { KeyId: key.arn }; }
  if (!key.materials.known(KeyMaterialId)) { throw new KmsException('NotFoundException', `Key material '${KeyMaterialId}' does not exist in ${key.arn}`); }
  deleteMaterial(key, KeyMaterialId);
  return { KeyId: key.arn, KeyMaterialId };
});
