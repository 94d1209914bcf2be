import { required } from '../../aws-json/shape';
import { expirationOf } from '../imports/expiration';
import type { Key } from '../keys/key';
import type { MaterialRecord } from '../keys/key-materials';
import { operation } from '../operation';
import { page } from '../pagination';
import { IncludeKeyMaterial, KeyIdType, LimitType, MarkerType } from '../service-model';

/** The oldest first; `ALL_KEY_MATERIAL` adds the material that was never rotated to. @see AWS KMS API Reference, ListKeyRotations */
export const listKeyRotations = operation({
  KeyId: required(KeyIdType),
  IncludeKeyMaterial,
  Limit: LimitType,
  Marker: MarkerType,
}, (request, call) => {
  const key = call.key(request);
  const { history, pending } = key.materials;
  const all = [...history, ...(pending ? [pending] : [])].map((record, index) => ({ record, ordinal: String(index).padStart(6, '0') }));
  const listed = request.IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? all : all.filter(({ record }) => record.rotation);
  const { items, end } = page(listed, ({ ordinal }) => ordinal, request, 100);
  return { Rotations: items.map(({ record }) => rotationsListEntry(key, record)), ...end };
});

function rotationsListEntry(key: Key, record: MaterialRecord) {
  return {
    KeyId: key.id,
    KeyMaterialId: record.id,
    KeyMaterialState: stateOf(key, record),
    ...(key.origin === 'EXTERNAL' && importOf(record)),
    ...(record.rotation && { RotationDate: new Date(record.rotation.date), RotationType: record.rotation.type }),
  };
}

function stateOf({ materials: { current, pending }, related }: Key, record: MaterialRecord) {
  if (record === pending) {
    const everywhere = related?.byDeletion.every(({ materials }) => materials.pending?.secret) ?? true;
    return everywhere ? 'PENDING_ROTATION' as const : 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION' as const;
  }
  return record === current ? 'CURRENT' as const : 'NON_CURRENT' as const;
}

function importOf(record: MaterialRecord) {
  return {
    ...(record.description !== undefined && { KeyMaterialDescription: record.description }),
    ImportState: record.secret ? 'IMPORTED' as const : 'PENDING_IMPORT' as const,
    ...(record.secret && expirationOf(record.validTo)),
  };
}
