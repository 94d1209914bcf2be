import { generateKeyPairSync } from 'node:crypto';
import { required } from '../../aws-json/shape';
import { KmsException } from '../exceptions';
import { newImportToken } from '../imports/import-token';
import { isImportable } from '../imports/imported-material';
import { canWrap, isWrappingAlgorithm } from '../imports/key-wrapping';
import { DAY } from '../keys/key-materials';
import { operation } from '../operation';
import { AlgorithmSpec, KeyIdType, WrappingKeySpec } from '../service-model';

const MODULUS_LENGTHS: Readonly<Record<string, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };

/** A new wrapping key each time; what it wraps can be imported for 24 hours. @see AWS KMS API Reference, GetParametersForImport */
export const getParametersForImport = operation({
  KeyId: required(KeyIdType),
  WrappingAlgorithm: required(AlgorithmSpec),
  WrappingKeySpec: required(WrappingKeySpec),
}, (request, call) => {
  const { WrappingAlgorithm: algorithm, WrappingKeySpec: wrappingKeySpec } = request;
  const { arn, spec } = call.key(request);
  const modulusLength = MODULUS_LENGTHS[wrappingKeySpec];
  if (!modulusLength || !isWrappingAlgorithm(algorithm)) { throw unsupported(`LocalKms does not wrap with ${algorithm} and ${wrappingKeySpec}.`); }
  if (!isImportable(spec)) { throw unsupported(`Key material of ${spec} keys cannot be imported.`); }
  if (!canWrap(spec, algorithm, wrappingKeySpec)) { throw unsupported(`${algorithm} with ${wrappingKeySpec} does not wrap key material of ${spec} keys.`); }
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const validTo = new Date(call.now.getTime() + DAY);
  return {
    KeyId: arn,
    ImportToken: newImportToken(call.store.tokenSeal, arn, { algorithm, privateKey, validTo }),
    PublicKey: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })),
    ParametersValidTo: validTo,
  };
});

function unsupported(message: string): KmsException {
  return new KmsException('UnsupportedOperationException', message);
}
