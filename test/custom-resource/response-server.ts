import { createServer, IncomingMessage } from 'node:http';
import { AddressInfo } from 'node:net';

/** What CloudFormation's bucket was sent. */
export interface Delivery {
  readonly method?: string;
  readonly contentType?: string;
  readonly bytes: number;
  readonly body: any;
}

/** A loopback stand-in for the bucket behind a response URL; it answers with `statuses` in turn, then with 200. */
export async function responseServer(statuses: number[] = []) {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const status = statuses.shift() ?? 200;
    if (status === 200) {
      deliveries.push({ method: request.method, contentType: request.headers['content-type'], bytes: body.length, body: JSON.parse(body.toString()) });
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/response?X-Amz-Signature=secret-signature`;
  const close = () => new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
  return { url, deliveries, close };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
