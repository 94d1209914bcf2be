import { DataKeyClient, Envelope, KmsDataKeys } from '../src/envelope/engine';

/** Seals an order under a data key of its own, and opens it again. */
export async function sealAndOpen(kms: DataKeyClient, keyArn: string, order: Uint8Array): Promise<Uint8Array> {
  // README: envelope
  const dataKeys = new KmsDataKeys({ client: kms, keyId: keyArn }); // kms: new KMS({}) of @aws-sdk/client-kms
  const message = await Envelope.seal(order, { dataKeys, encryptionContext: { tenant: 'a' } });
  const { plaintext } = await Envelope.open(message, { dataKeys, encryptionContext: { tenant: 'a' } });
  // README: end
  return plaintext;
}
