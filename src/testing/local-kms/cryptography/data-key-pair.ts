import type { Call } from '../call';
import { encryptUnder } from './ciphertext';
import { generateKeyPair } from './key-pair';
import { seedOnly } from './post-quantum';
import type { RequestFacts } from '../callers/request-context';
import { requireInRegion } from '../keys/key-spec';
import type { DataKeyPairSpec } from '../service-model';

interface DataKeyPairRequest extends RequestFacts {
  readonly KeyId: string;
  readonly KeyPairSpec: (typeof DataKeyPairSpec.enum)[number];
}

/** A new data key pair: its private key in the clear, as PKCS #8, and encrypted under the key that the request names. */
export function generatePair(request: DataKeyPairRequest, call: Call) {
  const { KeyPairSpec } = request;
  requireInRegion(KeyPairSpec, call.caller.region);
  const key = call.key(request);
  const { publicKey, privateKey } = generateKeyPair(KeyPairSpec);
  const PublicKey = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  const exported = privateKey.export({ type: 'pkcs8', format: 'der' });
  const plaintext = Uint8Array.from(KeyPairSpec.startsWith('ML_KEM') ? seedOnly(exported) : exported);
  exported.fill(0);
  const PrivateKeyCiphertextBlob = encryptUnder(key, plaintext, request.EncryptionContext);
  return { plaintext, sealed: { PrivateKeyCiphertextBlob, PublicKey, KeyId: key.arn, KeyPairSpec, KeyMaterialId: key.currentMaterial!.id } };
}
