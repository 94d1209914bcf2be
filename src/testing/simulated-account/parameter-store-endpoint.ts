import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ParameterStore } from './parameter-store';
import { ParameterStoreException } from './parameter-store-exception';
import type { Principal } from '../local-kms/caller';

/** A value of 8 KB, and what may be around it. */
const MAX_REQUEST_BYTES = 256 * 1024;

/**
 * Opens Parameter Store on a loopback port for unmodified SDK clients (AWS JSON 1.1). The caller is found by the access key id;
 * signatures are parsed, not verified.
 */
export async function openParameterStore(
  store: ParameterStore, callers: ReadonlyMap<string, Principal>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, store, callers).then(
      (output) => send(response, 200, output),
      (error) => send(response, 400, errorOf(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, store: ParameterStore, callers: ReadonlyMap<string, Principal>): Promise<unknown> {
  const body = await bodyOf(request);
  const credential = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '');
  const [, accessKeyId, region, service] = credential ?? [];
  if (service !== undefined && service !== 'ssm') {
    throw new ParameterStoreException('UnknownOperationException', `The service '${service}' is not simulated; simulated are kms and ssm.`);
  }
  const target = /^AmazonSSM\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1];
  if (target === undefined) throw new ParameterStoreException('UnknownOperationException');
  const caller = callers.get(accessKeyId ?? '');
  if (!caller) throw new ParameterStoreException('UnrecognizedClientException', 'The security token included in the request is invalid.');
  return store.call(target, inputOf(body), caller, region!);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_REQUEST_BYTES) throw new ParameterStoreException('ValidationException', `The request has ${bytes} bytes; allowed are ${MAX_REQUEST_BYTES}.`);
  return Buffer.concat(chunks).toString('utf8');
}

function inputOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const input = JSON.parse(body);
    if (input !== null && typeof input === 'object' && !Array.isArray(input)) return input;
  } catch {
    // falls through: what is no JSON is no object either
  }
  throw new ParameterStoreException('SerializationException', 'The request body is not a JSON object.');
}

/** Only the service's own errors speak: others could carry what they stumbled over. */
function errorOf(error: unknown): unknown {
  if (error instanceof ParameterStoreException) return { __type: error.name, message: error.message };
  return { __type: 'InternalServerError', message: `The parameter store stumbled over the request (${(error as Error).name}).` };
}

function send(response: ServerResponse, status: number, output: unknown): void {
  const body = JSON.stringify(output, function (this: Record<string, unknown>, key, value) {
    const raw = this[key];
    return raw instanceof Date ? raw.getTime() / 1000 : value; // AWS JSON 1.1: seconds
  });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
}
