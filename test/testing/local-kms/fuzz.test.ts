import fc from 'fast-check';
import { AUTHORIZATION } from './raw-http';
import { bytes, call, exceptionOf, OPERATION_NAMES, ROOT, SAMPLES, sceneOf, type Scene } from './scene';
import { serialize } from '../../../src/testing/aws-json/serialize';
import { EXCEPTIONS } from '../../../src/testing/local-kms/exceptions';
import { OPERATIONS } from '../../../src/testing/local-kms/operations';

/** What a member may be that it should not be, as JSON has it: near a limit, far from it, or something else altogether. */
const ODD_JSON = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 31, -(2 ** 31), 2 ** 53, 1e308, 5e-324),
  fc.constantFrom<unknown>('', ' ', '\u0000', '\ud800', '𝒦', 'é', 'e\u0301', '\u202e', 'x'.repeat(9_000), '../..', '%00', '${*}', '*', 'null', '=', 'eA==', 'eA'),
  fc.constantFrom<unknown>('__proto__', 'constructor', 'toString', 'hasOwnProperty', JSON.parse('{"__proto__":{"a":"b"}}'), { constructor: { prototype: {} } }),
  fc.constantFrom<unknown>('alias/', 'alias/present', 'alias/aws/s3', 'alias/alias/x', 'arn:', 'arn:aws:kms:us-east-1:111122223333:key/', 'arn:aws:kms:us-east-1:111122223333:alias/present'),
  fc.constantFrom<unknown>([], {}, [[]], [null], [{}], [''], { '': '' }, { a: null }, { a: {} }, JSON.parse('['.repeat(500) + ']'.repeat(500))),
  fc.string({ unit: 'binary', maxLength: 20 }), fc.integer({ min: -2, max: 5000 }), fc.base64String({ maxLength: 60 }),
  fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 4 }), fc.array(fc.string(), { maxLength: 60 }), fc.jsonValue(),
);

/** What a caller in process may pass beside that. */
const ODD_IN_PROCESS = fc.oneof(ODD_JSON, fc.constantFrom<unknown>(
  undefined, NaN, Infinity, -0, 10n, Symbol('odd'), () => 'x', new Date(NaN), new Map([['a', 'b']]), /x/, new Uint8Array(0), new Uint8Array(7_000),
  new Float64Array(4), new ArrayBuffer(8), Buffer.alloc(16), Object.create(null), new Proxy({}, {}), [undefined], Array(3), Object(1), Object('x'),
));

interface Mutation {
  readonly member: string;
  readonly value: unknown;
}

/** One or two members of an operation's request, each with something odd; `''` is the whole request. */
function mutations(name: keyof typeof OPERATIONS, odd: fc.Arbitrary<unknown>): fc.Arbitrary<Mutation[]> {
  const members = [...Object.keys(OPERATIONS[name].members), '__proto__', 'Unknown', ''];
  return fc.array(fc.record({ member: fc.constantFrom(...members), value: odd }), { minLength: 1, maxLength: 2 });
}

function mutated(request: object, changes: readonly Mutation[]): any {
  const whole = changes.find(({ member }) => member === '');
  if (whole) { return whole.value; }
  return Object.fromEntries([...Object.entries(request), ...changes.map(({ member, value }) => [member, value] as const)]);
}

/** Those of AWS KMS that a client can bring about, and those that every service has. */
const OUTCOMES = ['answered', 'SerializationException', ...Object.entries(EXCEPTIONS).filter(([, { status }]) => status < 500).map(([name]) => name)];

async function post(url: string, operation: string, request: unknown): Promise<{ status: number; body: any }> {
  const headers = { 'X-Amz-Target': `TrentService.${operation}`, 'Authorization': AUTHORIZATION };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(serialize(request)) ?? '' });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

async function stillWorks({ root, otherKeyArn: KeyId }: Scene): Promise<void> {
  await root.enableKey({ KeyId }).catch(() => root.cancelKeyDeletion({ KeyId }).then(() => root.enableKey({ KeyId })));
  const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('order 7') });
  expect((await root.decrypt({ CiphertextBlob })).Plaintext).toEqual(bytes('order 7'));
}

async function sampleOf(name: (typeof OPERATION_NAMES)[number]): Promise<{ scene: Scene; request: object }> {
  const scene = await sceneOf(name);
  await SAMPLES[name].before?.(scene);
  scene.kms.addPrincipal('AKIAADMINISTRATOR', { arn: ROOT });
  return { scene, request: SAMPLES[name].request(scene) };
}

describe('a request that works, but for a member or two', () => {
  it.each(OPERATION_NAMES)('%s is answered or refused in AWS KMS\'s terms over HTTP', async (name) => {
    const { scene, request } = await sampleOf(name);
    const server = await scene.kms.listen();
    try {
      await fc.assert(fc.asyncProperty(mutations(name, ODD_JSON), async (changes) => {
        const { status, body } = await post(server.url, name, mutated(request, changes));
        expect(OUTCOMES).toContain(status === 200 ? 'answered' : status === 400 && body.__type);
      }), { numRuns: 40 });
    } finally {
      await server.close();
    }
    await stillWorks(scene);
  });

  it.each(OPERATION_NAMES)('%s is answered or refused in AWS KMS\'s terms in process', async (name) => {
    const { scene, request } = await sampleOf(name);
    await fc.assert(fc.asyncProperty(mutations(name, ODD_IN_PROCESS), async (changes) => {
      const { name: refusal = 'answered' } = await exceptionOf(call(scene.root, name, mutated(request, changes)));
      expect(OUTCOMES).toContain(refusal);
    }), { numRuns: 60 });
    await stillWorks(scene);
  });
});
