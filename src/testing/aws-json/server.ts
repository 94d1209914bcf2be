import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentialOf, type Credential } from './credential';
import { serialize } from './serialize';
import { ServiceException } from './service-exception';
import { PolicyError, RequestError } from '../../proof';
import { bodyOf, listenOnLoopback, type Listening } from '../loopback-server';

/** A service that is called in AWS JSON 1.1. */
export interface AwsJsonService {
  /** What requests are signed for, e.g. `kms`. */
  readonly signingName: string;
  /** What X-Amz-Target has before the operation, e.g. `TrentService`. */
  readonly targetPrefix: string;
  /** The exception for what went wrong within. */
  readonly internalException: string;
  /** Performs an operation for whoever signed. */
  perform(credential: Credential, operation: string, request: unknown, requestId: string): unknown;
  /** What to say to a request that is signed for another service. Default: what AWS says. */
  refuseOther?(signingName: string): ServiceException;
}

const MAX_BODY_BYTES = 1_048_576; // no request of the service models comes near

/** Serves AWS JSON 1.1, for unmodified SDKs on this machine. */
export function serveAwsJson(service: AwsJsonService, port?: number): Promise<Listening> {
  return listenOnLoopback((request, response) => serve(service, request, response), port);
}

async function serve(service: AwsJsonService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request, MAX_BODY_BYTES);
  const requestId = randomUUID();
  try {
    const credential = credentialOf(request.headers.authorization);
    requireScope(service, credential);
    answer(response, 200, serialize(await service.perform(credential, operationOf(service, request), parsed(body), requestId)), requestId);
  } catch (error) {
    refuse(response, error instanceof ServiceException ? error : internal(service, error), requestId);
  }
}

function requireScope({ signingName, refuseOther }: AwsJsonService, { service }: Credential): void {
  if (service === signingName) { return; }
  throw refuseOther?.(service) ?? new ServiceException('InvalidSignatureException', `Credential should be scoped to correct service: '${signingName}'.`);
}

function operationOf({ targetPrefix }: AwsJsonService, { method, url, headers }: IncomingMessage): string {
  if (method !== 'POST' || url !== '/') { throw new ServiceException('ResourceNotFoundException', 'Only POST / is answered.', { status: 404 }); }
  const target = String(headers['x-amz-target']);
  if (!target.startsWith(`${targetPrefix}.`)) { throw new ServiceException('UnknownOperationException'); }
  return target.slice(targetPrefix.length + 1);
}

// Bytes that are no UTF-8 are not replaced: two encryption contexts would become one.
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function parsed(body: Buffer | undefined): unknown {
  if (!body) { throw new ServiceException('RequestEntityTooLargeException', `The request is over ${MAX_BODY_BYTES} bytes.`, { status: 413 }); }
  try {
    return JSON.parse(UTF_8.decode(body));
  } catch {
    throw new ServiceException('SerializationException', 'The request is not JSON in UTF-8.');
  }
}

function answer(response: ServerResponse, status: number, content: unknown, requestId: string): void {
  const body = content === undefined ? '' : JSON.stringify(content);
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-RequestId': requestId,
  }).end(body);
}

function refuse(response: ServerResponse, { name, message, httpStatusCode }: ServiceException, requestId: string): void {
  answer(response, httpStatusCode, { __type: name, ...(message && { message }) }, requestId);
}

// A fault in a principal or its policies is the user's to mend; the message of any other could carry what it stumbled over.
function internal({ internalException }: AwsJsonService, error: unknown): ServiceException {
  const mendable = error instanceof PolicyError || error instanceof RequestError;
  const message = mendable ? error.message : `The service stumbled over the request (${(error as Error).name}).`;
  return new ServiceException(internalException, message, { status: 500 });
}
