import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LocalKms, type KmsClient } from '../src/testing';

const ROLE = 'arn:aws:iam::111122223333:role/Orders';
const ACCESS_KEY_ID = 'AKIAORDERS';
const ROUNDS = 7;
const CALLS = 2_000;

/** GenerateDataKey, authorized against a policy of 26 statements: in process, and over HTTP against a handler that does nothing. */
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
  console.log(`  in process: ${perSecond(median(rounds))} a second`);
}

async function overHttp(kms: LocalKms, body: string): Promise<void> {
  const empty = createServer((incoming, response) => drain(incoming, response));
  await new Promise<void>((resolve) => { empty.listen(0, '127.0.0.1', resolve); });
  const served = await kms.listen();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const emptyUrl = `http://127.0.0.1:${(empty.address() as AddressInfo).port}`;
  const pairs: { readonly baseline: number; readonly own: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    pairs.push({ baseline: await timeOf(() => post(emptyUrl, agent, body)), own: await timeOf(() => post(served.url, agent, body)) });
  }
  agent.destroy();
  empty.close();
  await served.close();
  const ratio = median(pairs.map(({ baseline, own }) => baseline / own)).toFixed(2);
  console.log(`  over HTTP: ${perSecond(median(pairs.map(({ own }) => own)))} a second, ${ratio} of an empty handler's rate`);
}

function drain(incoming: IncomingMessage, response: ServerResponse): void {
  incoming.resume().on('end', () => response.end('{}'));
}

function post(url: string, agent: Agent, body: string): Promise<void> {
  const headers = {
    'X-Amz-Target': 'TrentService.GenerateDataKey',
    'Authorization': `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/20261122/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=00`,
    'Content-Length': body.length,
  };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) { reject(new Error(`HTTP ${response.statusCode}`)); }
      response.resume().on('end', resolve);
    }).on('error', reject).end(body);
  });
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
