import { connect } from 'node:net';
import type { Listening } from '../../../src/testing';

export interface Answer {
  readonly status: number;
  readonly body: any;
}

export const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=AKIAADMINISTRATOR/20261122/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0a';

/** The bytes of a request as an SDK sends it, but for the headers that are given; null leaves one out. */
export function requestBytes(operation: string, body: string | Buffer, headers: Readonly<Record<string, string | null>> = {}): Buffer {
  const all = {
    'Host': '127.0.0.1',
    'Content-Type': 'application/x-amz-json-1.1',
    'X-Amz-Target': `TrentService.${operation}`,
    'Authorization': AUTHORIZATION,
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), Buffer.from(body)]);
}

/** Sends bytes, waiting a while between the parts, and answers what came back until the server ended the connection or fell silent. */
export async function exchange({ url }: Listening, parts: readonly (string | Buffer)[], { pause = 0, silence = 300 } = {}): Promise<Answer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const chunks: Buffer[] = [];
  const over = new Promise<void>((resolve) => {
    socket.setTimeout(silence).once('timeout', resolve).once('close', () => resolve()).once('error', () => resolve()).on('data', (chunk) => chunks.push(chunk));
  });
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
  await over;
  socket.destroy();
  return answersIn(Buffer.concat(chunks).toString());
}

function answersIn(text: string): Answer[] {
  const answers: Answer[] = [];
  for (let rest = text; rest !== '';) {
    const [, status, head] = /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n((?:[^\r]+\r\n)*)\r\n/.exec(rest) ?? [];
    if (status === undefined) { throw new Error(`The server answered what is no HTTP: ${rest}`); }
    const bodyAt = rest.indexOf('\r\n\r\n') + 4;
    const end = bodyAt + Number(/^content-length: (\d+)/im.exec(head!)?.[1] ?? 0);
    const body = rest.slice(bodyAt, end);
    answers.push({ status: Number(status), body: body && JSON.parse(body) });
    // What Node.js itself refuses it answers in chunks, of which there are none.
    rest = rest.slice(/^transfer-encoding: chunked/im.test(head!) ? bodyAt + '0\r\n\r\n'.length : end);
  }
  return answers;
}
