import crypto, { createSecretKey, randomBytes } from 'node:crypto';
import { buildClient, CommitmentPolicy, MultiKeyringNode, RawAesKeyringNode } from '@aws-crypto/client-node';
import * as fc from 'fast-check';
import { ACCOUNT, IRELAND, OTHER_ACCOUNT, twoAccounts, VIRGINIA } from './two-accounts';
import {
  DataKeyError, DataKeys, EncryptedDataKey, EncryptionContext, Envelope, EnvelopeError, EnvelopeOptionError, KmsDataKeys, KmsDiscovery, MultiDataKeys,
  RawAesDataKeys, WrappingDataKeys,
} from '../../../src/envelope/engine';

const ZERO = new Uint8Array(32);
const CONTEXT = { tenant: 'blue' };
const DATA = Buffer.from('data');

const thrownBy = (promise: Promise<unknown>): Promise<any> => promise.then(() => { throw new Error('nothing was thrown'); }, (error) => error);
const raw = (keyName: string, wrappingKey: Uint8Array = randomBytes(32)) => new RawAesDataKeys({ keyNamespace: 'app', keyName, wrappingKey });

describe('Data keys of several KMS keys, of two accounts and Regions', () => {
  const both = ({ own, other }: Awaited<ReturnType<typeof twoAccounts>>) =>
    [own, other].map(({ client, arn }) => new KmsDataKeys({ client, keyId: arn })) as [KmsDataKeys, KmsDataKeys];

  it('are made by the first and encrypted by the others, and any one opens', async () => {
    const at = await twoAccounts();
    const [own, other] = both(at);
    const message = await Envelope.seal(DATA, { dataKeys: new MultiDataKeys({ generator: own, others: [other] }), encryptionContext: CONTEXT });
    expect([at.own.calls, at.other.calls]).toEqual([['generateDataKey'], ['encrypt']]);
    for (const dataKeys of [own, other]) expect((await Envelope.open(message, { dataKeys })).plaintext).toEqual(DATA);
    expect([at.own.calls, at.other.calls]).toEqual([['generateDataKey', 'decrypt'], ['encrypt', 'decrypt']]);
    expect([...at.own.plaintexts, ...at.other.plaintexts]).toEqual([ZERO, ZERO, ZERO]);
  });

  it('are opened by whichever is left when a key is disabled', async () => {
    const at = await twoAccounts();
    const [own, other] = both(at);
    const dataKeys = new MultiDataKeys({ generator: own, others: [other] });
    const message = await Envelope.seal(DATA, { dataKeys });
    await at.ownOwner.disableKey({ KeyId: at.own.arn });
    expect((await Envelope.open(message, { dataKeys })).plaintext).toEqual(DATA);
    await at.otherOwner.disableKey({ KeyId: at.other.arn });
    const error = await thrownBy(Envelope.open(message, { dataKeys }));
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error.message).toBe("None of the 2 owners of data keys opens one of the message; 'cause' has what each of them says.");
    expect(error.cause.errors.map(({ message: text }: Error) => text)).toEqual([at.own, at.other].map(({ arn }) =>
      `kms:Decrypt under ${arn} failed with DisabledException. Enable the key.`));
  });

  it('are not made when one of the keys does not take part, and what was made is zeroed', async () => {
    const at = await twoAccounts();
    await at.otherOwner.disableKey({ KeyId: at.other.arn });
    const [generator, other] = both(at);
    const error = await thrownBy(Envelope.seal(DATA, { dataKeys: new MultiDataKeys({ generator, others: [other] }) }));
    expect(error.message).toBe(`kms:Encrypt under ${at.other.arn} failed with DisabledException. Enable the key.`);
    const several = await thrownBy(Envelope.seal(DATA, { dataKeys: new MultiDataKeys({ generator, others: [other, raw('a'), other] }) }));
    expect(several.message).toBe('2 of 3 owners did not encrypt the data key.');
    expect(several.cause.errors).toHaveLength(2);
    expect(at.own.plaintexts).toEqual([ZERO, ZERO]);
  });

  it('are told to be refused by IAM with the operation, the key and the remedy, and without the context', async () => {
    const at = await twoAccounts();
    await at.otherOwner.putKeyPolicy({
      KeyId: at.other.arn,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 'kms:*', Resource: '*' }] }),
    });
    const error = await thrownBy(both(at)[1].generate(CONTEXT));
    expect(error.message).toBe(`kms:GenerateDataKey under ${at.other.arn} failed with AccessDeniedException. Let the caller do so in the key policy or, ` +
      'where that defers to IAM, in its IAM policy; for a key of another account in both.');
    expect(error.cause.name).toBe('AccessDeniedException');
    expect(error.message).not.toContain('blue');
  });

  it.each<[string, (arn: string) => string, string[]]>([
    ['its ARN', (arn) => arn, ['decrypt']],
    ['its id', (arn) => arn.split('/')[1]!, ['decrypt']],
    ['an alias', () => 'alias/orders', ['decrypt']],
    ['the ARN of an alias', (arn) => arn.replace(/key\/.*/, 'alias/orders'), ['decrypt']],
    ['the ARN of another key', (arn) => `${arn.slice(0, -4)}0000`, []],
    ['the id of another key', (arn) => `${arn.split('/')[1]!.slice(0, -4)}0000`, []],
    ['the ARN of an alias of another account', () => `arn:aws:kms:${IRELAND}:${OTHER_ACCOUNT}:alias/orders`, []],
  ])('are opened by %s where it can be the key', async (_, keyIdOf, calls) => {
    const at = await twoAccounts();
    const message = await Envelope.seal(DATA, { dataKeys: both(at)[0] });
    at.own.calls.length = 0;
    const opening = Envelope.open(message, { dataKeys: new KmsDataKeys({ client: at.own.client, keyId: keyIdOf(at.own.arn) }) });
    const outcome = await opening.then(({ plaintext }) => plaintext, (error) => error);
    expect(outcome).toEqual(calls.length > 0 ? DATA : expect.any(DataKeyError));
    expect(at.own.calls).toEqual(calls);
  });

  it.each([
    ['opens', 'mrk-1', 'mrk-1', 'us-east-1', true],
    ['does not open what a key with another id', 'mrk-1', 'mrk-2', 'us-east-1', false],
    ['does not open what a key of one Region', '1234', '1234', 'us-east-1', false],
  ])('related: a multi-Region key %s sealed in another Region', async (_, sealed, opening, region, isOpened) => {
    const arn = (keyId: string, where: string) => `arn:aws:kms:${where}:${ACCOUNT}:key/${keyId}`;
    const keyId = arn(opening, region);
    const asked: unknown[] = [];
    const replica = new KmsDataKeys({
      keyId,
      client: {
        generateDataKey: async () => ({}),
        decrypt: async (request) => { asked.push(request.KeyId); return { Plaintext: new Uint8Array(32), KeyId: keyId }; },
      },
    });
    const opened = replica.open([{ providerId: 'aws-kms', providerInfo: Buffer.from(arn(sealed, 'eu-west-1')), ciphertext: Buffer.of(1) }], {});
    await expect(opened.then(() => true, () => false)).resolves.toBe(isOpened);
    expect(asked).toEqual(isOpened ? [keyId] : []);
  });

  it('need a client with encrypt() where another key generates', async () => {
    const { own: { client: { encrypt, ...client }, arn } } = await twoAccounts();
    await expect(new KmsDataKeys({ client, keyId: arn }).wrap(ZERO, {})).rejects.toThrow(/lacks encrypt\(\)/);
    const silent = { ...client, encrypt: async () => ({}) };
    await expect(new KmsDataKeys({ client: silent, keyId: arn }).wrap(ZERO, {})).rejects.toThrow(
      `kms:Encrypt under ${arn} answered for undefined, or without a ciphertext; nothing of it is used.`);
  });

  it('use no answer of another key, and zero it', async () => {
    const { own, other } = await twoAccounts();
    const Plaintext = new Uint8Array(32).fill(7);
    const answer = { Plaintext, CiphertextBlob: Buffer.of(1), KeyId: other.arn };
    const client = { ...own.client, generateDataKey: async () => answer, encrypt: async () => answer };
    const keys = new KmsDataKeys({ client, keyId: own.arn });
    await expect(keys.generate({})).rejects.toThrow(`kms:GenerateDataKey under ${own.arn} answered for ${other.arn}`);
    await expect(keys.wrap(ZERO, {})).rejects.toThrow(`kms:Encrypt under ${own.arn} answered for ${other.arn}`);
    expect(Plaintext).toEqual(ZERO);
    await expect(new KmsDataKeys({ client, keyId: 'alias/any' }).wrap(ZERO, {})).resolves.toHaveLength(1);
  });

  it('refuses owners that cannot take part', () => {
    expect(() => new MultiDataKeys(undefined as never)).toThrow(EnvelopeOptionError);
    const generator = raw('a');
    expect(() => new MultiDataKeys({ generator, others: [{ open: generator.open } as never] })).toThrow("'others[0]' is of type Object, which lacks wrap()");
  });
});

describe('Data keys under a raw AES key', () => {
  const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const CONTEXTS: EncryptionContext[] = [{}, { b: '2', a: '1' }, { 'ünïcödé': '値', '𝒳': '𐍈', '\uffff': 'before 𝒳 in UTF-8' }];
  const SUITES = [[16, 0x0014], [24, 0x0046], [32, 0x0078]] as const;
  const CASES = SUITES.flatMap(([length, wrappingSuite]) => CONTEXTS.map((_, context) => [length, context, wrappingSuite] as const));

  /** Of the SDK, which zeroes the key it is given. */
  const keyringOf = (wrappingSuite: number, wrappingKey: Uint8Array, keyName = 'wrapping key ü') => new RawAesKeyringNode({
    keyNamespace: 'app', keyName, utf8Sorting: true, wrappingSuite, unencryptedMasterKey: isolated(wrappingKey),
  });

  /** In memory of its own, as the SDK wants it. */
  function isolated(bytes: Uint8Array): Uint8Array {
    const copy = new Uint8Array(new ArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  }

  it.each(CASES)('of %i bytes with context %i are opened by the AWS Encryption SDK, and the other way round', async (length, index, wrappingSuite) => {
    const wrappingKey = randomBytes(length);
    const encryptionContext = CONTEXTS[index]!;
    const dataKeys = raw('wrapping key ü', wrappingKey);
    const sealed = await Envelope.seal(DATA, { dataKeys, encryptionContext });
    expect((await sdk.decrypt(keyringOf(wrappingSuite, wrappingKey), sealed)).plaintext).toEqual(DATA);
    const options = { encryptionContext: { ...encryptionContext }, suiteId: 0x0478 as never };
    const { result } = await sdk.encrypt(keyringOf(wrappingSuite, wrappingKey), DATA, options);
    expect((await Envelope.open(result, { dataKeys, encryptionContext })).plaintext).toEqual(DATA);
  });

  it('of several owners are opened by the AWS Encryption SDK with any of them, and the other way round', async () => {
    const keys = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
    const [a, b, c] = keys.map((key, index) => raw(`key ${index}`, key)) as [RawAesDataKeys, RawAesDataKeys, RawAesDataKeys];
    const keyrings = keys.map((key, index) => keyringOf(0x0078, key, `key ${index}`));
    const dataKeys = new MultiDataKeys({ generator: a, others: [b, c] });
    const sealed = await Envelope.seal(DATA, { dataKeys, encryptionContext: CONTEXT });
    for (const one of keyrings) expect((await sdk.decrypt(one, sealed)).plaintext).toEqual(DATA);
    const keyring = new MultiKeyringNode({ generator: keyrings[2], children: keyrings.slice(0, 2) });
    const { result } = await sdk.encrypt(keyring, DATA, { suiteId: 0x0478 as never });
    for (const one of [a, b, c, dataKeys]) expect((await Envelope.open(result, { dataKeys: one })).plaintext).toEqual(DATA);
  });

  it('leave the bytes of the caller alone, and do not depend on them', async () => {
    const wrappingKey = randomBytes(32);
    const copy = Buffer.from(wrappingKey);
    const dataKeys = raw('a', wrappingKey);
    const message = await Envelope.seal(DATA, { dataKeys });
    expect(wrappingKey).toEqual(copy);
    wrappingKey.fill(0);
    expect((await Envelope.open(message, { dataKeys })).plaintext).toEqual(DATA);
    const asObject = new RawAesDataKeys({ keyNamespace: 'app', keyName: 'a', wrappingKey: createSecretKey(copy) });
    expect((await Envelope.open(message, { dataKeys: asObject })).plaintext).toEqual(DATA);
  });

  it('are not opened with another key, for another context, or changed', async () => {
    const wrappingKey = randomBytes(32);
    const dataKeys = raw('a', wrappingKey);
    const { plaintext, encrypted } = await dataKeys.generate(CONTEXT);
    const one = encrypted[0]!;
    await expect(dataKeys.open(encrypted, CONTEXT)).resolves.toEqual(plaintext);
    const refused = 'app a did not wrap the data key of the message that names it, or for another encryption context.';
    await expect(raw('a').open(encrypted, CONTEXT)).rejects.toThrow(refused);
    await expect(dataKeys.open(encrypted, { tenant: 'red' })).rejects.toThrow(refused);
    await expect(raw('b', wrappingKey).open(encrypted, CONTEXT)).rejects.toThrow(/^app b opens no data key of the message; they are for app a/);
    const field = fc.constantFrom('providerInfo' as const, 'ciphertext' as const);
    await fc.assert(fc.asyncProperty(field, fc.nat(), fc.nat(7), async (name, at, bit) => {
      const bytes = Buffer.from(one[name]);
      bytes[at % bytes.length]! ^= 2 ** bit; // eslint-disable-line no-bitwise -- it is a bit that is flipped
      await expect(dataKeys.open([{ ...one, [name]: bytes }], CONTEXT)).rejects.toThrow(DataKeyError);
    }));
    for (let length = 0; length < one.ciphertext.length; length++) {
      await expect(dataKeys.open([{ ...one, ciphertext: one.ciphertext.subarray(0, length) }], CONTEXT)).rejects.toThrow(DataKeyError);
    }
  });

  it('are found among those of others, of the same name too', async () => {
    const [mine, namesake] = [raw('a'), raw('a')];
    const message = await Envelope.seal(DATA, { dataKeys: new MultiDataKeys({ generator: namesake, others: [raw('b'), mine] }) });
    expect((await Envelope.open(message, { dataKeys: mine })).plaintext).toEqual(DATA);
  });

  it.each<[string, object, RegExp]>([
    ['a key of 31 bytes', { wrappingKey: Buffer.alloc(31, 7) }, /'wrappingKey' has 31 bytes; it has 32, or 16 or 24\./],
    ['an empty key', { wrappingKey: Buffer.alloc(0) }, /'wrappingKey' has 0 bytes/],
    ['a text', { wrappingKey: 'c2VjcmV0' }, /^'wrappingKey' is of type string; /],
    ['a name of AWS KMS', { keyNamespace: 'aws-kms' }, /'keyNamespace' is aws-kms, which is for AWS KMS/],
    ['no name', { keyName: '' }, /'keyName' is empty/],
  ])('refuse %s', (_, props, message) => {
    const make = () => new RawAesDataKeys({ keyNamespace: 'app', keyName: 'a', wrappingKey: Buffer.alloc(32, 7), ...props });
    expect(make).toThrow(EnvelopeOptionError);
    expect(make).toThrow(message);
    expect(make).not.toThrow('c2VjcmV0');
  });

  it('are zeroed when their tag does not verify', async () => {
    const dataKeys = raw('a');
    const { encrypted } = await dataKeys.generate(CONTEXT);
    const released: Buffer[] = [];
    const { createDecipheriv } = crypto;
    const spy = jest.spyOn(crypto, 'createDecipheriv').mockImplementation((...given: any[]) => {
      const decipher = (createDecipheriv as any)(...given);
      const update = decipher.update.bind(decipher);
      decipher.update = (bytes: Buffer) => { released.push(update(bytes)); return released.at(-1); };
      return decipher;
    });
    await expect(dataKeys.open(encrypted, {})).rejects.toThrow(DataKeyError);
    spy.mockRestore();
    expect(released).toEqual([Buffer.alloc(32)]);
  });

  it('are zeroed when they cannot be wrapped', async () => {
    const dataKeys = raw('a');
    const seen: Uint8Array[] = [];
    dataKeys.wrap = async (dataKey) => { seen.push(dataKey); throw new DataKeyError('no'); };
    await expect(dataKeys.generate({})).rejects.toThrow('no');
    expect(seen.map((one) => Uint8Array.from(one))).toEqual([ZERO]);
  });
});

describe('KMS discovery', () => {
  async function scene() {
    const at = await twoAccounts();
    const [own, other] = [at.own, at.other].map(({ client, arn }) => new KmsDataKeys({ client, keyId: arn })) as [KmsDataKeys, KmsDataKeys];
    const clients = { [IRELAND!]: at.own.client, [VIRGINIA!]: at.other.client };
    const seal = async (generator: DataKeys, ...others: WrappingDataKeys[]) => {
      const message = await Envelope.seal(DATA, { dataKeys: new MultiDataKeys({ generator, others }), encryptionContext: CONTEXT });
      at.own.calls.length = at.other.calls.length = 0;
      return message;
    };
    return { at, own, other, clients, seal };
  }

  it('opens what any key of its accounts sealed, in its own Region', async () => {
    const { at, own, other, clients, seal } = await scene();
    const dataKeys = new KmsDiscovery({ clients, accounts: [ACCOUNT, OTHER_ACCOUNT] });
    for (const owner of [own, other]) expect((await Envelope.open(await seal(owner), { dataKeys })).plaintext).toEqual(DATA);
    expect([at.own.calls, at.other.calls]).toEqual([[], ['decrypt']]);
    expect([...at.own.plaintexts, ...at.other.plaintexts].every((one) => Buffer.from(one).equals(ZERO))).toBe(true);
  });

  it.each<[string, (clients: any) => ConstructorParameters<typeof KmsDiscovery>[0]]>([
    ['of other accounts', (clients) => ({ clients, accounts: [ACCOUNT] })],
    ['of other Regions', ({ [IRELAND!]: client }) => ({ clients: { [IRELAND!]: client }, accounts: [ACCOUNT, OTHER_ACCOUNT] })],
    ['of other partitions', (clients) => ({ clients, accounts: [ACCOUNT, OTHER_ACCOUNT], partition: 'aws-cn' })],
  ])('refuses keys %s without a call', async (_, propsOf) => {
    const { at, other, clients, seal } = await scene();
    const message = await seal(other);
    const error = await thrownBy(Envelope.open(message, { dataKeys: new KmsDiscovery(propsOf(clients)) }));
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error.message).toMatch(`open no data key of the message; they are for aws-kms ${at.other.arn}.`);
    expect([at.own.calls, at.other.calls]).toEqual([[], []]);
  });

  it.each([
    'aws-kms', 'arn:aws:kms:constructor:111122223333:key/1', 'arn:aws:kms:__proto__:111122223333:key/1', 'arn:aws:kms:eu-west-1:111122223333:alias/a',
    'arn:aws:kms:eu-west-1:111122223333:key/1\n', 'arn:aws:kms:eu-west-1.evil.example:111122223333:key/1', '',
  ])('asks nobody about the key %j', async (name) => {
    const { at, clients } = await scene();
    const encrypted = [{ providerId: 'aws-kms', providerInfo: Buffer.from(name), ciphertext: Buffer.of(1) }];
    await expect(new KmsDiscovery({ clients, accounts: [ACCOUNT] }).open(encrypted, {})).rejects.toThrow(DataKeyError);
    expect(at.own.calls).toEqual([]);
  });

  it('takes no data key, and zeroes it, of another key than the one that it asked', async () => {
    const { at, own, other, clients, seal } = await scene();
    const Plaintext = new Uint8Array(32).fill(7);
    const liar = { ...at.own.client, decrypt: async () => ({ Plaintext: Plaintext.fill(7), KeyId: at.other.arn }) };
    const message = await seal(own);
    for (const dataKeys of [
      new KmsDiscovery({ clients: { ...clients, [IRELAND!]: liar }, accounts: [ACCOUNT, OTHER_ACCOUNT] }),
      new KmsDataKeys({ client: liar, keyId: at.own.arn }),
      new MultiDataKeys({ generator: other, others: [new KmsDataKeys({ client: liar, keyId: 'alias/orders' })] }),
    ]) {
      await expect(Envelope.open(message, { dataKeys })).rejects.toThrow(DataKeyError);
      expect(Plaintext).toEqual(ZERO);
    }
  });

  it('makes no more calls than allowed, whatever the message names, and tells that it stopped', async () => {
    const { at, own, clients } = await scene();
    const encrypted: EncryptedDataKey[] = Array.from({ length: 20 }, () =>
      ({ providerId: 'aws-kms', providerInfo: Buffer.from(at.own.arn), ciphertext: randomBytes(50) }));
    const open = async (props = {}) => new KmsDiscovery({ clients, accounts: [ACCOUNT], ...props }).open(encrypted, {});
    const error = await thrownBy(open());
    expect(at.own.calls).toHaveLength(5);
    expect(error.message).toContain("The first 5 ('maxCalls') of 20 keys of account 111122223333 in eu-west-1, us-east-1 open no data key of the message");
    expect(error.cause.errors).toHaveLength(5);
    encrypted.push(...(await own.generate({})).encrypted);
    await expect(open({ maxCalls: 21 })).resolves.toHaveLength(32);
  });

  it('does not seal, and says why', async () => {
    const { clients } = await scene();
    const dataKeys = new KmsDiscovery({ clients, accounts: [ACCOUNT] });
    const error = await thrownBy(Envelope.seal(DATA, { dataKeys }));
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error.message).toBe('KmsDiscovery only opens messages: it names no key to seal under. Seal with KmsDataKeys.');
  });

  it.each<[string, object, RegExp]>([
    ['no account', { accounts: [] }, /'accounts' is \[\]; it takes the ids of one account or more, 12 digits each\./],
    ['an account that is none', { accounts: ['111122223333', '*'] }, /'accounts' is \[111122223333,\*\]/],
    ['accounts that are left out', { accounts: undefined }, /'accounts' is \[undefined\]/],
    ['a client that cannot decrypt', { clients: { 'eu-west-1': {} } }, /'clients\['eu-west-1'\]' is of type Object, which lacks decrypt\(\)/],
    ['no calls', { maxCalls: 0 }, /'maxCalls' is 0; it is a whole number from 1 to/],
  ])('refuses %s', async (_, props, message) => {
    const { clients } = await scene();
    const make = () => new KmsDiscovery({ clients, accounts: [ACCOUNT], ...props });
    expect(make).toThrow(EnvelopeError);
    expect(make).toThrow(message);
  });
});
