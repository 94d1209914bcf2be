import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { twoAccounts } from './two-accounts';
import {
  CachedDataKeys, CachedDataKeysProps, DataKey, DataKeyError, DataKeys, DataKeyUse, EncryptedDataKey, EncryptionContext, Envelope,
  EnvelopeOptionError, KmsDataKeys,
} from '../../../src/envelope/engine';

const ZERO = new Uint8Array(32);
const CONTEXT = { tenant: 'blue' };
const MINUTE = 60_000;

/** Data keys that are counted, and can be held back or made to fail. */
class CountedDataKeys implements DataKeys {
  public readonly made: { plaintext: Uint8Array; context: EncryptionContext; use?: DataKeyUse }[] = [];
  public readonly opened: Uint8Array[] = [];
  public before = async (): Promise<void> => undefined;

  public async generate(context: EncryptionContext, use?: DataKeyUse): Promise<DataKey> {
    const one = { plaintext: new Uint8Array(randomBytes(32)), context, use };
    this.made.push(one);
    await this.before();
    return { plaintext: one.plaintext, encrypted: [{ providerId: 'counted', providerInfo: Buffer.alloc(0), ciphertext: Uint8Array.from(one.plaintext) }] };
  }

  public async open(encrypted: readonly EncryptedDataKey[]): Promise<Uint8Array> {
    const plaintext = Uint8Array.from(encrypted[0]!.ciphertext);
    this.opened.push(plaintext);
    await this.before();
    return plaintext;
  }
}

function scene(props: Partial<CachedDataKeysProps> = {}) {
  const source = new CountedDataKeys();
  const clock = { time: 0 };
  const cached = new CachedDataKeys({ dataKeys: source, now: () => clock.time, ...props });
  const generate = (plaintextLength: number | undefined = 1, context: EncryptionContext = CONTEXT) => cached.generate(context, { plaintextLength });
  return { source, clock, cached, generate };
}

const settled = () => new Promise((done) => setImmediate(done));

describe('Cached data keys to seal with', () => {
  it('cost one call for a thousand messages, each opened by whoever has the key', async () => {
    const { own } = await twoAccounts();
    const kms = new KmsDataKeys({ client: own.client, keyId: own.arn });
    const cached = new CachedDataKeys({ dataKeys: kms });
    for (const index of [1, 2, 3]) {
      const encryptionContext = { tenant: 'blue' };
      const { plaintext, encrypted } = await cached.generate(encryptionContext, { plaintextLength: 9 });
      const dataKeys = { open: kms.open.bind(kms), generate: async () => ({ plaintext, encrypted }) };
      const message = await Envelope.seal(Buffer.from(`message ${index}`), { dataKeys, encryptionContext });
      expect((await Envelope.open(message, { dataKeys: kms, encryptionContext })).plaintext.toString()).toBe(`message ${index}`);
      expect(plaintext).toEqual(ZERO);
    }
    for (let message = 3; message < 1000; message++) await cached.generate({ tenant: 'blue' }, { plaintextLength: 9 });
    expect(own.calls.filter((call) => call === 'generateDataKey')).toHaveLength(1);
    expect(own.plaintexts[0]).toEqual(ZERO); // used up
    await cached.generate({ tenant: 'blue' }, { plaintextLength: 9 });
    expect(own.calls.filter((call) => call === 'generateDataKey')).toHaveLength(2);
  });

  it('are one per encryption context, whatever the order of its pairs', async () => {
    const { source, generate } = scene();
    await generate(1, { a: '1', b: '2' });
    await generate(1, { b: '2', a: '1' });
    for (const context of [{}, { a: '12' }, { a: '1', b: '3' }, { a: '1b2' }]) await generate(1, context as never);
    expect(source.made.map(({ context }) => context)).toEqual([{ a: '1', b: '2' }, {}, { a: '12' }, { a: '1', b: '3' }, { a: '1b2' }]);
  });

  it('are copies: what one message zeroes is there for the next', async () => {
    const { source, generate } = scene();
    const one = await generate();
    const plaintext = Uint8Array.from(one.plaintext);
    one.plaintext.fill(0);
    expect((await generate()).plaintext).toEqual(plaintext);
    expect(source.made).toHaveLength(1);
  });

  it.each<[string, Partial<CachedDataKeysProps>, number[], number]>([
    ['as many messages as allowed', { maxMessages: 2 }, [1, 1, 1, 1, 1], 3],
    ['one message where no more are allowed', { maxMessages: 1 }, [1, 1, 1], 3],
    ['as many bytes as allowed', { maxBytes: 10 }, [5, 5, 5, 5], 2],
    ['the bytes that are left, or another one', { maxBytes: 10 }, [9, 2, 8], 2],
    ['empty messages within the bytes', { maxBytes: 10 }, [0, 0, 0], 1],
    ['a message too large to be cached, alone', { maxBytes: 10 }, [3, 11, 3, 11], 3],
  ])('seal %s', async (_, props, lengths, calls) => {
    const { source, generate } = scene(props);
    for (const length of lengths) await generate(length);
    expect(source.made).toHaveLength(calls);
  });

  it('are not reused where the length is not known, as of a stream', async () => {
    const { source, cached } = scene();
    for (const use of [undefined, {}, { plaintextLength: undefined }]) await cached.generate(CONTEXT, use);
    expect(source.made).toHaveLength(3);
  });

  it('never exceed a bound, whatever is sealed, and are all zeroed in the end', async () => {
    const step = fc.record({ length: fc.nat(60), tenant: fc.constantFrom('a', 'b', 'c'), elapsed: fc.nat(40) });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { source, clock, cached, generate } = scene({ maxMessages: 4, maxBytes: 50, maxAge: 100, capacity: 2 });
      const uses = new Map<string, { messages: number; bytes: number; first: number; tenant: string }>();
      for (const { length, tenant, elapsed } of steps) {
        clock.time += elapsed;
        const { plaintext, encrypted } = await generate(length, { tenant });
        expect(plaintext).toEqual(encrypted[0]!.ciphertext);
        const id = Buffer.from(plaintext).toString('hex');
        const use = uses.get(id) ?? { messages: 0, bytes: 0, first: clock.time, tenant };
        uses.set(id, { ...use, messages: use.messages + 1, bytes: use.bytes + length });
        plaintext.fill(0);
        expect(use.tenant).toBe(tenant);
        expect(clock.time - use.first).toBeLessThan(100);
      }
      for (const { messages, bytes } of uses.values()) expect(messages === 1 || (messages <= 4 && bytes <= 50)).toBe(true);
      expect(source.made.filter(({ plaintext, use }) => !use && plaintext.some((byte) => byte !== 0)).length).toBeLessThanOrEqual(2);
      cached.clear();
      await settled();
      expect(source.made.filter(({ plaintext, use }) => !use && plaintext.some((byte) => byte !== 0))).toEqual([]);
    }));
  });

  it('are shared by calls at the same time, as far as the bounds go', async () => {
    const { source, generate } = scene({ maxMessages: 3 });
    const keys = await Promise.all([1, 2, 3, 4, 5].map(() => generate()));
    expect(source.made).toHaveLength(2);
    expect(new Set(keys.map(({ plaintext }) => plaintext)).size).toBe(5);
    keys.forEach(({ plaintext, encrypted }) => expect(plaintext).toEqual(encrypted[0]!.ciphertext)); // none is zeroed before it is lent
  });

  it('that do not come are not kept, and all who wait hear of it', async () => {
    const { source, generate } = scene();
    source.before = async () => { throw new DataKeyError('throttled'); };
    const refused = await Promise.allSettled([generate(), generate()]);
    expect(refused.map((one) => (one as PromiseRejectedResult).reason.message)).toEqual(['throttled', 'throttled']);
    source.before = async () => undefined;
    await generate();
    expect(source.made).toHaveLength(2);
  });
});

describe('Cached data keys to open with', () => {
  it('cost one call per data key, also for calls at the same time', async () => {
    const { own } = await twoAccounts();
    const kms = new KmsDataKeys({ client: own.client, keyId: own.arn });
    const message = await Envelope.seal(Buffer.from('data'), { dataKeys: kms, encryptionContext: CONTEXT });
    const dataKeys = new CachedDataKeys({ dataKeys: kms });
    const open = () => Envelope.open(message, { dataKeys });
    const opened = [...await Promise.all([open(), open()]), await open()];
    expect(opened.map(({ plaintext }) => plaintext.toString())).toEqual(['data', 'data', 'data']);
    expect(own.calls).toEqual(['generateDataKey', 'decrypt']);
    expect(own.plaintexts[1]).not.toEqual(ZERO);
    dataKeys.clear();
    await settled();
    expect(own.plaintexts[1]).toEqual(ZERO);
  });

  it('are not those of another message or context', async () => {
    const { source, cached } = scene();
    const key = (ciphertext: Uint8Array, name = 'n') => ({ providerId: 'counted', providerInfo: Buffer.from(name), ciphertext });
    const one = randomBytes(32);
    const asked: [EncryptedDataKey[], EncryptionContext][] = [
      [[key(one)], {}], [[key(one)], CONTEXT], [[key(randomBytes(32))], {}], [[key(one, 'm')], {}], [[key(one), key(one)], {}], [[key(one)], {}],
    ];
    for (const [encrypted, context] of asked) expect(await cached.open(encrypted, context)).toEqual(Uint8Array.from(encrypted[0]!.ciphertext));
    expect(source.opened).toHaveLength(5);
  });

  it('are not those that were made to seal: who may do that need not be allowed to open', async () => {
    const { source, cached, generate } = scene();
    await cached.open((await generate()).encrypted, CONTEXT);
    expect([source.made.length, source.opened.length]).toEqual([1, 1]);
  });

  it('that are refused are asked for again', async () => {
    const { source, cached } = scene();
    const encrypted = [{ providerId: 'counted', providerInfo: Buffer.alloc(0), ciphertext: randomBytes(32) }];
    source.before = async () => { throw new DataKeyError('disabled'); };
    for (const _ of [1, 2]) await expect(cached.open(encrypted, {})).rejects.toThrow('disabled');
    expect(source.opened).toHaveLength(2);
  });
});

describe('Cached data keys leave', () => {
  it('when they have come of age', async () => {
    const { source, clock, cached, generate } = scene();
    const { encrypted } = await generate();
    await cached.open(encrypted, CONTEXT);
    clock.time = 5 * MINUTE - 1;
    await generate();
    await cached.open(encrypted, CONTEXT);
    expect([source.made.length, source.opened.length]).toEqual([1, 1]);
    clock.time = 5 * MINUTE;
    await generate();
    await cached.open(encrypted, CONTEXT);
    expect([source.made.length, source.opened.length]).toEqual([2, 2]);
    await settled();
    expect([source.made[0]!.plaintext, source.opened[0]]).toEqual([ZERO, ZERO]);
    expect(source.made[1]!.plaintext).not.toEqual(ZERO);
  });

  it('by themselves when nobody asks any more', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { source, cached, generate } = scene({ maxAge: 1000 });
    await cached.open((await generate()).encrypted, CONTEXT);
    jest.advanceTimersByTime(999);
    await settled();
    expect(source.opened[0]).not.toEqual(ZERO);
    jest.advanceTimersByTime(1);
    await settled();
    expect([source.made[0]!.plaintext, source.opened[0]]).toEqual([ZERO, ZERO]);
    await generate();
    cached.clear();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('as soon as they are used up', async () => {
    for (const props of [{ maxMessages: 2 }, { maxBytes: 10 }]) {
      const { source, generate } = scene(props);
      await generate(4);
      await settled();
      expect(source.made[0]!.plaintext).not.toEqual(ZERO);
      await generate(6);
      await settled();
      expect(source.made[0]!.plaintext).toEqual(ZERO);
    }
  });

  it('when there is no room, the one that was not used for longest first', async () => {
    const { source, generate } = scene({ capacity: 2 });
    for (const tenant of ['a', 'b', 'a', 'c']) await generate(1, { tenant });
    await settled();
    expect(source.made.map(({ context, plaintext }) => [context['tenant'], plaintext.some((byte) => byte !== 0)])).toEqual([
      ['a', true], ['b', false], ['c', true],
    ]);
  });

  it.each<[string, (at: ReturnType<typeof scene>) => void]>([
    ['is cleared', ({ cached }) => cached.clear()],
    ['runs out of room', ({ generate }) => { void generate(1, { tenant: 'other' }); }],
  ])('only after those who wait for them have them, when the cache %s meanwhile', async (_, happens) => {
    const at = scene({ capacity: 1 });
    let come = () => {};
    at.source.before = () => new Promise((resolve) => { come = resolve; });
    const waiting = [at.generate(), at.generate()];
    await settled();
    const first = come;
    happens(at);
    first();
    for (const { plaintext, encrypted } of await Promise.all(waiting)) expect(plaintext).toEqual(encrypted[0]!.ciphertext);
    await settled();
    expect(at.source.made[0]!.plaintext).toEqual(ZERO);
  });

  it.each<[string, object, string]>([
    ['no age', { maxAge: 0 }, "'maxAge' is 0; it is a whole number from 1 to 86400000."],
    ['an age without end', { maxAge: Infinity }, "'maxAge' is Infinity;"],
    ['no messages', { maxMessages: 0 }, "'maxMessages' is 0; it is a whole number from 1 to 4294967296."],
    ['bytes that are none', { maxBytes: -1 }, "'maxBytes' is -1;"],
    ['no room', { capacity: '9' }, "'capacity' is of type string;"],
    ['nothing to cache', { dataKeys: {} }, "'dataKeys' is of type Object, which lacks generate() and open()"],
  ])('and are not there with %s', (_, props, message) => {
    expect(() => scene(props)).toThrow(EnvelopeOptionError);
    expect(() => scene(props)).toThrow(message);
  });
});
