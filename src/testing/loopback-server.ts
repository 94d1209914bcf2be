import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** E.g. `http://127.0.0.1:4599`: what an SDK takes as its endpoint. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** An HTTP server that is reachable from this machine only. A request that cannot be served, as when its client dies, ends alone. */
export async function listenOnLoopback(serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>, port = 0): Promise<Listening> {
  const server = createServer((request, response) => { serve(request, response).catch(() => response.destroy()); });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, LOOPBACK, resolve); });
  const close = () => new Promise<void>((resolve, reject) => {
    server.close((error) => error ? reject(error) : resolve());
    server.closeAllConnections();
  });
  return { url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`, close };
}

/** The whole body; undefined for one that is too large, which is read to its end so that the client gets to see the answer. */
export function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => { // on the path of every call: events cost less than an async iteration
      size += chunk.length;
      if (size <= maxBytes) { chunks.push(chunk); }
    });
    request.on('end', () => resolve(size <= maxBytes ? Buffer.concat(chunks) : undefined)).on('error', reject);
  });
}
