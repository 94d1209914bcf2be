import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { credentialOf, type Credential } from './credential';
import { KmsException } from './exceptions';
import { PolicyError, RequestError } from '../../proof';

/** Performs an operation for whoever signed, and answers as JSON can tell it. */
export type Perform = (credential: Credential, operation: string, request: unknown) => unknown;

export interface Listening {
  /** E.g. `http://127.0.0.1:4599`: what an SDK takes as its endpoint. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const TARGET_PREFIX = 'TrentService.';
const MAX_BODY_BYTES = 1_048_576; // no request of the service model comes near

/** AWS JSON 1.1 over HTTP, reachable from this machine only. */
export async function listen(perform: Perform, port: number): Promise<Listening> {
  const server = createServer((request, response) => { void serve(perform, request, response); });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, LOOPBACK, resolve); });
  const close = () => new Promise<void>((resolve, reject) => {
    server.close((error) => error ? reject(error) : resolve());
    server.closeAllConnections();
  });
  return { url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`, close };
}

async function serve(perform: Perform, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await bodyOf(request);
    answer(response, 200, perform(credentialOf(request.headers.authorization), operationOf(request), parsed(body)));
  } catch (error) {
    refuse(response, error instanceof KmsException ? error : internal(error));
  }
}

function operationOf({ method, url, headers }: IncomingMessage): string {
  if (method !== 'POST' || url !== '/') { throw new KmsException('ResourceNotFoundException', 'AWS KMS answers POST / only.'); }
  const target = headers['x-amz-target'];
  if (typeof target !== 'string' || !target.startsWith(TARGET_PREFIX)) { throw new KmsException('UnknownOperationException'); }
  return target.slice(TARGET_PREFIX.length);
}

/** The whole body. One that is too large is read to its end and dropped, so that the client gets to see the answer. */
function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      } else {
        reject(new KmsException('RequestEntityTooLargeException', `The request is over ${MAX_BODY_BYTES} bytes.`));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

// Bytes that are no UTF-8 are not replaced: two encryption contexts would become one.
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(body));
  } catch {
    throw new KmsException('SerializationException', 'The request is not JSON in UTF-8.');
  }
}

function answer(response: ServerResponse, status: number, content: unknown): void {
  const body = content === undefined ? '' : JSON.stringify(content);
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-RequestId': randomUUID(),
  }).end(body);
}

function refuse(response: ServerResponse, { name, message, httpStatusCode }: KmsException): void {
  if (httpStatusCode === 413) { response.setHeader('Connection', 'close'); }
  answer(response, httpStatusCode, { __type: name, ...(message && { message }) });
}

// A fault in a principal or its policies is the user's to mend; the message of any other could carry what it stumbled over.
function internal(error: unknown): KmsException {
  const mendable = error instanceof PolicyError || error instanceof RequestError;
  return new KmsException('KMSInternalException', mendable ? error.message : `LocalKms stumbled over the request (${(error as Error).name}).`);
}
