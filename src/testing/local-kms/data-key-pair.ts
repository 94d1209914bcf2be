import type { Call } from './call';
import { encryptUnder } from './ciphertext';
import { KmsException } from './exceptions';
import { generateKeyPair, isKeyPairSpec } from './key-pair';
import type { RequestFacts } from './request-context';

interface DataKeyPairRequest extends RequestFacts {
  readonly KeyId: string;
  readonly KeyPairSpec: string;
}

/** A new data key pair: its private key in the clear, as PKCS #8, and encrypted under the key that the request names. */
export function generatePair(request: DataKeyPairRequest, call: Call) {
  const { KeyPairSpec } = request;
  if (!isKeyPairSpec(KeyPairSpec)) {
    throw new KmsException('UnsupportedOperationException', `AWS KMS makes ${KeyPairSpec} key pairs in China Regions only; LocalKms makes none.`);
  }
  const key = call.key(request);
  const { publicKey, privateKey } = generateKeyPair(KeyPairSpec);
  const PublicKey = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  const exported = privateKey.export({ type: 'pkcs8', format: 'der' });
  const plaintext = Uint8Array.from(exported);
  exported.fill(0);
  const PrivateKeyCiphertextBlob = encryptUnder(key, plaintext, request.EncryptionContext);
  return { plaintext, sealed: { PrivateKeyCiphertextBlob, PublicKey, KeyId: key.arn, KeyPairSpec, KeyMaterialId: key.currentMaterial!.id } };
}
