import { randomBytes } from 'node:crypto';
import { buildClient, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node';
import { KMS, KMSClient } from '@aws-sdk/client-kms';
import * as fc from 'fast-check';
import {
  DataKeyError, DataKeys, EncryptionContext, EncryptionContextMismatchError, Envelope, EnvelopeError, EnvelopeOptionError, KmsDataKeys,
  MalformedMessageError, MessageLimitError, SealOptions, TamperedMessageError, TruncatedMessageError, UnsupportedMessageError,
} from '../../../src/envelope/engine';
import { DEFAULT_LIMITS } from '../../../src/envelope/engine/limits';
import { FakeKms, KEY_ARN, serviceError } from '../fake-kms';
import foreignVectors from './foreign-vectors.json';
import { DATA_KEY, MATERIALS, sealForeign, sealMessage } from './sealed-message';
import vectors from './vectors.json';

const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const kms = new FakeKms();
const dataKeys = new KmsDataKeys({ client: kms, keyId: KEY_ARN });
const keyring = new KmsKeyringNode({ generatorKeyId: KEY_ARN, clientProvider: () => kms as never });

/** Data keys that are all the same, as the vectors need them. */
const fixed = (dataKey: Buffer): DataKeys => ({
  generate: async () => ({ plaintext: Buffer.from(dataKey), encrypted: [{ providerId: 'fixed', providerInfo: Buffer.from('fixed'), ciphertext: Buffer.of(1) }] }),
  open: async () => Buffer.from(dataKey),
});
const FIXED = fixed(Buffer.alloc(32, 7));

const CONTEXTS: EncryptionContext[] = [
  {},
  { purpose: 'orders' },
  { 'ünïcödé': '値', '𝒳': '𐍈', '\uffff': 'sorts after 𝒳 in UTF-16, before it in UTF-8', 'empty': '' },
  { __proto__x: '1', constructor: '2', b: '3', a: '4' },
];

describe('A sealed message', () => {
  beforeEach(() => {
    kms.calls.length = kms.plaintexts.length = 0;
    kms.before = () => undefined;
  });

  const SIZES = [0, 1, 15, 16, 4095, 4096, 4097, 65536, 1024 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024];

  it.each(SIZES)('of %i bytes is opened by the AWS Encryption SDK, and the other way round', async (size) => {
    const plaintext = randomBytes(size);
    const sealed = await Envelope.seal(plaintext, { dataKeys, encryptionContext: CONTEXTS[1] });
    const theirs = await sdk.decrypt(keyring, sealed);
    expect(theirs.plaintext.equals(plaintext)).toBe(true);
    expect(theirs.messageHeader.encryptionContext).toEqual(CONTEXTS[1]);
    const { result } = await sdk.encrypt(keyring, plaintext, {
      encryptionContext: CONTEXTS[1], suiteId: 0x0478 as never, ...(size > 65536 ? { frameLength: 256 * 1024 } : {}),
    });
    const opened = await Envelope.open(result, { dataKeys, encryptionContext: CONTEXTS[1] });
    expect(opened.plaintext.equals(plaintext)).toBe(true);
  });

  const FRAMES = [1, 7, 64, 99, 100, 101, 4096].flatMap((frameLength) => CONTEXTS.map((_, context) => [frameLength, context] as const));

  it.each(FRAMES)('in frames of %i bytes with context %i is opened by the AWS Encryption SDK, and the other way round', async (frameLength, index) => {
    const encryptionContext = CONTEXTS[index]!;
    const plaintext = randomBytes(100);
    const sealed = await Envelope.seal(plaintext, { dataKeys, encryptionContext, frameLength });
    expect((await sdk.decrypt(keyring, sealed)).plaintext.equals(plaintext)).toBe(true);
    const { result } = await sdk.encrypt(keyring, plaintext, { encryptionContext: { ...encryptionContext }, frameLength, suiteId: 0x0478 as never });
    const opened = await Envelope.open(result, { dataKeys, encryptionContext });
    expect(opened).toEqual({ plaintext, encryptionContext });
  });

  it.each(vectors)('has the known bytes: $name', async ({ dataKey, messageId, encryptionContext, frameLength, plaintext, message }) => {
    const sealed = sealMessage(Buffer.from(plaintext, 'hex'), {
      dataKey: Buffer.from(dataKey, 'hex'),
      messageId: Buffer.from(messageId, 'hex'),
      encryptedDataKeys: [{ providerId: 'aws-kms', providerInfo: Buffer.from(KEY_ARN), ciphertext: Buffer.from('sealed data key') }],
      encryptionContext: encryptionContext as EncryptionContext,
      frameLength,
      limits: DEFAULT_LIMITS,
    });
    expect(sealed.toString('hex')).toBe(message);
    const decrypt = async () => ({ Plaintext: Buffer.from(dataKey, 'hex'), KeyId: KEY_ARN });
    const theirs = new KmsKeyringNode({ generatorKeyId: KEY_ARN, clientProvider: () => ({ decrypt }) as never });
    expect((await sdk.decrypt(theirs, sealed)).plaintext.toString('hex')).toBe(plaintext);
  });

  it.each([
    ['framed and signed', true, 30], ['unframed', false, 0], ['unframed and signed', true, 0],
  ])('that is %s is read as the AWS Encryption SDK reads it', async (_, signed, frameLength) => {
    for (const size of [0, 1, 30, 31, 100]) {
      const plaintext = randomBytes(size);
      const encryptedDataKeys = [{ providerId: 'aws-kms', providerInfo: Buffer.from(KEY_ARN), ciphertext: Buffer.from('sealed data key') }];
      const message = sealForeign(plaintext, { signed, frameLength, encryptedDataKeys });
      const decrypt = async () => ({ Plaintext: Buffer.from(DATA_KEY), KeyId: KEY_ARN });
      const theirs = new KmsKeyringNode({ generatorKeyId: KEY_ARN, clientProvider: () => ({ decrypt }) as never });
      expect((await sdk.decrypt(theirs, message)).plaintext.equals(plaintext)).toBe(true);
      expect(await Envelope.open(message, { dataKeys: FIXED, encryptionContext: MATERIALS.encryptionContext }))
        .toEqual({ plaintext, encryptionContext: MATERIALS.encryptionContext });
    }
  });

  it.each(SIZES)('of %i bytes that the AWS Encryption SDK signed is opened', async (size) => {
    const plaintext = randomBytes(size);
    const { result } = await sdk.encrypt(keyring, plaintext, { encryptionContext: CONTEXTS[2]!, frameLength: Math.max(7, Math.ceil(size / 8)) });
    expect(result.readUInt16BE(1)).toBe(0x0578);
    const opened = await Envelope.open(result, { dataKeys, encryptionContext: CONTEXTS[2] });
    expect(opened.plaintext.equals(plaintext)).toBe(true);
  });

  it.each(foreignVectors)('of another writer has a known plaintext: $name', async ({ message, plaintext, encryptionContext }) => {
    const opened = await Envelope.open(Buffer.from(message, 'hex'), { dataKeys: FIXED, encryptionContext: encryptionContext as EncryptionContext });
    expect(opened.plaintext.toString('hex')).toBe(plaintext);
  });

  it('opens to what was sealed, whatever it is', async () => {
    const text = fc.string({ unit: 'grapheme' });
    const context = fc.dictionary(text.filter((name) => !name.startsWith('aws-crypto-')), text, { maxKeys: 5 });
    const [bytes, length] = [fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 })];
    await fc.assert(fc.asyncProperty(bytes, context, length, async (data, encryptionContext, frameLength) => {
      const message = await Envelope.seal(data, { dataKeys: FIXED, encryptionContext, frameLength });
      const opened = await Envelope.open(message, { dataKeys: FIXED, encryptionContext });
      expect(opened.plaintext.equals(data)).toBe(true);
    }));
  });

  it('is another one each time', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => Envelope.seal(Buffer.alloc(9), { dataKeys: FIXED })));
    expect(one!.equals(other!)).toBe(false);
  });

  it('refuses options that make no message', async () => {
    for (const frameLength of [0, -1, 1.5, NaN, 2 ** 32]) {
      await expect(Envelope.seal(Buffer.alloc(1), { dataKeys, frameLength })).rejects.toThrow(EnvelopeOptionError);
    }
    await expect(Envelope.seal(Buffer.alloc(1), { dataKeys, encryptionContext: { 'aws-crypto-x': '1' } })).rejects.toThrow(/'aws-crypto-', which the format reserves/);
    await expect(Envelope.seal(Buffer.alloc(1), { dataKeys, encryptionContext: { bad: '\ud800' } })).rejects.toThrow(EnvelopeOptionError);
    await expect(Envelope.seal(Buffer.alloc(1), { dataKeys, encryptionContext: { long: 'x'.repeat(9000) } })).rejects.toThrow(MessageLimitError);
    await expect(Envelope.seal(Buffer.alloc(1), { dataKeys: fixed(Buffer.alloc(16)) })).rejects.toThrow('The data key has 16 bytes');
  });

  it.each<[string, Partial<SealOptions>, RegExp]>([
    ['a frame that readers with the same limits refuse', { frameLength: 32 * 1024 * 1024 }, /'frameLength' of the message is 33554432; the limit is 16777216/],
    ['a frame without bytes', { frameLength: 0 }, /'frameLength' is 0/],
    ['a reserved name', { encryptionContext: { 'aws-crypto-x': 'y' } }, /the format reserves/],
    ['a value that is no string', { encryptionContext: { n: 5 as never } }, /'n' in the encryption context is of type number; values are strings\./],
    ['too large a context', { encryptionContext: { long: 'x'.repeat(9000) } }, /the limit is 8192/],
    ['a context that the format has no room for', {
      encryptionContext: { a: 'x'.repeat(60_000), b: 'y'.repeat(60_000) }, limits: { encryptionContext: 1e9 },
    }, /is 120012; the format holds at most 65535/],
    ['more pairs than the format counts', {
      encryptionContext: Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, ''])), limits: { encryptionContext: 1e9 },
    }, /is 70000; the format holds at most 65535/],
  ])('refuses %s before it asks for a data key', async (_, options, message) => {
    const error = await Envelope.seal(Buffer.alloc(1), { dataKeys, ...options }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EnvelopeError);
    expect(error.message).toMatch(message);
    expect(kms.calls).toEqual([]);
  });

  it('is for the context that was given, whatever becomes of the object meanwhile', async () => {
    const encryptionContext: Record<string, string> = { tenant: 'blue' };
    const sealing = Envelope.seal(Buffer.from('data'), { dataKeys, encryptionContext });
    encryptionContext['tenant'] = 'red';
    expect((await Envelope.open(await sealing, { dataKeys })).encryptionContext).toEqual({ tenant: 'blue' });
  });

  it('keeps the default where a limit is undefined', async () => {
    const message = await Envelope.seal(Buffer.from('data'), { dataKeys, limits: { encryptedDataKeys: undefined } });
    expect((await Envelope.open(message, { dataKeys, limits: { frameLength: undefined } })).plaintext.toString()).toBe('data');
  });
});

describe('Opening', () => {
  const open = (message: Uint8Array, options = {}) => Envelope.open(message, { dataKeys: FIXED, ...options });
  const SEALED = sealMessage(Buffer.from('twenty bytes of data'), {
    dataKey: Buffer.alloc(32, 7),
    messageId: Buffer.alloc(32, 9),
    encryptedDataKeys: [{ providerId: 'fixed', providerInfo: Buffer.from('fixed'), ciphertext: Buffer.of(1) }],
    encryptionContext: { purpose: 'orders', tenant: 'blue' },
    frameLength: 8,
    limits: DEFAULT_LIMITS,
  });
  const HEAD = SEALED.length - (8 + 12 + 4 + 4 + 16) - 2 * (4 + 12 + 8 + 16); // the final frame holds 4 bytes
  const frame = (index: number) => SEALED.subarray(HEAD + 40 * index, HEAD + 40 * (index + 1));

  it('refuses a message that is cut anywhere', async () => {
    await expect(open(SEALED.subarray(0, 0))).rejects.toThrow('The message ends in its version: 1 more byte is due.');
    for (let length = 0; length < SEALED.length; length++) await expect(open(SEALED.subarray(0, length))).rejects.toThrow(TruncatedMessageError);
  });

  it.each([
    ['reordered', [frame(1), frame(0)], TamperedMessageError],
    ['repeated', [frame(0), frame(0), frame(1)], TamperedMessageError],
    ['left out', [frame(1)], TamperedMessageError],
  ])('refuses frames that are %s', async (_, frames, error) => {
    await expect(open(Buffer.concat([SEALED.subarray(0, HEAD), ...frames, SEALED.subarray(HEAD + 80)]))).rejects.toThrow(error);
  });

  it('refuses bytes after the final frame', async () => {
    await expect(open(Buffer.concat([SEALED, Buffer.of(0)]))).rejects.toThrow('The message has 1 byte after its end.');
    await expect(open(Buffer.concat([SEALED, Buffer.of(0, 0)]))).rejects.toThrow('The message has 2 bytes after its end.');
  });

  it('refuses another data key by its commitment, before any frame is read', async () => {
    await expect(open(SEALED, { dataKeys: fixed(Buffer.alloc(32, 8)) })).rejects.toThrow(/key commitment differs/);
  });

  it.each<[string, object]>([
    ['a match that is none', { encryptionContext: { tenant: 'blue' }, contextMatch: 'Subset' }],
    ['a context that is null', { encryptionContext: null }],
  ])('are compared strictly under %s, as JavaScript can give', async (_, options) => {
    const sealed = await Envelope.seal(Buffer.from('x'), { dataKeys, encryptionContext: { tenant: 'blue', order: '7' } });
    await expect(Envelope.open(sealed, { dataKeys, ...options } as any)).rejects.toThrow(/context/);
  });

  it.each<[string, EncryptionContext, 'exact' | 'subset', RegExp | undefined]>([
    ['equals', { tenant: 'blue', purpose: 'orders' }, 'exact', undefined],
    ['holds more', { tenant: 'blue' }, 'exact', /'purpose' was not expected/],
    ['holds more, which is allowed', { tenant: 'blue' }, 'subset', undefined],
    ['has another value', { tenant: 'red' }, 'subset', /'tenant' is missing or differs/],
    ['lacks a pair', { tenant: 'blue', purpose: 'orders', more: 'x' }, 'exact', /'more' is missing or differs/],
    ['lacks an inherited name', { toString: 'x' }, 'subset', /'toString' is missing or differs/],
  ])('compares the context with the expected one: %s', async (_, encryptionContext, contextMatch, refusal) => {
    const asked = jest.spyOn(FIXED, 'open');
    const opened = open(SEALED, { encryptionContext, contextMatch });
    if (refusal) {
      const error = await opened.catch((thrown) => thrown);
      expect(error).toBeInstanceOf(EncryptionContextMismatchError);
      expect(error.message).toMatch(refusal);
      expect(error.message).not.toMatch(/blue|red|orders/);
      expect(asked).not.toHaveBeenCalled();
    } else {
      expect((await opened).encryptionContext).toEqual({ purpose: 'orders', tenant: 'blue' });
    }
    asked.mockRestore();
  });

  it('refuses what a message declares beyond the limits, before any key is asked', async () => {
    const asked = jest.spyOn(FIXED, 'open');
    const huge = Buffer.from(SEALED);
    huge.writeUInt32BE(0xffffffff, HEAD - 16 - 32 - 4);
    await expect(open(huge)).rejects.toThrow("'frameLength' of the message is 4294967295; the limit is 16777216. Set 'limits.frameLength' if you trust its origin.");
    await expect(open(SEALED, { limits: { frameLength: 7 } })).rejects.toThrow(MessageLimitError);
    await expect(open(SEALED, { limits: { encryptionContext: 10 } })).rejects.toThrow(MessageLimitError);
    await expect(open(SEALED, { limits: { encryptedDataKeys: 0 } })).rejects.toThrow(MessageLimitError);
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });

  it.each([
    [0, 1, UnsupportedMessageError, /version 1/],
    [2, 0x14, UnsupportedMessageError, /suite 0x0414 \(unknown\)/],
    [1, 3, UnsupportedMessageError, /suite 0x0378 \(AES-256-GCM with a signature, without key commitment\); 0x0478 and 0x0578 are read/],
    [1, 5, MalformedMessageError, /of a signed suite; 'aws-crypto-public-key' is missing/],
    [HEAD - 16 - 32 - 5, 1, MalformedMessageError, /content type 1 and a frame length of 8; 0 is for content that is not framed/],
    [HEAD - 16 - 32 - 1, 0, MalformedMessageError, /content type 2 and a frame length of 0/],
    [HEAD - 16 - 32 - 5, 3, MalformedMessageError, /content type 3/],
  ])('names what it does not read (byte %i is %i)', async (offset, value, error, message) => {
    const other = Buffer.from(SEALED);
    other[offset] = value;
    if (offset === 2) other[1] = 4;
    const thrown = await open(other).catch((refusal) => refusal);
    expect(thrown).toBeInstanceOf(error);
    expect(thrown.message).toMatch(message);
  });

  it('reads a message in the middle of a larger buffer, and does not change it', async () => {
    const larger = Buffer.concat([Buffer.alloc(5), SEALED, Buffer.alloc(5)]);
    const before = Buffer.from(larger);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 5, SEALED.length);
    expect((await open(view)).plaintext.toString()).toBe('twenty bytes of data');
    expect(larger.equals(before)).toBe(true);
  });
});

describe('Data keys of AWS KMS', () => {
  const fresh = () => new FakeKms();
  const keysOf = (client: FakeKms, keyId = KEY_ARN) => new KmsDataKeys({ client, keyId });
  const ZERO = new Uint8Array(32);

  it('are zeroed after use, also when opening fails', async () => {
    const client = fresh();
    const message = await Envelope.seal(Buffer.from('data'), { dataKeys: keysOf(client) });
    await Envelope.open(message, { dataKeys: keysOf(client) });
    message[message.length - 1] = 255 - message[message.length - 1]!;
    await expect(Envelope.open(message, { dataKeys: keysOf(client) })).rejects.toThrow(TamperedMessageError);
    expect(client.plaintexts).toEqual([ZERO, ZERO, ZERO]);
  });

  it('are zeroed when no message can be made with them', async () => {
    const Plaintext = new Uint8Array(32).fill(7);
    const client = { generateDataKey: async () => ({ Plaintext, KeyId: KEY_ARN }), decrypt: async () => ({}) };
    const incomplete = new KmsDataKeys({ keyId: KEY_ARN, client });
    await expect(incomplete.generate({})).rejects.toThrow(DataKeyError);
    const plaintext = new Uint8Array(32).fill(7);
    for (const encrypted of [[], [{ providerId: 'long', providerInfo: Buffer.alloc(0), ciphertext: Buffer.alloc(70_000) }]]) {
      plaintext.fill(7);
      const useless: DataKeys = { ...FIXED, generate: async () => ({ plaintext, encrypted }) };
      await expect(Envelope.seal(Buffer.alloc(1), { dataKeys: useless })).rejects.toThrow(EnvelopeError);
      expect(plaintext).toEqual(ZERO);
    }
    expect(Plaintext).toEqual(ZERO);
  });

  it('say which keys a message names without letting it forge or fill a log', async () => {
    const forged = { providerId: 'raw', providerInfo: Buffer.from('x\nERROR forged\u001b[31m\u202e'), ciphertext: Buffer.of(1) };
    const message = await Envelope.seal(Buffer.alloc(1), {
      dataKeys: { ...FIXED, generate: async () => ({ plaintext: Buffer.alloc(32, 7), encrypted: [forged] }) },
      encryptionContext: { [`n\nforged ${'x'.repeat(7000)}`]: 'v' },
    });
    const errors = await Promise.all([{}, { encryptionContext: {} }].map((options) =>
      Envelope.open(message, { dataKeys: keysOf(fresh()), ...options }).catch((thrown) => thrown.message as string)));
    expect(errors[0]).toContain('they are for raw x\\u{a}ERROR forged\\u{1b}[31m\\u{202e}.');
    expect(errors[1]).toMatch(/^The message was sealed for another encryption context: 'n\\u\{a\}forged x+…$/);
    errors.forEach((text) => expect(String(text).length).toBeLessThan(1100));
  });

  it('are asked for with the context and the key, and opened with that key only', async () => {
    const client = fresh();
    const encryptionContext = { purpose: 'orders' };
    const message = await Envelope.seal(Buffer.from('data'), { dataKeys: keysOf(client), encryptionContext });
    await Envelope.open(message, { dataKeys: keysOf(client, 'alias/orders') });
    expect(client.calls).toEqual([
      { operation: 'GenerateDataKey', input: { KeyId: KEY_ARN, NumberOfBytes: 32, EncryptionContext: encryptionContext } },
      { operation: 'Decrypt', input: { KeyId: 'alias/orders', CiphertextBlob: expect.anything(), EncryptionContext: encryptionContext } },
    ]);
  });

  it('are not asked of a key that the message does not name', async () => {
    const client = fresh();
    const message = await Envelope.seal(Buffer.from('data'), { dataKeys: keysOf(client) });
    const other = KEY_ARN.replace('1234abcd', '9999abcd');
    const error = await Envelope.open(message, { dataKeys: keysOf(client, other) }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error.message).toBe(`${other} opens no data key of the message; they are for aws-kms ${KEY_ARN}.`);
    expect(client.calls.map(({ operation }) => operation)).toEqual(['GenerateDataKey']);
  });

  it('fail with what AWS KMS answered as the cause, and without the context in the message', async () => {
    const client = fresh();
    client.before = () => { throw serviceError('DisabledException', `${KEY_ARN} is disabled.`); };
    const error = await Envelope.seal(Buffer.from('data'), { dataKeys: keysOf(client), encryptionContext: { tenant: 'blue' } }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error.message).toBe(`kms:GenerateDataKey under ${KEY_ARN} failed with DisabledException. Enable the key.`);
    expect(error.cause.name).toBe('DisabledException');
  });

  it('are refused when another key than the named one answers', async () => {
    const client = fresh();
    const message = await Envelope.seal(Buffer.from('data'), { dataKeys: keysOf(client) });
    const answer = new Uint8Array(32).fill(1);
    client.decrypt = async () => ({ Plaintext: answer, KeyId: 'arn:aws:kms:eu-west-1:999999999999:key/other', KeyMaterialId: '' });
    await expect(Envelope.open(message, { dataKeys: keysOf(client) })).rejects.toThrow(DataKeyError);
    expect(answer).toEqual(ZERO);
  });
});

describe('From JavaScript, the envelope', () => {
  const SECRET = 'c2VjcmV0';
  const BYTES = Buffer.from(SECRET);
  const ENCODE = 'Encode it first, as in Buffer.from(text) or Buffer.from(JSON.stringify(value)).';
  const DECODE = "Give the bytes that seal() returned; decode text first, as in Buffer.from(text, 'base64').";
  const DATA_KEYS = 'Give { dataKeys: new KmsDataKeys({ client, keyId }) } as the options.';
  const LACKS_BOTH = 'which lacks generateDataKey() and decrypt(); it takes an object with generateDataKey() and decrypt(). ' +
    "Give the aggregated client, new KMS() of '@aws-sdk/client-kms'.";
  const KEY_ID = "Give the key's ARN or id, or an alias.";
  const { seal, open } = Envelope as unknown as Record<'seal' | 'open', (...given: unknown[]) => Promise<unknown>>;
  const keys = async (...given: unknown[]) => new (KmsDataKeys as unknown as new (...all: unknown[]) => KmsDataKeys)(...given);

  it.each<[string, () => Promise<any>, string]>([
    ['a text to seal', () => seal(SECRET), `'plaintext' is of type string; bytes are a Buffer or another Uint8Array. ${ENCODE}`],
    ['an object to seal', () => seal({ a: SECRET }, { dataKeys }), `'plaintext' is of type Object; bytes are a Buffer or another Uint8Array. ${ENCODE}`],
    ['an object that names its type itself', () => seal({ constructor: { name: SECRET } }), `'plaintext' is of type Object; bytes are a Buffer or another Uint8Array. ${ENCODE}`],
    ['nothing to seal', () => seal(null, { dataKeys }), `'plaintext' is of type null; bytes are a Buffer or another Uint8Array. ${ENCODE}`],
    ['a text to open', () => open(SECRET, { dataKeys }), `'message' is of type string; bytes are a Buffer or another Uint8Array. ${DECODE}`],
    ['no options to seal', () => seal(BYTES), `'dataKeys' is of type undefined, which lacks generate(); it takes an object with generate(). ${DATA_KEYS}`],
    ['no options to open', () => open(BYTES), `'dataKeys' is of type undefined, which lacks open(); it takes an object with open(). ${DATA_KEYS}`],
    ['a client for data keys', () => seal(BYTES, { dataKeys: kms }), `'dataKeys' is of type FakeKms, which lacks generate(); it takes an object with generate(). ${DATA_KEYS}`],
    ['no props', () => keys(), `'client' is of type undefined, ${LACKS_BOTH}`],
    ['a client without methods', () => keys({ client: new KMSClient({ region: 'eu-west-1' }), keyId: SECRET }),
      `'client' is of type KMSClient, ${LACKS_BOTH}`],
    ['no key id', () => keys({ client: kms }), `'keyId' is of type undefined; it is a string of one character or more. ${KEY_ID}`],
    ['an empty key id', () => keys({ client: kms, keyId: '' }), `'keyId' is empty; it is a string of one character or more. ${KEY_ID}`],
  ])('refuses %s before anything else, and does not show what it was', async (_, call, message) => {
    kms.calls.length = 0;
    const error = await call().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EnvelopeOptionError);
    expect(error.message).toBe(message);
    expect(error.message).not.toContain(SECRET);
    expect(kms.calls).toEqual([]);
  });

  it('takes the aggregated client, and bytes that are no Buffer', async () => {
    await expect(keys({ client: new KMS({ region: 'eu-west-1' }), keyId: KEY_ARN })).resolves.toBeInstanceOf(KmsDataKeys);
    const message = await seal(new Uint8Array(BYTES), { dataKeys }) as Buffer;
    expect(await open(new Uint8Array(message), { dataKeys })).toMatchObject({ plaintext: BYTES });
  });
});
