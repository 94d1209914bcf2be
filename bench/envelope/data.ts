import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataKeys } from '../../src/envelope/engine';

export const SLICE = 64 * 1024;
export const FRAME = 1024 * 1024;
export const DATA_KEY = randomBytes(32);

export const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const CIPHERTEXT = randomBytes(184); // as long as AWS KMS makes them

/** An owner of keys that answers at once: only what is done with the data keys is measured. */
export const dataKeys: DataKeys = {
  generate: async () => ({
    plaintext: Buffer.from(DATA_KEY),
    encrypted: [{ providerId: 'aws-kms', providerInfo: Buffer.from(KEY_ARN), ciphertext: CIPHERTEXT }],
  }),
  open: async () => Buffer.from(DATA_KEY),
};

/** So many MiB in slices of 64 KiB: with half a frame at the end, as on the average. */
export function plaintextOf(mebibytes: number): Buffer[] {
  const mebibyte = slicesOf(randomBytes(FRAME));
  return Array.from({ length: mebibytes * FRAME / SLICE }, (_, index) => mebibyte[index % mebibyte.length]!);
}

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

export async function sealedBy(stream: NodeJS.ReadWriteStream, chunks: Buffer[]): Promise<Buffer[]> {
  const message: Buffer[] = [];
  await through(stream, chunks, message);
  return slicesOf(Buffer.concat(message));
}
