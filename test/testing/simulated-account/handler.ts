// A custom resource's function that does what its properties say. It is bundled as an asset, and runs in a process of its own.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { request } from 'node:http';

/** What the property `<RequestType>` says: nothing, or one of these. */
const DEEDS: Readonly<Record<string, (event: any, context: any) => Promise<unknown>>> = {
  succeed: (event) => answer(event, {}),
  fail: (event) => answer(event, { Status: 'FAILED', Reason: `no ${event.RequestType} today` }),
  failWithoutId: (event) => answer(event, { Status: 'FAILED', Reason: 'nothing was made', PhysicalResourceId: undefined }),
  hang: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
  answerThenHang: async (event) => { await answer(event, {}); await new Promise((resolve) => setTimeout(resolve, 60_000)); },
  answerLate: async (event) => { await new Promise((resolve) => setTimeout(resolve, 1_100)); await answer(event, {}); },
  stayMute: async () => undefined,
  throw: async () => { throw new TypeError('it broke'); },
  exit: async () => process.exit(7),
  wrongStack: (event) => answer(event, { StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/other/id' }),
  oversize: (event) => answer(event, { Data: { text: 'x'.repeat(4096) } }),
  keepSecret: (event) => answer(event, { Data: { password: 's3cret' }, NoEcho: true }),
  leakSecret: (event) => {
    console.log('It is s3cret, as JSON', JSON.stringify({ password: 'with "quotes"' }));
    return answer(event, { Status: 'FAILED', Reason: 'not s3cret enough', Data: { password: ['s3cret', 'with "quotes"'] }, NoEcho: true });
  },
  twice: async (event) => {
    const first = await answer(event, { Data: { which: 'first' } });
    const second = await answer(event, { Status: 'FAILED', Reason: 'second' });
    journal({ statuses: [first, second] });
  },
  dieUploading: async (event) => {
    const upload = request(event.ResponseURL, { method: 'PUT', headers: { 'content-length': 1_000 } }).on('error', () => undefined);
    await new Promise((resolve) => { upload.write('{"Status":', resolve); });
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.exit(0);
  },
  leaveAChild: async (event) => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5_000)'], { stdio: 'inherit' });
    child.unref();
    journal({ child: child.pid });
    await answer(event, {});
  },
  logAndFail: (event) => {
    for (let line = 0; line < 1_000; line++) console.log(`line ${line}`);
    console.log('the last word');
    return answer(event, { Status: 'FAILED', Reason: 'see the log' });
  },
  repeatAndFail: (event) => failLoudly(event),
  repeatAndWarnAndFail: (event) => {
    console.warn('The key is disabled.');
    return failLoudly(event);
  },
  chunked: async (event) => journal({ statuses: [await put(event, '{}', { 'transfer-encoding': 'chunked' })] }),
  environment: async (event, context) => {
    const remaining = context.getRemainingTimeInMillis();
    journal({ environment: process.env, context: { ...context, remaining } });
    return answer(event, {});
  },
  encrypt: async (event) => {
    const { KMS } = await import('@aws-sdk/client-kms'); // lazily: most runs do without, and start faster
    const kms = new KMS();
    await kms.encrypt({ KeyId: event.ResourceProperties.KeyArn, Plaintext: Buffer.from('secret'), EncryptionContext: { purpose: event.ResourceProperties.Purpose } });
    return answer(event, { Data: { done: 'yes' } });
  },
  putParameter: async (event) => {
    const { Name, KeyArn: KeyId } = event.ResourceProperties;
    const { SSM } = await import('@aws-sdk/client-ssm');
    const ssm = new SSM();
    const { Version, Tier } = await ssm.putParameter({ Name, KeyId, Type: 'SecureString', Value: 'p4ss', Tags: [{ Key: 'owner', Value: event.StackId }] });
    const { TagList } = await ssm.listTagsForResource({ ResourceType: 'Parameter', ResourceId: Name });
    const { Parameters } = await ssm.describeParameters({ ParameterFilters: [{ Key: 'Name', Values: [Name] }] });
    return answer(event, { Data: { Version, Tier, Tags: TagList!.length, Year: Parameters![0]!.LastModifiedDate!.getUTCFullYear() } });
  },
  deleteParameter: async (event) => {
    const { SSM } = await import('@aws-sdk/client-ssm');
    await new SSM().deleteParameter({ Name: event.ResourceProperties.Name });
    return answer(event, {});
  },
  callAnotherService: async (event) => {
    const response = await fetch(process.env['AWS_ENDPOINT_URL']!, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=X/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0' },
    });
    return answer(event, { Status: 'FAILED', Reason: ((await response.json()) as { message: string }).message });
  },
};

export async function handler(event: any, context: any): Promise<void> {
  journal({ event });
  const deed = event.ResourceProperties[event.RequestType] ?? 'succeed';
  try {
    await DEEDS[deed]!(event, context);
  } catch (error) {
    if (deed === 'throw') throw error;
    await answer(event, { Status: 'FAILED', Reason: `${(error as Error).name}: ${(error as Error).message}` });
  }
}

/** What a schedule calls: it fails when its event says so. */
export async function onSchedule(event: any): Promise<void> {
  journal({ event });
  console.log('it ran');
  if (event.fail) throw new Error(event.fail);
}

/** A handler of the older kind: done when it calls back. */
export function withCallback(event: any, context: any, callback: (error?: Error) => void): void {
  context.callbackWaitsForEmptyEventLoop = true;
  void answer(event, {});
  callback();
}

/** A handler that is done when it has nothing left to do. */
export function untilIdle(event: any): void {
  setTimeout(() => { void answer(event, {}); }, 20);
}

function journal(entry: unknown) {
  if (process.env['JOURNAL']) appendFileSync(process.env['JOURNAL'], `${JSON.stringify(entry)}\n`);
}

/** Fails, and logs why, as text and as JSON. */
function failLoudly(event: any): Promise<number> {
  const reason = 'no "key" today';
  console.error(`Failed: ${reason}`);
  console.error(JSON.stringify({ reason }));
  return answer(event, { Status: 'FAILED', Reason: reason });
}

function answer(event: any, more: Record<string, unknown>): Promise<number> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId, ResourceProperties: properties } = event;
  const id = properties.Id ?? PhysicalResourceId ?? `made-for-${LogicalResourceId}`;
  return put(event, JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: id, ...more }));
}

function put(event: any, body: string, headers = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request(event.ResponseURL, { method: 'PUT', headers }, (response) => resolve(response.resume().statusCode!)).on('error', reject).end(body);
  });
}
