import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { exchange, requestBytes } from './raw-http';
import { ROOT } from './scene';
import { LocalKms, type Listening } from '../../../src/testing';

let kms: LocalKms;
let server: Listening;
beforeAll(async () => {
  kms = new LocalKms({ principals: { AKIAADMINISTRATOR: { arn: ROOT } } });
  server = await kms.listen();
});
afterAll(() => server.close());
// Whatever a test sent, the next caller is served.
afterEach(async () => {
  const [answer] = await exchange(server, [requestBytes('GenerateRandom', '{"NumberOfBytes":4}', { Connection: 'close' })]);
  expect(answer).toEqual({ status: 200, body: { Plaintext: expect.stringMatching(/^[A-Za-z0-9+/]{6}==$/) } });
});

const CLOSE = { Connection: 'close' };
const LIST = requestBytes('ListKeys', '{}', CLOSE);
const JSON_TOO_DEEP = `{"Tags":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

describe('bytes that are a request all the same', () => {
  it.each<[string, readonly (string | Buffer)[], object]>([
    ['one at a time', LIST.toString('latin1').split(''), { pause: 0 }],
    ['in chunks', [requestBytes('ListKeys', '1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n', { ...CLOSE, 'Content-Length': null, 'Transfer-Encoding': 'chunked' })], {}],
    ['slowly', [LIST.subarray(0, 40), LIST.subarray(40, 200), LIST.subarray(200)], { pause: 100 }],
    ['after waiting to be asked for the body', [requestBytes('ListKeys', '{}', { ...CLOSE, Expect: '100-continue' })], {}],
    ['with a header twice', [requestBytes('ListKeys', '{}', { ...CLOSE, 'x-amz-date': 'a', 'X-Amz-Date': 'b' })], {}],
    ['with members twice and unknown', [requestBytes('ListKeys', '{"Limit":"x","Limit":5,"__proto__":{"Limit":0},"constructor":1}', CLOSE)], {}],
  ])('%s are served', async (_, parts, timing) => {
    const answers = await exchange(server, parts, timing);
    expect(answers.at(-1)).toEqual({ status: 200, body: { Keys: [], Truncated: false } });
  });

  it('of many requests at once are answered in their order', async () => {
    const sizes = Array.from({ length: 50 }, (_, i) => i + 1);
    const pipelined = sizes.map((NumberOfBytes) => requestBytes('GenerateRandom', JSON.stringify({ NumberOfBytes })));
    const answers = await exchange(server, [Buffer.concat(pipelined)]);
    expect(answers.map(({ body }) => Buffer.from(body.Plaintext, 'base64').length)).toEqual(sizes);
  });
});

describe('bytes that are none', () => {
  it.each<[string, Buffer | string, number, string | undefined]>([
    ['no HTTP', 'KMS please\r\n\r\n', 400, undefined],
    ['HTTP of another kind', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, undefined],
    ['a TLS handshake', Buffer.from('16030100c8010000c40303', 'hex'), 400, undefined],
    ['a length that is none', requestBytes('ListKeys', '{}', { ...CLOSE, 'Content-Length': '-2' }), 400, undefined],
    ['two lengths', requestBytes('ListKeys', '{}', { ...CLOSE, 'content-length': '3' }), 400, undefined],
    ['a length beside chunks', requestBytes('ListKeys', '2\r\n{}\r\n0\r\n\r\n', { ...CLOSE, 'Transfer-Encoding': 'chunked' }), 400, undefined],
    ['chunks that are none', requestBytes('ListKeys', 'zz\r\n{}\r\n', { ...CLOSE, 'Content-Length': null, 'Transfer-Encoding': 'chunked' }), 400, undefined],
    ['no host', requestBytes('ListKeys', '{}', { ...CLOSE, Host: null }), 400, undefined],
    ['headers without end', requestBytes('ListKeys', '{}', { ...CLOSE, 'X-Long': 'x'.repeat(20_000) }), 431, undefined],
    ['a control character in a header', requestBytes('ListKeys', '{}', { ...CLOSE, 'X-Amz-Target': 'TrentService.\u0001' }), 400, undefined],
    ['no length, so no body', requestBytes('ListKeys', '', { ...CLOSE, 'Content-Length': null }), 400, 'SerializationException'],
    ['a target of Latin-1', requestBytes('Listé', '{}', CLOSE), 400, 'UnknownOperationException'],
    ['a target of objects', requestBytes('__proto__', '{}', CLOSE), 400, 'UnknownOperationException'],
    ['an authorization without end', requestBytes('ListKeys', '{}', { ...CLOSE, Authorization: `AWS4-HMAC-SHA256 ${'Credential=a/'.repeat(900)}` }), 400, 'IncompleteSignatureException'],
    ['a compressed body', requestBytes('ListKeys', gzipSync('{}'), { ...CLOSE, 'Content-Encoding': 'gzip' }), 400, 'SerializationException'],
    ['UTF-16', requestBytes('ListKeys', Buffer.from('\ufeff{}', 'utf16le'), CLOSE), 400, 'SerializationException'],
    ['half a character', requestBytes('ListKeys', Buffer.from([0x7b, 0x22, 0xc3, 0x22, 0x7d]), CLOSE), 400, 'SerializationException'],
    ['JSON and something more', requestBytes('ListKeys', '{}{}', CLOSE), 400, 'SerializationException'],
    ['JSON that is too deep', requestBytes('TagResource', JSON_TOO_DEEP, CLOSE), 400, 'SerializationException'],
    ['a number that is too large', requestBytes('ListKeys', '{"Limit":1e999}', CLOSE), 400, 'SerializationException'],
  ])('%s: are refused', async (_, bytes, status, type) => {
    const [answer] = await exchange(server, [bytes]);
    expect({ status: answer?.status, type: answer?.body.__type }).toEqual({ status, type });
  });

  it('or too few, are waited for while others are served, and end with the server', async () => {
    const own = await kms.listen();
    const stuck = exchange(own, [LIST.subarray(0, -1)], { silence: 60_000 });
    expect(await exchange(own, [LIST])).toHaveLength(1);
    await own.close();
    expect(await stuck).toEqual([]);
  });

  it('and a client that dies in the middle does no harm', async () => {
    const dying = Array.from({ length: 50 }, (_, i) => exchange(server, [LIST.subarray(0, i * 5)], { silence: 1 }));
    expect((await Promise.all(dying)).flat()).toEqual([]);
  });

  it('of any kind are never answered outside 200 and 4xx', async () => {
    const whole = requestBytes('Encrypt', '{"KeyId":"alias/a","Plaintext":"eA=="}', CLOSE);
    const patch = fc.record({ at: fc.nat(whole.length - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) });
    await fc.assert(fc.asyncProperty(fc.array(patch, { minLength: 1, maxLength: 3 }), async (patches) => {
      const bytes = Buffer.from(whole);
      patches.forEach(({ at, bytes: some }) => bytes.set(some.subarray(0, bytes.length - at), at));
      const statuses = (await exchange(server, [bytes], { silence: 15 })).map(({ status }) => status);
      expect(statuses.filter((status) => status !== 200 && (status < 400 || status > 499))).toEqual([]);
    }), { numRuns: 150 });
  });
});
