import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DataKeyClient, Envelope, KmsDataKeys } from '../src/envelope/engine';

/** Seals an order under a data key of its own, and opens it again; and so a file, which is then there sealed and opened as well. */
export async function sealAndOpen(kms: DataKeyClient, keyArn: string, order: Uint8Array, file: string): Promise<Uint8Array> {
  // README: envelope
  const dataKeys = new KmsDataKeys({ client: kms, keyId: keyArn }); // kms: new KMS({}) of @aws-sdk/client-kms; in tests new LocalKms().as(roleArn)
  const message = await Envelope.seal(order, { dataKeys, encryptionContext: { tenant: 'a' } });
  const { plaintext } = await Envelope.open(message, { dataKeys, encryptionContext: { tenant: 'a' } });

  // What does not fit into memory: one frame of 1 MiB is held at a time.
  await pipeline(createReadStream(file), Envelope.sealStream({ dataKeys }), createWriteStream(`${file}.sealed`));
  await pipeline(createReadStream(`${file}.sealed`), Envelope.openStream({ dataKeys }), createWriteStream(`${file}.opened`));
  // README: end
  return plaintext;
}
