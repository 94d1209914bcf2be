import { clock, newKey, ROOT } from './scene';
import { wrap } from './wrapped-key-material';
import { LocalKms, type KmsClient } from '../../../src/testing';

export const FOREVER = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } as const;
export const NEW = { ImportType: 'NEW_KEY_MATERIAL' } as const;
export const EXISTING = { ImportType: 'EXISTING_KEY_MATERIAL' } as const;
export const OAEP = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
export const material = (byte: number) => new Uint8Array(32).fill(byte);

export type CreateKey = NonNullable<Parameters<KmsClient['createKey']>[0]>;

type Imported = Awaited<ReturnType<KmsClient['importKeyMaterial']>>;

/** A key to import into, and how to do that. */
export async function importing(request: CreateKey = {}) {
  const { now, pass } = clock();
  const kms = new LocalKms({ now });
  const root = kms.as(ROOT);
  const KeyId = await newKey(root, { Origin: 'EXTERNAL', ...request });
  let parameters: Awaited<ReturnType<KmsClient['getParametersForImport']>> | undefined;
  const put = async (bytesOfKey: Uint8Array, more: object = FOREVER): Promise<Imported> => {
    if (!parameters || parameters.ParametersValidTo <= now()) { parameters = await root.getParametersForImport({ KeyId, ...OAEP }); }
    const { PublicKey, ImportToken } = parameters;
    return root.importKeyMaterial({ KeyId, ImportToken, EncryptedKeyMaterial: wrap(bytesOfKey, PublicKey, OAEP.WrappingAlgorithm), ...more });
  };
  const metadata = async () => (await root.describeKey({ KeyId })).KeyMetadata;
  const rotations = async () => (await root.listKeyRotations({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).Rotations;
  return { kms, root, KeyId, now, pass, put, metadata, rotations };
}
