import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { setImmediate } from 'node:timers/promises';
import { buildClient, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node';
import * as fc from 'fast-check';
import {
  DataKeyError, DataKeys, EncryptionContextMismatchError, Envelope, EnvelopeOptionError, KmsDataKeys, MalformedMessageError,
  MessageLimitError, OpenStream, TamperedMessageError, TruncatedMessageError, UnsupportedMessageError,
} from '../../../src/envelope/engine';
import { FakeKms, KEY_ARN, serviceError } from '../fake-kms';
import { DATA_KEY, FixedDataKeys, MATERIALS, sealChunks, sealForeign, sealMessage } from './sealed-message';
import vectors from './vectors.json';

const CONTEXT = { purpose: 'orders' };
const ZERO = new Uint8Array(32);
const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

/** The bytes in chunks that end where these numbers say, in whatever order. */
const chunksOf = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  return ends.map((end, index) => Buffer.from(bytes.subarray(ends[index - 1] ?? 0, end)));
};

const bySize = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));

/** What came out, and how it ended. */
async function run(stream: NodeJS.ReadWriteStream, chunks: Iterable<Uint8Array>): Promise<{ out: Buffer; error?: any }> {
  const out: Buffer[] = [];
  const sink = new Writable({ write: (chunk, _, done) => (out.push(chunk), done()) });
  const error = await pipeline(Readable.from(chunks, { objectMode: false }), stream, sink).catch((thrown) => thrown);
  return { out: Buffer.concat(out), error };
}

async function whole(stream: NodeJS.ReadWriteStream, chunks: Iterable<Uint8Array>): Promise<Buffer> {
  const { out, error } = await run(stream, chunks);
  if (error) throw error;
  return out;
}

describe('A sealing stream', () => {
  const SIZES = [0, 1, 4096, 65536, 1024 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024];

  it.each(SIZES)('makes of %i bytes what the AWS Encryption SDK opens, and its messages are opened', async (size) => {
    const kms = new FakeKms();
    const dataKeys = new KmsDataKeys({ client: kms, keyId: KEY_ARN });
    const keyring = new KmsKeyringNode({ generatorKeyId: KEY_ARN, clientProvider: () => kms as never });
    const plaintext = randomBytes(size);
    const sealed = await whole(Envelope.sealStream({ dataKeys, encryptionContext: CONTEXT }), bySize(plaintext, 50_000));
    expect((await sdk.decrypt(keyring, sealed)).plaintext.equals(plaintext)).toBe(true);
    for (const suiteId of [0x0478, 0x0578]) {
      const { result } = await sdk.encrypt(keyring, plaintext, { encryptionContext: CONTEXT, suiteId, frameLength: 256 * 1024 });
      const stream = Envelope.openStream({ dataKeys, encryptionContext: CONTEXT });
      expect((await whole(stream, bySize(result, 50_000))).equals(plaintext)).toBe(true);
      expect(await stream.encryptionContext).toEqual(CONTEXT);
    }
  });

  it.each(vectors)('makes the known bytes, however they come: $name', ({ dataKey, messageId, encryptionContext, frameLength, plaintext, message }) => {
    const bytes = Buffer.from(plaintext, 'hex');
    const materials = {
      dataKey: Buffer.from(dataKey, 'hex'),
      messageId: Buffer.from(messageId, 'hex'),
      encryptionContext: encryptionContext as Record<string, string>,
      encryptedDataKeys: [{ providerId: 'aws-kms', providerInfo: Buffer.from(KEY_ARN), ciphertext: Buffer.from('sealed data key') }],
      frameLength,
    };
    for (const size of [1, 3, 15, 16, 17, 1000]) expect(sealChunks(bySize(bytes, size), materials).toString('hex')).toBe(message);
  });

  it('may be written to from memory that is used again', async () => {
    const stream = Envelope.sealStream({ dataKeys: new FixedDataKeys(), frameLength: 100_000 });
    const sealed: Buffer[] = [];
    stream.on('data', (chunk) => sealed.push(chunk));
    const memory = Buffer.alloc(30_000);
    for (const value of [1, 2, 3, 4, 5, 6, 7]) {
      memory.fill(value);
      await new Promise((resolve) => stream.write(memory, resolve));
    }
    memory.fill(0);
    await new Promise<void>((resolve) => stream.end(() => resolve()).once('end', resolve));
    const { plaintext } = await Envelope.open(Buffer.concat(sealed), { dataKeys: new FixedDataKeys() });
    expect(plaintext.equals(Buffer.concat([1, 2, 3, 4, 5, 6, 7].map((value) => Buffer.alloc(30_000, value))))).toBe(true);
  });

  it('asks for one data key, when there is something to seal or the end has come', async () => {
    const dataKeys = new FixedDataKeys();
    const stream = Envelope.sealStream({ dataKeys });
    await setImmediate();
    expect(dataKeys.handedOut).toHaveLength(0);
    await whole(stream, bySize(randomBytes(3000), 1000));
    expect(dataKeys.handedOut).toEqual([ZERO]);
    const empty = await whole(Envelope.sealStream({ dataKeys }), []);
    expect((await Envelope.open(empty, { dataKeys })).plaintext).toHaveLength(0);
  });

  it('refuses options at once', () => {
    const dataKeys = new FixedDataKeys();
    expect(() => Envelope.sealStream({ dataKeys, frameLength: 0 })).toThrow(EnvelopeOptionError);
    expect(() => Envelope.sealStream({ dataKeys, frameLength: 2 ** 25 })).toThrow(MessageLimitError);
    expect(() => Envelope.sealStream({ dataKeys, encryptionContext: { 'aws-crypto-x': '' } })).toThrow(/the format reserves/);
    expect(() => Envelope.sealStream({} as never)).toThrow(/'dataKeys' is of type undefined/);
    expect(() => Envelope.openStream({} as never)).toThrow(/'dataKeys' is of type undefined/);
  });
});

describe('Sealing and opening', () => {
  const dataKeys = new FixedDataKeys();
  const cuts = fc.array(fc.nat(), { maxLength: 8 });
  const seals = [
    (bytes: Buffer, _: number[], frameLength: number) => Envelope.seal(bytes, { dataKeys, encryptionContext: CONTEXT, frameLength }),
    (bytes: Buffer, at: number[], frameLength: number) =>
      whole(Envelope.sealStream({ dataKeys, encryptionContext: CONTEXT, frameLength }), chunksOf(bytes, at)),
  ];
  const opens = [
    async (message: Buffer) => (await Envelope.open(message, { dataKeys, encryptionContext: CONTEXT })).plaintext,
    (message: Buffer, at: number[]) => whole(Envelope.openStream({ dataKeys, encryptionContext: CONTEXT }), chunksOf(message, at)),
  ];

  it('is the identity under every chunking, for streams and whole messages', async () => {
    const [bytes, frameLength] = [fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 })];
    await fc.assert(fc.asyncProperty(bytes, cuts, cuts, frameLength, async (data, one, other, length) => {
      for (const seal of seals) {
        const message = await seal(Buffer.from(data), one, length);
        for (const open of opens) expect((await open(message, other)).equals(data)).toBe(true);
      }
    }), { numRuns: 60 });
  });

  it('is the identity for chunks around the sizes at which they are gathered and cut', async () => {
    const size = fc.constantFrom(1, 4095, 4096, 4097, 65535, 65536, 65537, 200_000);
    await fc.assert(fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 6 }), size, size, async (sizes, frameLength, chunk) => {
      const parts = sizes.map((each) => randomBytes(each));
      const message = await whole(Envelope.sealStream({ dataKeys, frameLength: Math.max(frameLength, 4095) }), parts);
      const opened = await whole(Envelope.openStream({ dataKeys }), bySize(message, Math.max(chunk, 1000)));
      expect(opened.equals(Buffer.concat(parts))).toBe(true);
    }), { numRuns: 20 });
  });
});

describe('An opening stream', () => {
  const open = (chunks: Iterable<Uint8Array>, options = {}) => run(Envelope.openStream({ dataKeys: new FixedDataKeys(), ...options }), chunks);
  const PLAINTEXT = Buffer.from('twenty bytes of data');
  const FORMS = {
    'framed': sealMessage(PLAINTEXT),
    'framed and signed': sealForeign(PLAINTEXT, { signed: true, frameLength: 8 }),
    'unframed': sealForeign(PLAINTEXT, { signed: false, frameLength: 0 }),
    'unframed and signed': sealForeign(PLAINTEXT, { signed: true, frameLength: 0 }),
  };

  it.each(Object.entries(FORMS))('opens a message that is %s, byte by byte', async (_, message) => {
    expect(await open(bySize(message, 1))).toEqual({ out: PLAINTEXT, error: undefined });
    expect((await Envelope.open(message, { dataKeys: new FixedDataKeys() })).plaintext).toEqual(PLAINTEXT);
  });

  it.each(Object.entries(FORMS))('fails on a message that is %s and cut anywhere, and releases only what came before', async (_, message) => {
    for (let length = 0; length < message.length; length++) {
      const { out, error } = await open([message.subarray(0, length)]);
      expect(error).toBeInstanceOf(TruncatedMessageError);
      expect([0, 8, 16]).toContain(out.length);
      expect(PLAINTEXT.subarray(0, out.length)).toEqual(out);
    }
  });

  it.each(Object.entries(FORMS))('fails on a message that is %s and goes on, before it releases the last frame', async (_, message) => {
    for (const chunks of [[message, Buffer.of(0)], [Buffer.concat([message, message])], [message, Buffer.of(255, 255, 255, 255)]]) {
      const { out, error } = await open(chunks);
      expect(error.message).toMatch(/bytes? after its end\.$/);
      expect(out.length).toBeLessThan(20);
    }
  });

  const SEALED = FORMS.framed;
  const HEAD = SEALED.length - (8 + 12 + 4 + 4 + 16) - 2 * 40; // two frames of 8 bytes, a final one of 4
  const frame = (index: number) => SEALED.subarray(HEAD + 40 * index, HEAD + 40 * (index + 1));

  it.each([
    ['reordered', [1, 0, 2], 0], ['repeated', [0, 0, 1, 2], 8], ['left out', [1, 2], 0], ['the last one only', [2], 0], ['put in again', [0, 1, 0, 2], 16],
  ])('fails on frames that are %s, and releases what came before', async (_, order, released) => {
    const message = [SEALED.subarray(0, HEAD), ...order.map((index) => index === 2 ? SEALED.subarray(HEAD + 80) : frame(index))];
    const { out, error } = await open(message);
    expect(error).toBeInstanceOf(TamperedMessageError);
    expect(out).toEqual(PLAINTEXT.subarray(0, released));
  });

  it('releases a frame once its tag came, and the last one at the end of the message', async () => {
    const stream = Envelope.openStream({ dataKeys: new FixedDataKeys() });
    let released = 0;
    stream.on('data', (chunk) => released += chunk.length);
    const releasedAfter = async (bytes: Buffer) => {
      await new Promise((resolve) => stream.write(bytes, resolve));
      await setImmediate();
      return released;
    };
    expect(await releasedAfter(SEALED.subarray(0, HEAD + 39))).toBe(0);
    expect(await releasedAfter(SEALED.subarray(HEAD + 39, HEAD + 40))).toBe(8);
    expect(await releasedAfter(SEALED.subarray(HEAD + 40))).toBe(16);
    await new Promise((resolve) => stream.once('end', resolve).end());
    expect(released).toBe(20);
  });

  it('fails on a signature of another message, before it releases the last frame', async () => {
    const other = sealForeign(PLAINTEXT, { signed: true, frameLength: 8 });
    const mine = FORMS['framed and signed'];
    const unsigned = SEALED.length + 2 + 'aws-crypto-public-key'.length + 2 + 68; // a point of 49 bytes in base64
    const { out, error } = await open([mine.subarray(0, unsigned), other.subarray(unsigned)]);
    expect(error).toBeInstanceOf(TamperedMessageError);
    expect(error.message).toMatch(/its signature does not verify/);
    expect(out).toHaveLength(16);
  });

  it('refuses signed messages before any key is asked, where the caller wants none', async () => {
    const dataKeys = new FixedDataKeys();
    for (const signedMessages of ['refuse', 'Verify' as never, null as never] as const) {
      const { out, error } = await open([FORMS['framed and signed']], { dataKeys, signedMessages });
      expect(error).toBeInstanceOf(UnsupportedMessageError);
      expect(error.message).toMatch(/^The message is signed, and 'signedMessages' refuses those\./);
      expect(out).toHaveLength(0);
    }
    expect(dataKeys.handedOut).toHaveLength(0);
    expect((await open([SEALED], { signedMessages: 'refuse' })).out).toEqual(PLAINTEXT);
  });

  it('refuses a message whose signature was taken away with its suite', async () => {
    const unsigned = sealForeign(PLAINTEXT, { signed: false, frameLength: 8, context: { 'aws-crypto-public-key': 'AAAA' } });
    expect((await open([unsigned])).error.message).toMatch(/is of an unsigned suite; 'aws-crypto-public-key'/);
  });

  it('tells the context once the header is authentic, without the pair of the format', async () => {
    for (const message of Object.values(FORMS)) {
      const stream = Envelope.openStream({ dataKeys: new FixedDataKeys(), encryptionContext: { tenant: 'blue' }, contextMatch: 'subset' });
      stream.write(message.subarray(0, message.length - 1));
      expect(await stream.encryptionContext).toEqual(MATERIALS.encryptionContext);
      stream.on('error', () => undefined).destroy();
    }
  });

  it('does not tell a context that is not authentic', async () => {
    const stream = Envelope.openStream({ dataKeys: new FixedDataKeys(Buffer.alloc(32, 8)) });
    const { error } = await run(stream, [SEALED]);
    expect(error).toBeInstanceOf(TamperedMessageError);
    await expect(stream.encryptionContext).rejects.toBe(error);
    const early = Envelope.openStream({ dataKeys: new FixedDataKeys() });
    early.destroy();
    await expect(early.encryptionContext).rejects.toThrow('destroyed before the header');
  });

  it('refuses another context and too large declarations by the header alone', async () => {
    const dataKeys = new FixedDataKeys();
    expect((await open([SEALED], { dataKeys, encryptionContext: CONTEXT })).error).toBeInstanceOf(EncryptionContextMismatchError);
    expect((await open([SEALED], { dataKeys, limits: { frameLength: 7 } })).error).toBeInstanceOf(MessageLimitError);
    expect((await open([FORMS.unframed], { limits: { frameLength: 19 } })).error).toBeInstanceOf(MessageLimitError);
    expect(dataKeys.handedOut).toHaveLength(0);
  });

  it.each([
    ['a name', '0004' + '0001' + '0001'], ['a value', '0007' + '0001' + '0001' + '61' + 'ffff'], ['the count', '0001' + '00'], ['a pair', '0002' + '0001'],
  ])('does not wait for what no message can bring: %s beyond the end of the context', async (_, context) => {
    const head = Buffer.from('020478' + '09'.repeat(32) + context, 'hex');
    const header = Buffer.concat([head, Buffer.from('0001' + '0000'.repeat(3) + '02' + '00000008', 'hex'), Buffer.alloc(48)]);
    for (const chunks of [bySize(header, 1), [Buffer.concat([header, Buffer.alloc(200_000)])]]) {
      const { error } = await open(chunks);
      expect(error).toBeInstanceOf(MalformedMessageError);
      expect(error).not.toBeInstanceOf(TruncatedMessageError);
    }
    await expect(Envelope.open(header, { dataKeys: new FixedDataKeys() })).rejects.toThrow('The pairs of the encryption context of the message reach beyond its length.');
  });

  it('reads the pairs of a context once, however the header comes', async () => {
    const encryptionContext = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`name ${index}`, '']));
    const message = sealMessage(PLAINTEXT, { encryptionContext, encryptedDataKeys: new Array(20).fill(MATERIALS.encryptedDataKeys[0]) });
    const decoded = jest.spyOn(TextDecoder.prototype, 'decode');
    expect((await open(bySize(message, 100))).out).toEqual(PLAINTEXT);
    expect(decoded).toHaveBeenCalledTimes(2 * 500);
    decoded.mockRestore();
  });

  it('buys no memory for what is declared and does not come', async () => {
    const declared = sealMessage(Buffer.alloc(100), { frameLength: 16 * 1024 * 1024 });
    const head = declared.subarray(0, declared.length - 116 - 8 - 16); // up to the final frame
    const regular = Buffer.concat([head, Buffer.from('00000001' + '00'.repeat(11) + '01', 'hex'), Buffer.alloc(10)]);
    const alloc = jest.spyOn(Buffer, 'alloc');
    try {
      expect((await open(bySize(regular, 7))).error).toBeInstanceOf(TruncatedMessageError);
      expect(Math.max(...alloc.mock.calls.map(([size]) => size))).toBeLessThanOrEqual(4096);
    } finally {
      alloc.mockRestore();
    }
  });
});

describe('Either stream', () => {
  const sealed = sealMessage(randomBytes(500_000), { frameLength: 50_000 });
  const KINDS = ['sealing', 'opening'] as const;
  const streamOf = (kind: typeof KINDS[number], options: object) =>
    (kind === 'sealing' ? Envelope.sealStream : Envelope.openStream)({ dataKeys: new FixedDataKeys(), ...options });

  it.each(KINDS)('holds no more than a frame and a chunk for a slow reader: %s', async (kind) => {
    const frameLength = 50_000;
    const stream = streamOf(kind, kind === 'sealing' ? { frameLength } : {});
    let given = 0;
    let taken = 0;
    let most = 0;
    const source = Readable.from((function* () {
      for (const chunk of bySize(sealed, 10_000)) {
        given += chunk.length;
        yield chunk;
      }
    })(), { highWaterMark: 1 });
    const sink = new Writable({
      highWaterMark: 1,
      write: (chunk, _, done) => {
        taken += chunk.length;
        most = Math.max(most, given - taken);
        void setImmediate().then(() => done());
      },
    });
    await pipeline(source, stream, sink);
    expect(taken).toBeGreaterThan(490_000);
    expect(most).toBeLessThan(3 * frameLength + 6 * 10_000); // a frame inside, one on its way out, and the water marks
  });

  it.each(KINDS)('ends with an AbortError when its signal aborts, before or after: %s', async (kind) => {
    for (const abort of ['before', 'amid'] as const) {
      const controller = new AbortController();
      if (abort === 'before') controller.abort();
      const stream = streamOf(kind, { signal: controller.signal });
      const { error } = await run(stream, (function* () {
        for (const chunk of bySize(sealed, 10_000)) {
          yield chunk;
          controller.abort();
        }
      })());
      expect(error.name).toBe('AbortError');
      expect(stream.destroyed).toBe(true);
    }
  });

  it.each(KINDS)('zeroes a data key that comes after its end: %s', async (kind) => {
    const dataKey = new Uint8Array(DATA_KEY);
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => answer = resolve);
    const dataKeys: DataKeys = {
      generate: async () => { await late; return { plaintext: dataKey, encrypted: MATERIALS.encryptedDataKeys }; },
      open: async () => { await late; return dataKey; },
    };
    const stream = streamOf(kind, { dataKeys });
    const out: Buffer[] = [];
    stream.on('data', (chunk) => out.push(chunk)).on('error', () => undefined);
    stream.write(sealed);
    await setImmediate();
    stream.destroy();
    answer();
    await setImmediate();
    expect(dataKey).toEqual(ZERO);
    expect(out).toEqual([]);
  });

  it.each<[string, () => Promise<never>, string]>([
    ['a typed error', () => Promise.reject(new DataKeyError('The key is disabled.')), 'The key is disabled.'],
    ['an error of a service', () => Promise.reject(serviceError('DisabledException')), 'The data keys failed with DisabledException.'],
    ['nothing at all', () => Promise.reject(), 'The data keys failed with undefined.'],
    ['no promise', () => { throw new TypeError('x'); }, 'The data keys failed with TypeError.'],
    ['no data key', async () => ({}) as never, 'The data keys answered without a data key.'],
  ])('ends with a DataKeyError when the data keys answer with %s', async (_, answer, message) => {
    const dataKeys = { generate: answer, open: answer };
    for (const kind of KINDS) {
      const { out, error } = await run(streamOf(kind, { dataKeys }), [sealed]);
      expect(error).toBeInstanceOf(DataKeyError);
      expect(error.message).toBe(message);
      expect(out).toHaveLength(0);
    }
  });

  it.each(KINDS)('ends with its source, and its sink, when those fail: %s', async (kind) => {
    const failing = (function* () { yield sealed.subarray(0, 200_000); throw new Error('source'); })();
    expect((await run(streamOf(kind, { frameLength: 50_000 }), failing)).error.message).toBe('source');
    const sink = new Writable({ write: (_, __, done) => done(new Error('sink')) });
    const stream = streamOf(kind, { frameLength: 50_000 });
    await expect(pipeline(Readable.from(bySize(sealed, 10_000)), stream, sink)).rejects.toThrow('sink');
    expect(stream.destroyed).toBe(true);
  });

  it.each(['by its reader', 'while its data key is on its way'])('overwrites what it opened, and nobody will read, when it is destroyed %s', async (by) => {
    const late = by !== 'by its reader';
    const stream: OpenStream = Envelope.openStream({
      dataKeys: {
        generate: () => Promise.reject(),
        open: async () => { if (late) await setImmediate(); return new Uint8Array(DATA_KEY); },
      },
    });
    let released = 0;
    stream.on('data', (slice) => { released += slice.length; stream.destroy(); });
    const overwritten = new Set<Uint8Array>();
    const fill = jest.spyOn(Buffer.prototype, 'fill').mockImplementation(function (this: Buffer, ...given: any[]) {
      overwritten.add(this);
      return Uint8Array.prototype.fill.apply(this, given as [number]) as Buffer;
    });
    const frames = sealMessage(Buffer.alloc(170_000, 5), { frameLength: 50_000 });
    stream.write(frames.subarray(0, -100)); // three frames, and most of the last one
    if (late) stream.destroy();
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    fill.mockRestore();
    expect(released).toBe(late ? 0 : 50_000);
    const sum = [...overwritten].filter((bytes) => bytes.length > 4096).reduce((all, bytes) => all + bytes.length, 0);
    expect(sum + released).toBeGreaterThan(169_000);
  });

  it('overwrites what it did not release, and leaves what it did', async () => {
    const frames = sealMessage(Buffer.alloc(100_000, 5), { frameLength: 50_000 });
    frames[frames.length - 1]! = 255 - frames[frames.length - 1]!;
    const updates: Buffer[] = [];
    const stream = Envelope.openStream({ dataKeys: new FixedDataKeys() });
    const fill = jest.spyOn(Buffer.prototype, 'fill').mockImplementation(function (this: Buffer, ...given: any[]) {
      updates.push(this);
      return Uint8Array.prototype.fill.apply(this, given as [number]) as Buffer;
    });
    const { out, error } = await run(stream, bySize(frames, 20_000));
    fill.mockRestore();
    expect(error).toBeInstanceOf(TamperedMessageError);
    expect(out).toEqual(Buffer.alloc(50_000, 5));
    const overwritten = updates.filter((bytes) => bytes.length >= 4096).reduce((sum, bytes) => sum + bytes.length, 0);
    expect(overwritten).toBeGreaterThanOrEqual(50_000);
  });
});

describe('On the Web', () => {
  const dataKeys = new FixedDataKeys();
  const PLAINTEXT = randomBytes(300_000);
  const bodyOf = (chunks: Iterable<Uint8Array>) => {
    const iterator = chunks[Symbol.iterator]();
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        await setImmediate();
        const { done, value } = iterator.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
    }, { highWaterMark: 0 });
  };
  const all = async (body: ReadableStream<Uint8Array>) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it('bodies are piped through', async () => {
    const body = bodyOf(bySize(PLAINTEXT, 7000))
      .pipeThrough(Envelope.sealStream({ dataKeys, frameLength: 20_000 }).toWeb())
      .pipeThrough(Envelope.openStream({ dataKeys }).toWeb());
    expect((await all(body)).equals(PLAINTEXT)).toBe(true);
  });

  it('an empty body is piped through', async () => {
    const body = bodyOf([]).pipeThrough(Envelope.sealStream({ dataKeys }).toWeb()).pipeThrough(Envelope.openStream({ dataKeys }).toWeb());
    expect(await all(body)).toHaveLength(0);
  });

  it('a tampered body fails', async () => {
    const message = sealMessage(PLAINTEXT, { frameLength: 20_000 });
    message[message.length - 1]! = 255 - message[message.length - 1]!;
    await expect(all(bodyOf(bySize(message, 7000)).pipeThrough(Envelope.openStream({ dataKeys }).toWeb()))).rejects.toThrow(TamperedMessageError);
    const cut = bodyOf([message.subarray(0, -1)]).pipeThrough(Envelope.openStream({ dataKeys }).toWeb());
    await expect(all(cut)).rejects.toThrow(TruncatedMessageError);
  });

  it('a source that fails, a reader that leaves, and a signal end the stream', async () => {
    const failing = Envelope.sealStream({ dataKeys });
    await expect(all(bodyOf((function* () { yield PLAINTEXT; throw new Error('source'); })()).pipeThrough(failing.toWeb()))).rejects.toThrow('source');
    const left = Envelope.sealStream({ dataKeys, frameLength: 1000 });
    const reader = bodyOf(bySize(PLAINTEXT, 7000)).pipeThrough(left.toWeb()).getReader();
    await reader.read();
    await reader.cancel();
    const controller = new AbortController();
    const aborted = Envelope.sealStream({ dataKeys, signal: controller.signal });
    await expect(all(bodyOf((function* () { yield PLAINTEXT; controller.abort(); yield PLAINTEXT; })()).pipeThrough(aborted.toWeb())))
      .rejects.toMatchObject({ name: 'AbortError' });
    await setImmediate();
    expect([failing, left, aborted].map((stream) => stream.destroyed)).toEqual([true, true, true]);
  });

  it('a slow reader slows the source down', async () => {
    let given = 0;
    const endless = (function* () { for (;;) { given++; yield PLAINTEXT.subarray(0, 10_000); } })();
    const reader = bodyOf(endless).pipeThrough(Envelope.sealStream({ dataKeys, frameLength: 20_000 }).toWeb()).getReader();
    await reader.read();
    for (let turn = 0; turn < 200; turn++) await setImmediate();
    expect(given).toBeLessThan(20);
    await reader.cancel();
  });
});
