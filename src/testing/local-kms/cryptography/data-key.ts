import type { Call } from '../call';
import { encryptUnder } from './ciphertext';
import { KmsException } from '../exceptions';
import { randomBytes } from './random-bytes';
import type { RequestFacts } from '../callers/request-context';

interface DataKeyRequest extends RequestFacts {
  readonly KeyId: string;
  readonly KeySpec?: keyof typeof DATA_KEY_BYTES | undefined;
  readonly NumberOfBytes?: number | undefined;
}

/** The length of a data key in bytes, by its spec (API Reference, GenerateDataKey). */
const DATA_KEY_BYTES = { AES_128: 16, AES_256: 32 };

/** A new data key: in the clear, and encrypted under the key that the request names. */
export function generate(request: DataKeyRequest, call: Call) {
  const length = lengthOf(request);
  const key = call.key(request);
  const plaintext = randomBytes(length);
  const CiphertextBlob = encryptUnder(key, plaintext, request.EncryptionContext);
  return { plaintext, sealed: { CiphertextBlob, KeyId: key.arn, KeyMaterialId: key.currentMaterial!.id } };
}

function lengthOf({ KeySpec, NumberOfBytes }: DataKeyRequest): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new KmsException('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  return NumberOfBytes ?? DATA_KEY_BYTES[KeySpec!];
}
