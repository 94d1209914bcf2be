import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Objects in a folder, reached by PUT and GET on loopback: as much of Amazon S3 as the story needs. Bodies pass through, none is held. */
export async function openObjectStore(folder: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => { serve(folder, request, response).catch(() => response.destroy()); });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = join(folder, encodeURIComponent(request.url!));
  if (request.method === 'GET') return get(file, response);
  if (request.method !== 'PUT') return void response.writeHead(405).end();
  if (request.headers['content-length'] === undefined) return void response.writeHead(411).end();
  await pipeline(request, createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file); // an object is there whole, or not at all
  response.end();
}

async function get(file: string, response: ServerResponse): Promise<void> {
  const object = createReadStream(file);
  try {
    await once(object, 'open');
  } catch {
    return void response.writeHead(404).end();
  }
  await pipeline(object, response);
}
