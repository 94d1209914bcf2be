import type { Call } from './call';
import { cancelKeyDeletion } from './operations/cancel-key-deletion';
import { createAlias } from './operations/create-alias';
import { createGrant } from './operations/create-grant';
import { createKey } from './operations/create-key';
import { decapsulate } from './operations/decapsulate';
import { decrypt } from './operations/decrypt';
import { deleteAlias } from './operations/delete-alias';
import { deleteImportedKeyMaterial } from './operations/delete-imported-key-material';
import { deriveSharedSecret } from './operations/derive-shared-secret';
import { describeKey } from './operations/describe-key';
import { disableKey } from './operations/disable-key';
import { disableKeyRotation } from './operations/disable-key-rotation';
import { enableKey } from './operations/enable-key';
import { enableKeyRotation } from './operations/enable-key-rotation';
import { encapsulate } from './operations/encapsulate';
import { encrypt } from './operations/encrypt';
import { generateDataKey } from './operations/generate-data-key';
import { generateDataKeyPair } from './operations/generate-data-key-pair';
import { generateDataKeyPairWithoutPlaintext } from './operations/generate-data-key-pair-without-plaintext';
import { generateDataKeyWithoutPlaintext } from './operations/generate-data-key-without-plaintext';
import { generateMac } from './operations/generate-mac';
import { generateRandom } from './operations/generate-random';
import { getKeyLastUsage } from './operations/get-key-last-usage';
import { getKeyPolicy } from './operations/get-key-policy';
import { getKeyRotationStatus } from './operations/get-key-rotation-status';
import { getParametersForImport } from './operations/get-parameters-for-import';
import { getPublicKey } from './operations/get-public-key';
import { importKeyMaterial } from './operations/import-key-material';
import { listAliases } from './operations/list-aliases';
import { listGrants } from './operations/list-grants';
import { listKeyPolicies } from './operations/list-key-policies';
import { listKeyRotations } from './operations/list-key-rotations';
import { listKeys } from './operations/list-keys';
import { listResourceTags } from './operations/list-resource-tags';
import { listRetirableGrants } from './operations/list-retirable-grants';
import { putKeyPolicy } from './operations/put-key-policy';
import { reEncrypt } from './operations/re-encrypt';
import { replicateKey } from './operations/replicate-key';
import { retireGrant } from './operations/retire-grant';
import { revokeGrant } from './operations/revoke-grant';
import { rotateKeyOnDemand } from './operations/rotate-key-on-demand';
import { scheduleKeyDeletion } from './operations/schedule-key-deletion';
import { sign } from './operations/sign';
import { tagResource } from './operations/tag-resource';
import { untagResource } from './operations/untag-resource';
import { updateAlias } from './operations/update-alias';
import { updateKeyDescription } from './operations/update-key-description';
import { updatePrimaryRegion } from './operations/update-primary-region';
import { verify } from './operations/verify';
import { verifyMac } from './operations/verify-mac';
import type { Operation } from '../aws-json/operation';
import type { Members } from '../aws-json/shape';

/** Every operation that this KMS performs: a new one is a file in `operations`, a row here and one in the key-state table. */
export const OPERATIONS = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateAlias: createAlias,
  CreateGrant: createGrant,
  CreateKey: createKey,
  Decapsulate: decapsulate,
  Decrypt: decrypt,
  DeleteAlias: deleteAlias,
  DeleteImportedKeyMaterial: deleteImportedKeyMaterial,
  DeriveSharedSecret: deriveSharedSecret,
  DescribeKey: describeKey,
  DisableKey: disableKey,
  DisableKeyRotation: disableKeyRotation,
  EnableKey: enableKey,
  EnableKeyRotation: enableKeyRotation,
  Encapsulate: encapsulate,
  Encrypt: encrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyPair: generateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext: generateDataKeyPairWithoutPlaintext,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  GenerateMac: generateMac,
  GenerateRandom: generateRandom,
  GetKeyLastUsage: getKeyLastUsage,
  GetKeyPolicy: getKeyPolicy,
  GetKeyRotationStatus: getKeyRotationStatus,
  GetParametersForImport: getParametersForImport,
  GetPublicKey: getPublicKey,
  ImportKeyMaterial: importKeyMaterial,
  ListAliases: listAliases,
  ListGrants: listGrants,
  ListKeyPolicies: listKeyPolicies,
  ListKeyRotations: listKeyRotations,
  ListKeys: listKeys,
  ListResourceTags: listResourceTags,
  ListRetirableGrants: listRetirableGrants,
  PutKeyPolicy: putKeyPolicy,
  ReEncrypt: reEncrypt,
  ReplicateKey: replicateKey,
  RetireGrant: retireGrant,
  RevokeGrant: revokeGrant,
  RotateKeyOnDemand: rotateKeyOnDemand,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  Sign: sign,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAlias: updateAlias,
  UpdateKeyDescription: updateKeyDescription,
  UpdatePrimaryRegion: updatePrimaryRegion,
  Verify: verify,
  VerifyMac: verifyMac,
} as const;

export type OperationName = keyof typeof OPERATIONS;

export function operationNamed(name: string): Operation<Members, unknown, Call> | undefined {
  return Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name as OperationName] as unknown as Operation<Members, unknown, Call> : undefined;
}
