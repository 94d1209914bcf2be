import { required } from '../../aws-json/shape';
import { requireExpiration } from '../imports/expiration';
import { readImportToken } from '../imports/import-token';
import { importedMaterial } from '../imports/imported-material';
import { importMaterial } from '../imports/key-import';
import { unwrap } from '../imports/key-wrapping';
import { operation } from '../operation';
import { BackingKeyIdType, CiphertextType, DateType, ExpirationModelType, ImportType, KeyIdType, KeyMaterialDescriptionType } from '../service-model';

/** @see AWS KMS API Reference, ImportKeyMaterial */
export const importKeyMaterial = operation({
  KeyId: required(KeyIdType),
  ImportToken: required(CiphertextType),
  EncryptedKeyMaterial: required(CiphertextType),
  ValidTo: DateType,
  ExpirationModel: ExpirationModelType,
  ImportType,
  KeyMaterialDescription: KeyMaterialDescriptionType,
  KeyMaterialId: BackingKeyIdType,
}, (request, call) => {
  requireExpiration(request, call.now);
  const key = call.key(request);
  const { privateKey, algorithm } = readImportToken(call.store.tokenSeal, key.arn, request.ImportToken, call.now);
  const material = importedMaterial(key, unwrap(request.EncryptedKeyMaterial, privateKey, algorithm));
  importMaterial(key, material, request);
  return { KeyId: key.arn, KeyMaterialId: material.id };
});
