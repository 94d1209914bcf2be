import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KmsKeyringNode } from '@aws-crypto/client-node';
import { DataKeys } from '../../src/envelope/engine';

export const SLICE = 64 * 1024;
export const FRAME = 1024 * 1024;
export const DATA_KEY = randomBytes(32);

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const CIPHERTEXT = randomBytes(184); // as long as AWS KMS makes them

/** An owner of keys that answers at once: only what is done with the data keys is measured. */
export const dataKeys: DataKeys = {
  generate: async () => ({
    plaintext: Buffer.from(DATA_KEY),
    encrypted: [{ providerId: 'aws-kms', providerInfo: Buffer.from(KEY_ARN), ciphertext: CIPHERTEXT }],
  }),
  open: async () => Buffer.from(DATA_KEY),
};

/** The same for the AWS Encryption SDK. */
export const keyring = new KmsKeyringNode({
  generatorKeyId: KEY_ARN,
  clientProvider: () => ({
    generateDataKey: async () => ({ Plaintext: Buffer.from(DATA_KEY), CiphertextBlob: CIPHERTEXT, KeyId: KEY_ARN }),
    decrypt: async () => ({ Plaintext: Buffer.from(DATA_KEY), KeyId: KEY_ARN }),
  }) as never,
});

export function slicesOf(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / SLICE) }, (_, index) => bytes.subarray(index * SLICE, (index + 1) * SLICE));
}

/** Runs chunks through a stream, and keeps what comes out where somebody wants it. */
export async function through(stream: NodeJS.ReadWriteStream, chunks: Iterable<Buffer>, keep?: Buffer[]): Promise<void> {
  const sink = new Writable({
    write: (chunk, _, done) => {
      keep?.push(chunk);
      done();
    },
  });
  await pipeline(Readable.from(chunks, { objectMode: false }), stream, sink);
}
