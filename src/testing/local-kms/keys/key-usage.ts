import { KmsException } from '../exceptions';
import type { Key } from './key';
import type { KeyUsage } from './key-spec';
import { wrongOrigin } from './key-state';
import { canRotate } from '../../../policy/key-specs';
import type { RequestFacts } from '../callers/request-context';
import { isKeyPairSpec } from '../cryptography/key-pair';

/** The usage that a key must have (AWS KMS API Reference, InvalidKeyUsageException). */
const USAGES: Readonly<Record<string, KeyUsage>> = {
  Encrypt: 'ENCRYPT_DECRYPT',
  Decrypt: 'ENCRYPT_DECRYPT',
  ReEncrypt: 'ENCRYPT_DECRYPT',
  GenerateDataKey: 'ENCRYPT_DECRYPT',
  GenerateDataKeyPair: 'ENCRYPT_DECRYPT',
  GenerateDataKeyPairWithoutPlaintext: 'ENCRYPT_DECRYPT',
  GenerateDataKeyWithoutPlaintext: 'ENCRYPT_DECRYPT',
  Sign: 'SIGN_VERIFY',
  Verify: 'SIGN_VERIFY',
  GenerateMac: 'GENERATE_VERIFY_MAC',
  VerifyMac: 'GENERATE_VERIFY_MAC',
  DeriveSharedSecret: 'KEY_AGREEMENT',
  Encapsulate: 'ENCAPSULATE_DECAPSULATE',
  Decapsulate: 'ENCAPSULATE_DECAPSULATE',
};

/** What works on some specs only, whatever their usage. */
const SPECS: Readonly<Record<string, (spec: string) => boolean>> = {
  GetPublicKey: isKeyPairSpec,
  EnableKeyRotation: canRotate,
  DisableKeyRotation: canRotate,
  GetKeyRotationStatus: canRotate,
  RotateKeyOnDemand: canRotate,
  ListKeyRotations: canRotate,
};

/** What works on keys of one origin only (API Reference, UnsupportedOperationException of each operation). */
const ORIGINS: Readonly<Record<string, Key['origin']>> = {
  EnableKeyRotation: 'AWS_KMS',
  DisableKeyRotation: 'AWS_KMS',
  GetParametersForImport: 'EXTERNAL',
  ImportKeyMaterial: 'EXTERNAL',
  DeleteImportedKeyMaterial: 'EXTERNAL',
};

/** What is done to the primary alone of related multi-Region keys, for all of them (AWS KMS Developer Guide, Rotating multi-Region keys). */
const NOT_ON_REPLICAS = ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand'];

/** One way in which an operation and a key do not fit; the first that holds is told. */
type Misfit = (operation: string, key: Key, request: RequestFacts) => KmsException | undefined;

const MISFITS: readonly Misfit[] = [
  (operation, { arn, usage }) => (USAGES[operation] ?? usage) === usage ? undefined
    : new KmsException('InvalidKeyUsageException', `${arn} key usage is ${usage} which is not valid for ${operation}.`),

  (operation, key) => (ORIGINS[operation] ?? key.origin) === key.origin ? undefined
    : new KmsException('UnsupportedOperationException', wrongOrigin(key)),

  (operation, { arn, spec }) => SPECS[operation]?.(spec) ?? true ? undefined
    : new KmsException('UnsupportedOperationException', `${arn} key spec is ${spec} which is not valid for this operation.`),

  (operation, { arn, multiRegionKeyType }) => multiRegionKeyType !== 'REPLICA' || !NOT_ON_REPLICAS.includes(operation) ? undefined
    : new KmsException('UnsupportedOperationException', `${arn} is a multi-Region replica key, which is not valid for this operation.`),

  (operation, { spec, algorithms }, request) => {
    const algorithm = algorithmIn(request) ?? (USAGES[operation] === 'ENCRYPT_DECRYPT' ? 'SYMMETRIC_DEFAULT' : undefined);
    return algorithm === undefined || algorithms.includes(algorithm) ? undefined
      : new KmsException('InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${spec}.`);
  },

  // That there can be none is documented (API Reference, Encrypt), what AWS KMS answers is not.
  (_, { arn, spec }, { EncryptionContext = {} }) => spec === 'SYMMETRIC_DEFAULT' || Object.keys(EncryptionContext).length === 0 ? undefined
    : new KmsException('ValidationException', `An encryption context takes a symmetric encryption key; the key spec of ${arn} is ${spec}.`),
];

/** Why `operation` cannot be done with such a key, or nothing. */
export function incompatibleUsage(operation: string, key: Key, request: RequestFacts): KmsException | undefined {
  for (const misfit of MISFITS) {
    const exception = misfit(operation, key, request);
    if (exception) { return exception; }
  }
  return undefined;
}

function algorithmIn(request: RequestFacts): string | undefined {
  const { EncryptionAlgorithm, SigningAlgorithm, MacAlgorithm, KeyAgreementAlgorithm, EncapsulationAlgorithm } = request;
  return EncryptionAlgorithm ?? SigningAlgorithm ?? MacAlgorithm ?? KeyAgreementAlgorithm ?? EncapsulationAlgorithm;
}
