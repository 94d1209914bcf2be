import { request as httpRequest } from 'node:http';
import * as clientKms from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { allowed, bytes, call, CONTEXT, DAY, OPERATION_NAMES, READER, ROOT, SAMPLES, scene, sceneOf, type Scene } from './scene';
import { wrapped } from './wrapped-key-material';
import { LocalKms, type KmsClient, type Listening } from '../../../src/testing';
import { CUSTOM_KEY_STORE_OPERATIONS } from '../../../src/testing/local-kms/custom-key-stores';
import { OPERATIONS } from '../../../src/testing/local-kms/operations';

const { KMS, KMSServiceException, NotFoundException } = clientKms;
type KMS = clientKms.KMS;
const REGION = 'us-east-1';
const ADMINISTRATOR = 'AKIAADMINISTRATOR';
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=${ADMINISTRATOR}/20261122/${REGION}/kms/aws4_request, SignedHeaders=host, Signature=0a`;

let at: Scene;
let server: Listening;

beforeAll(async () => {
  at = await scene();
  at.kms.addPrincipal(ADMINISTRATOR, { arn: ROOT });
  at.kms.addPrincipal('AKIAREADER', allowed(READER, ['DescribeKey']));
  server = await at.kms.listen();
});
afterAll(() => server.close());

function sdk(accessKeyId = ADMINISTRATOR, region = REGION, endpoint = server.url): KMS {
  return new KMS({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'any' }, maxAttempts: 1 });
}

describe('the unmodified SDK', () => {
  // The same members of the same types: what changes from call to call is its content.
  const shape = (value: any): unknown => {
    if (value instanceof Date || value instanceof Uint8Array) { return value.constructor === Date ? 'date' : 'bytes'; }
    if (Array.isArray(value)) { return value.map(shape); }
    if (typeof value !== 'object' || value === null) { return typeof value; }
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '$metadata').map(([name, member]) => [name, shape(member)]));
  };

  it.each(OPERATION_NAMES)('gets from %s what a caller in process gets', async (operation) => {
    const answers = await Promise.all(['http', 'process'].map(async (way) => {
      const own = await sceneOf(operation);
      await SAMPLES[operation].before?.(own);
      own.kms.addPrincipal(ADMINISTRATOR, { arn: ROOT });
      const listening = await own.kms.listen();
      const client = way === 'http' ? sdk(ADMINISTRATOR, REGION, listening.url) : own.root;
      // A server left open keeps Jest from exiting.
      return shape(await call(client, operation, SAMPLES[operation].request(own)).finally(() => listening.close()));
    }));
    expect(answers[0]).toEqual(answers[1]);
  });

  it('round-trips data keys', async () => {
    const { Plaintext, CiphertextBlob } = await sdk().generateDataKey({ KeyId: 'alias/present', KeySpec: 'AES_256', EncryptionContext: CONTEXT });
    const opened = await sdk().decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
    expect(opened.Plaintext).toEqual(Plaintext);
    expect(opened.$metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it('throws its own exceptions', async () => {
    await expect(sdk().describeKey({ KeyId: 'alias/absent' })).rejects.toThrow(NotFoundException);
    const failure = sdk().encrypt({ KeyId: 'alias/present', Plaintext: new Uint8Array(4097) });
    await expect(failure).rejects.toMatchObject({ name: 'ValidationException', $fault: 'client', $metadata: { httpStatusCode: 400 } });
    await expect(failure).rejects.toThrow(KMSServiceException);
  });

  it('calls as whoever the access key id is, in the Region that it signs for', async () => {
    await sdk('AKIAREADER').describeKey({ KeyId: at.keyArn });
    await expect(sdk('AKIAREADER').disableKey({ KeyId: at.keyArn })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(sdk('AKIASTRANGER').listKeys()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(sdk(ADMINISTRATOR, 'eu-west-1').describeKey({ KeyId: at.keyArn })).rejects.toThrow(`Invalid arn ${REGION}`);
  });

  it('is an administrator of the default account where no principals are given', async () => {
    const listening = await new LocalKms({ account: '999988887777', region: 'eu-west-1' }).listen();
    const { KeyMetadata } = await sdk('anything', 'eu-west-1', listening.url).createKey({});
    expect(KeyMetadata!.Arn).toMatch(/^arn:aws:kms:eu-west-1:999988887777:key\//);
    await listening.close();
  });

  it('has no operation that is not performed, but those of custom key stores', () => {
    const commands = Object.keys(clientKms).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
    expect(commands.sort()).toEqual([...Object.keys(OPERATIONS), ...CUSTOM_KEY_STORE_OPERATIONS].sort());
  });

  it('tells of a use by the id of its request', async () => {
    const { $metadata: { requestId } } = await sdk().encrypt({ KeyId: at.otherKeyArn, Plaintext: bytes('x') });
    expect((await sdk().getKeyLastUsage({ KeyId: at.otherKeyArn })).KeyLastUsage!.KmsRequestId).toBe(requestId);
  });

  it('sends dates as it reads them', async () => {
    const { KeyMetadata } = await sdk().createKey({ Origin: 'EXTERNAL' });
    const KeyId = KeyMetadata!.KeyId!;
    const ValidTo = new Date(Math.ceil(Date.now() / 1000) * 1000 + DAY);
    const offer = await wrapped(at.root, KeyId, new Uint8Array(32));
    await sdk().importKeyMaterial({ KeyId, ValidTo, ...offer });
    expect((await sdk().describeKey({ KeyId })).KeyMetadata).toMatchObject({ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo });
    expect(await post({ target: 'TrentService.ImportKeyMaterial', body: '{"ValidTo":"tomorrow"}' })).toMatchObject({ body: { __type: 'SerializationException' } });
  });

  it('hears that AWS KMS does not know an operation', async () => {
    expect(await post({ target: 'TrentService.Scry' })).toEqual({ status: 400, body: { __type: 'UnknownOperationException' } });
  });

  it.each(CUSTOM_KEY_STORE_OPERATIONS)('hears from %s, as a caller in process does, that there are no custom key stores', async (operation) => {
    const refusal = { name: 'UnsupportedOperationException', message: 'LocalKms has no custom key stores.' };
    const request = { CustomKeyStoreId: 'cks-1', CustomKeyStoreName: 'orders' };
    await expect(call(sdk(), operation, request)).rejects.toMatchObject(refusal);
    await expect(call(at.root, operation, request)).rejects.toMatchObject(refusal);
  });

  it('and a caller in process are interchangeable in TypeScript', async () => {
    const either: Pick<KMS, keyof KmsClient>[] = [sdk(), at.root];
    for (const client of either) {
      const { CiphertextBlob } = await client.encrypt({ KeyId: 'alias/present', Plaintext: bytes('x') });
      expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(bytes('x'));
    }
  });

  it('many at once get along', async () => {
    const { root } = at;
    const client = sdk();
    const work = Array.from({ length: 60 }, async (_, i) => {
      const caller: Pick<KMS, 'encrypt' | 'decrypt'> = i % 2 ? client : root;
      const EncryptionContext = { i: String(i) };
      const { CiphertextBlob } = await caller.encrypt({ KeyId: 'alias/present', Plaintext: bytes(`order ${i}`), EncryptionContext });
      return Buffer.from((await caller.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext!).toString();
    });
    expect(await Promise.all(work)).toEqual(Array.from({ length: 60 }, (_, i) => `order ${i}`));
  });

  it('many that take the same alias leave one', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => sdk().createAlias({ AliasName: 'alias/contested', TargetKeyId: at.keyArn })));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

interface Post {
  readonly method?: string;
  readonly path?: string;
  readonly target?: string;
  readonly authorization?: string;
  readonly body?: string | Buffer;
}

/** A request as no SDK makes it. */
function post({ method = 'POST', path = '/', target, authorization = AUTHORIZATION, body = '{}' }: Post): Promise<{ status: number; body: any }> {
  const headers = { ...(target !== undefined && { 'X-Amz-Target': target }), ...(authorization && { Authorization: authorization }), 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(server.url, { method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode!, body: text && JSON.parse(text) });
      });
    });
    request.on('error', reject).end(body);
  });
}

describe('a request that no SDK makes', () => {
  const ENCRYPT = 'TrentService.Encrypt';

  it.each<[string, Post, number, string]>([
    ['by another method', { method: 'PUT', target: ENCRYPT }, 404, 'ResourceNotFoundException'],
    ['to another path', { path: '/keys', target: ENCRYPT }, 404, 'ResourceNotFoundException'],
    ['without a target', {}, 400, 'UnknownOperationException'],
    ['with the target of another service', { target: 'AmazonSSM.GetParameter' }, 400, 'UnknownOperationException'],
    ['with a target that goes on', { target: 'TrentService.ListKeys.All' }, 400, 'UnknownOperationException'],
    ['with a target of every object', { target: 'TrentService.constructor' }, 400, 'UnknownOperationException'],
    ['with the name of an action that is no operation', { target: 'TrentService.ReEncryptFrom' }, 400, 'UnknownOperationException'],
    ['without credentials', { target: ENCRYPT, authorization: '' }, 400, 'MissingAuthenticationTokenException'],
    ['with a bearer token', { target: ENCRYPT, authorization: 'Bearer x' }, 400, 'IncompleteSignatureException'],
    ['signed for another service', { target: ENCRYPT, authorization: AUTHORIZATION.replace('/kms/', '/s3/') }, 400, 'InvalidSignatureException'],
    ['that is no JSON', { target: ENCRYPT, body: '{"KeyId":' }, 400, 'SerializationException'],
    ['that is not UTF-8', { target: ENCRYPT, body: Buffer.from('{"KeyId":"\xff"}', 'latin1') }, 400, 'SerializationException'],
    ['that is empty', { target: ENCRYPT, body: '' }, 400, 'SerializationException'],
    ['that is a list', { target: ENCRYPT, body: '[]' }, 400, 'SerializationException'],
    ['that is null', { target: ENCRYPT, body: 'null' }, 400, 'SerializationException'],
    ['that nests without end', { target: ENCRYPT, body: '['.repeat(500_000) }, 400, 'SerializationException'],
    ['that is too large', { target: ENCRYPT, body: Buffer.alloc(3_000_000, 'x') }, 413, 'RequestEntityTooLargeException'],
    ['whose bytes are not base64', { target: ENCRYPT, body: '{"KeyId":"alias/present","Plaintext":"ä"}' }, 400, 'SerializationException'],
    ['whose bytes are a number', { target: ENCRYPT, body: '{"KeyId":"alias/present","Plaintext":7}' }, 400, 'SerializationException'],
  ])('%s is refused', async (_, request, status, type) => {
    const answer = await post(request);
    expect({ status: answer.status, type: answer.body.__type }).toEqual({ status, type });
  });

  it('gets the encryption context it asked for, whatever its keys are called', async () => {
    const encrypt = async (context: string) => (await post({ target: ENCRYPT, body: `{"KeyId":"alias/present","Plaintext":"eA==","EncryptionContext":${context}}` })).body;
    const { CiphertextBlob } = await encrypt('{"__proto__":"a"}');
    const decrypt = async (context: string) => (await post({ target: 'TrentService.Decrypt', body: `{"CiphertextBlob":"${CiphertextBlob}","EncryptionContext":${context}}` })).body;
    expect(await decrypt('{}')).toEqual({ __type: 'InvalidCiphertextException', message: expect.stringMatching(/^\(LocalKms: /) });
    expect((await decrypt('{"__proto__":"a"}')).Plaintext).toBe('eA==');
  });

  it('is answered without a body where the operation answers nothing, with seconds for dates', async () => {
    expect(await post({ target: 'TrentService.EnableKey', body: JSON.stringify({ KeyId: at.keyArn }) })).toEqual({ status: 200, body: '' });
    const { body } = await post({ target: 'TrentService.DescribeKey', body: JSON.stringify({ KeyId: at.keyArn }) });
    expect(body.KeyMetadata.CreationDate).toBeCloseTo(Date.now() / 1000, -3);
  });

  it('never gets an answer outside 200 and 4xx, nor ends the server', async () => {
    const targets = fc.oneof(fc.constantFrom(...OPERATION_NAMES).map((name) => `TrentService.${name}`), fc.string({ unit: 'grapheme-ascii' }));
    const bodies = fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)), fc.json());
    await fc.assert(fc.asyncProperty(targets, bodies, fc.constantFrom(AUTHORIZATION, '', 'AWS4-HMAC-SHA256 Credential=/'), async (target, body, authorization) => {
      const answer = await post({ target, body, authorization });
      expect(answer.status === 200 || (answer.status >= 400 && answer.status < 500 && typeof answer.body.__type === 'string')).toBe(true);
    }), { numRuns: 400 });
    expect((await post({ target: 'TrentService.ListKeys' })).status).toBe(200);
  });
});

describe('a member of any shape', () => {
  // Values of a shape's type or not, near its limits or not, so that requests get past the first check.
  const near = fc.oneof(
    fc.constantFrom('alias/present', 'alias/', 'arn:aws:kms:us-east-1:111122223333:key/x', 'arn:', 'AES_256', 'default'),
    fc.constantFrom('{"Statement":[]}', '{"Statement":{"Effect":"Allow","Principal":{"AWS":[1]},"Action":{},"Resource":"*"}}'),
    fc.integer({ min: -2, max: 3000 }), fc.boolean(), fc.base64String({ maxLength: 200 }),
    fc.dictionary(fc.string(), fc.string()), fc.array(fc.string()), fc.jsonValue(),
  );
  const requests = fc.constantFrom(...OPERATION_NAMES).chain((name) => fc.record({
    name: fc.constant(name),
    request: fc.record(Object.fromEntries(Object.keys(OPERATIONS[name].members).map((member) => [member, near])), { requiredKeys: [] }),
  }));

  it('is answered or refused in AWS KMS\'s terms over HTTP', async () => {
    await fc.assert(fc.asyncProperty(requests, async ({ name, request }) => {
      const { status, body } = await post({ target: `TrentService.${name}`, body: JSON.stringify(request) });
      expect(status === 200 || (status < 500 && typeof body.__type === 'string')).toBe(true);
    }), { numRuns: 600 });
  });

  it('is answered or refused in AWS KMS\'s terms in process', async () => {
    const client: KmsClient = (await scene()).root;
    await fc.assert(fc.asyncProperty(requests, async ({ name, request }) => {
      const failure = await call(client, name, request).then(() => undefined, (error) => error);
      expect([undefined, 400]).toContain(failure?.httpStatusCode);
    }), { numRuns: 1000 });
  });
});

it('says what is wrong with a principal whose policy is none', async () => {
  at.kms.addPrincipal('AKIABROKEN', { arn: READER, identityPolicies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Perhaps', Action: '*', Resource: '*' }] }] });
  await expect(sdk('AKIABROKEN').listKeys()).rejects.toMatchObject({ name: 'KMSInternalException', message: expect.stringContaining('Perhaps') });
});

it('listens on loopback only', () => {
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
});

it('says so when the port is taken', async () => {
  await expect(at.kms.listen({ port: Number(new URL(server.url).port) })).rejects.toThrow('EADDRINUSE');
});
