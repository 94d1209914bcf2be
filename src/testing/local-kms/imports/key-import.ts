import { KmsException } from '../exceptions';
import { incorrectKeyMaterial } from './imported-material';
import type { Key } from '../keys/key';
import type { KeyMaterial } from '../keys/key-materials';

/** What ImportKeyMaterial says of the material. */
interface ImportRequest {
  readonly ImportType?: 'NEW_KEY_MATERIAL' | 'EXISTING_KEY_MATERIAL' | undefined;
  readonly KeyMaterialId?: string | undefined;
  readonly KeyMaterialDescription?: string | undefined;
  readonly ValidTo?: Date | undefined;
}

/** Only symmetric encryption keys have more than one material, and so something to say about it. */
const OF_SYMMETRIC_KEYS = ['ImportType', 'KeyMaterialId', 'KeyMaterialDescription'] as const;

/**
 * Imports key material into a key. New material of a primary key is expected by its replicas, too: each has to import the same before the primary
 * can rotate to it.
 *
 * @throws `IncorrectKeyMaterialException` and others, for what AWS KMS refuses (API Reference, ImportKeyMaterial)
 */
export function importMaterial(key: Key, material: KeyMaterial, request: ImportRequest): void {
  requireFitting(key, material, request);
  const { ValidTo: validTo, KeyMaterialDescription: description = key.materials.known(material.id)?.description } = request;
  const waited = key.state === 'PendingImport';
  key.materials.put({ ...material, validTo, description });
  if (waited && key.materials.areComplete) { key.enabled = true; }
  replicasOf(key).filter(({ materials }) => !materials.known(material.id)).forEach(({ materials }) => materials.put({ id: material.id }));
}

/** Material that the primary key was to rotate to is gone from the replicas, too. */
export function deleteMaterial(key: Key, id: string): void {
  const isPending = key.materials.pending?.id === id;
  if (isPending && key.multiRegionKeyType === 'REPLICA') {
    key.materials.put({ id, secret: undefined, validTo: undefined });
  } else {
    key.materials.remove(id);
    if (isPending) { replicasOf(key).forEach(({ materials }) => materials.remove(id)); }
  }
}

/** The replicas that a primary key has. */
export function replicasOf({ related, multiRegionKeyType }: Key): Key[] {
  return related && multiRegionKeyType === 'PRIMARY' ? related.replicas : [];
}

function requireFitting(key: Key, { id }: KeyMaterial, request: ImportRequest): void {
  const { arn, spec, materials } = key;
  const { ImportType = materials.history.length === 0 ? 'NEW_KEY_MATERIAL' : 'EXISTING_KEY_MATERIAL', KeyMaterialId } = request;
  const unfit = spec === 'SYMMETRIC_DEFAULT' ? undefined : OF_SYMMETRIC_KEYS.find((name) => request[name] !== undefined);
  if (unfit) { throw new KmsException('UnsupportedOperationException', `${unfit} is for symmetric encryption keys; the key spec of ${arn} is ${spec}.`); }
  if (ImportType === 'NEW_KEY_MATERIAL') { return requireNew(key, id, KeyMaterialId); }
  if (!materials.known(id)) { throw incorrectKeyMaterial('it is new to the KMS key'); }
  if (KeyMaterialId !== undefined && KeyMaterialId !== id) { throw incorrectKeyMaterial('its id is another than the one in the request'); }
}

function requireNew({ arn, multiRegionKeyType, materials }: Key, id: string, given: string | undefined): void {
  if (given !== undefined) { throw new KmsException('ValidationException', 'KeyMaterialId must not be set if the ImportType is NEW_KEY_MATERIAL'); }
  if (multiRegionKeyType === 'REPLICA') {
    throw new KmsException('UnsupportedOperationException', `${arn} is a multi-Region replica key; new key material goes to the primary key first.`);
  }
  if (materials.known(id)) { throw incorrectKeyMaterial('it is not new to the KMS key'); }
  if (materials.pending) {
    throw new KmsException('KMSInvalidStateException', `${arn} has key material that is pending rotation; rotate the key to it, or delete it.`);
  }
}
