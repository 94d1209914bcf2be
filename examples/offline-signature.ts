import { sign, verify } from 'node:crypto';
import { DataKeyPairClient, KmsDataKeyPairs } from '../src/envelope/engine';

/** Signs any number of documents with two calls of AWS KMS in all; the private key is stored encrypted, and opened by whoever may decrypt. */
export async function signOffline(kms: DataKeyPairClient, keyArn: string, documents: readonly Uint8Array[]): Promise<boolean> {
  const pairs = new KmsDataKeyPairs({ client: kms, keyId: keyArn }); // kms: new KMS({}) of @aws-sdk/client-kms
  const encryptionContext = { purpose: 'sign orders' };

  // Once: a pair to store. Its private key has never been outside of AWS KMS in clear.
  const { publicKey, encryptedPrivateKey } = await pairs.generateWithoutPlaintext('ECC_NIST_P384', encryptionContext);
  const published = publicKey.export({ type: 'spki', format: 'pem' });

  // Who signs: opens the private key, and needs no AWS KMS from then on.
  const privateKey = await pairs.openPrivateKey(encryptedPrivateKey, encryptionContext);
  const signatures = documents.map((document) => sign('sha384', document, privateKey));

  // Who verifies: needs no AWS at all.
  return documents.every((document, index) => verify('sha384', document, published, signatures[index]!));
}
