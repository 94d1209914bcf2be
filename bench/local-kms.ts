import { connect, type Socket } from 'node:net';
import { LocalKms, type KmsClient } from '../src/testing';
import { bodyOf, listenOnLoopback, type Listening } from '../src/testing/loopback-server';

const ROLE = 'arn:aws:iam::111122223333:role/Orders';
const ACCESS_KEY_ID = 'AKIAORDERS';
const ROUNDS = 15;
const CALLS = 2_000;

/** GenerateDataKey, authorized against a policy of 26 statements: in process, and over HTTP against a handler that does nothing on the same server. */
export async function run(): Promise<void> {
  const identityPolicy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*' }] };
  const kms = new LocalKms({ principals: { [ACCESS_KEY_ID]: { arn: ROLE, identityPolicies: [identityPolicy] } } });
  const { KeyMetadata: { Arn: KeyId } } = await kms.as('arn:aws:iam::111122223333:root').createKey({ Policy: JSON.stringify(keyPolicy()) });
  const dataKey = { KeyId, KeySpec: 'AES_256', EncryptionContext: { Purpose: 'orders' } } as const;
  await inProcess(kms.as(ACCESS_KEY_ID), dataKey);
  await overHttp(kms, JSON.stringify(dataKey));
}

function keyPolicy() {
  const services = Array.from({ length: 25 }, (_, i) => ({
    Sid: `Service${i}`,
    Effect: 'Allow',
    Principal: { Service: `service${i}.amazonaws.com` },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' }, ArnLike: { 'aws:SourceArn': `arn:aws:service${i}:us-east-1:111122223333:*` } },
  }));
  const account = { Sid: 'Account', Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' };
  return { Version: '2012-10-17', Statement: [...services, account] };
}

async function inProcess(client: KmsClient, dataKey: Parameters<KmsClient['generateDataKey']>[0]): Promise<void> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) { rounds.push(await timeOf(() => client.generateDataKey(dataKey))); }
  console.log(`  in process: ${perSecond(median(rounds))} a second (gate 5,000)`);
}

/** Rounds of the order A B B A, of which the median counts: a machine that slows down does so to both. */
async function overHttp(kms: LocalKms, body: string): Promise<void> {
  const [empty, own] = await Promise.all([
    listenOnLoopback(async (request, response) => { await bodyOf(request, body.length); response.end('{}'); }).then((listening) => clientOf(listening, body)),
    kms.listen().then((listening) => clientOf(listening, body)),
  ]);
  const pairs: { readonly baseline: number; readonly own: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second, third, fourth] = [await timeOf(empty.post), await timeOf(own.post), await timeOf(own.post), await timeOf(empty.post)];
    pairs.push({ baseline: (first + fourth) / 2, own: (second + third) / 2 });
  }
  await Promise.all([empty.close(), own.close()]);
  const ratio = median(pairs.map(({ baseline, own: each }) => baseline / each)).toFixed(2);
  console.log(`  over HTTP: ${perSecond(median(pairs.map(({ own: each }) => each)))} a second, ${ratio} of an empty handler's rate `
    + `of ${perSecond(median(pairs.map(({ baseline }) => baseline)))} (gate 0.50)`);
}

interface RawClient {
  /** Sends the request, and resolves when all of the answer is there. */
  post(): Promise<void>;
  close(): Promise<void>;
}

/** One connection that is kept alive, and no HTTP library: its cost would count as the server's. */
async function clientOf(listening: Listening, body: string): Promise<RawClient> {
  const { hostname, port } = new URL(listening.url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve) => { socket.once('connect', resolve); });
  const request = Buffer.from([
    'POST / HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Content-Type: application/x-amz-json-1.1',
    'X-Amz-Target: TrentService.GenerateDataKey',
    'X-Amz-Date: 20261122T120000Z',
    `Authorization: AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/20261122/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n'));
  return {
    post: () => { socket.write(request); return answered(socket); },
    close: () => { socket.destroy(); return listening.close(); },
  };
}

function answered(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) { return; }
      socket.off('data', onData);
      if (answer.startsWith('HTTP/1.1 200 ')) { resolve(); } else { reject(new Error(answer)); }
    };
    socket.on('data', onData);
  });
}

function isWhole(answer: string): boolean {
  const bodyAt = answer.indexOf('\r\n\r\n') + 4;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return bodyAt > 3 && length !== undefined && answer.length >= bodyAt + Number(length);
}

/** Milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) { await work(); }
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function perSecond(milliseconds: number): string {
  return Math.round(CALLS / milliseconds * 1000).toLocaleString('en');
}
