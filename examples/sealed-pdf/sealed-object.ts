import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Envelope, OpenOptions, SealOptions } from '../../src/envelope/engine';

/**
 * Seals a file on this machine and stores the message, from which only the owner of its key gets anything. There is nothing to store
 * beside it: the encrypted data key stands in its header.
 *
 * @param object where to put it, as a presigned URL of Amazon S3
 */
export async function putSealed(file: string, object: string, options: SealOptions): Promise<void> {
  const sealed = `${file}.sealed`; // S3 wants to know the length before the first byte
  try {
    await pipeline(createReadStream(file), Envelope.sealStream(options), createWriteStream(sealed));
    const upload = request(object, { method: 'PUT', headers: { 'content-length': (await stat(sealed)).size } });
    const [[response]] = await Promise.all([once(upload, 'response'), pipeline(createReadStream(sealed), upload)]);
    requireOk(response);
    response.resume();
  } finally {
    await rm(sealed, { force: true });
  }
}

/** Fetches a message and opens it into `file`, which is there only if all of the message verified. */
export async function getOpened(object: string, file: string, options: OpenOptions): Promise<void> {
  const opened = `${file}.part`; // frames come as they verify, and the end of the message may still be missing
  try {
    const [response] = await once(request(object).end(), 'response');
    await pipeline(requireOk(response), Envelope.openStream(options), createWriteStream(opened));
    await rename(opened, file);
  } finally {
    await rm(opened, { force: true });
  }
}

function requireOk(response: IncomingMessage): IncomingMessage {
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new Error(`The object store answered ${response.statusCode} ${response.statusMessage}.`);
}
