import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buildClient, CommitmentPolicy, RawAesKeyringNode } from '@aws-crypto/client-node';
import { forgedTag, hashKeysOf } from './ghash-forgery';
import { FixedDataKeys, sealMessage } from './sealed-message';
import { RecordedKey, twoAccounts } from './two-accounts';
import {
  DataKeyError, EncryptionContextMismatchError, Envelope, EnvelopeOptionError, KmsDataKeys, KmsKey, MessageLimitError, RawAesDataKeys, reWrap,
  reWrapStream, TamperedMessageError, TruncatedMessageError,
} from '../../../src/envelope/engine';
import { OpeningFrame } from '../../../src/envelope/engine/opening-frame';

const CONTEXT = { tenant: 'blue' };
const DATA = Buffer.from('pay 100 to alice');

const raw = (keyName: string, wrappingKey = randomBytes(32)) => new RawAesDataKeys({ keyNamespace: 'app', keyName, wrappingKey });
const under = ({ client, arn }: RecordedKey) => new KmsDataKeys({ client, keyId: arn });

describe('reWrap', () => {
  it('gives a message to another key, of another account and Region, for the same context', async () => {
    const { own, other, ownOwner } = await twoAccounts();
    const message = await Envelope.seal(DATA, { dataKeys: under(own), encryptionContext: CONTEXT });
    const reWrapped = await reWrap(message, { from: under(own), to: under(other), encryptionContext: CONTEXT });
    await ownOwner.disableKey({ KeyId: own.arn });
    expect(await Envelope.open(reWrapped, { dataKeys: under(other) })).toEqual({ plaintext: DATA, encryptionContext: CONTEXT });
    await expect(Envelope.open(reWrapped, { dataKeys: under(own) })).rejects.toThrow(DataKeyError);
    expect([own.calls, other.calls]).toEqual([['generateDataKey', 'decrypt'], ['generateDataKey', 'decrypt']]);
  });

  it('seals anew: nothing of the old message is in the new one', async () => {
    const keys = raw('a');
    const message = await Envelope.seal(randomBytes(100), { dataKeys: keys, frameLength: 20 });
    const reWrapped = await reWrap(message, { from: keys, to: keys, frameLength: 20 });
    expect(reWrapped).toHaveLength(message.length);
    const [id, frames] = [(of: Buffer) => of.subarray(3, 35), (of: Buffer) => of.subarray(-100)];
    expect([id(reWrapped).equals(id(message)), frames(reWrapped).equals(frames(message))]).toEqual([false, false]);
  });

  it('makes frames as short as the limits of whoever reads them', async () => {
    const keys = raw('a');
    const limits = { frameLength: 20 };
    const plaintext = randomBytes(100);
    const message = await Envelope.seal(plaintext, { dataKeys: keys, limits });
    const reWrapped = await reWrap(message, { from: keys, to: keys, limits });
    await expect(Envelope.open(reWrapped, { dataKeys: keys, limits })).resolves.toMatchObject({ plaintext });
    await expect(Envelope.open(message, { dataKeys: keys, limits: { frameLength: 19 } })).rejects.toThrow(MessageLimitError);
  });

  it('refuses what does not open, or is not for the expected context', async () => {
    const keys = raw('a');
    const to = raw('b');
    const asked = jest.spyOn(to, 'generate');
    const message = await Envelope.seal(DATA, { dataKeys: keys, encryptionContext: CONTEXT });
    const tampered = Buffer.from(message);
    tampered[tampered.length - 1]! = 255 - tampered.at(-1)!;
    await expect(reWrap(tampered, { from: keys, to })).rejects.toThrow(TamperedMessageError);
    await expect(reWrap(message, { from: to, to })).rejects.toThrow(DataKeyError);
    await expect(reWrap(message, { from: keys, to, encryptionContext: { tenant: 'red' } })).rejects.toThrow(EncryptionContextMismatchError);
    await expect(reWrap(message, { from: keys, to, limits: { frameLength: 1 } })).rejects.toThrow(MessageLimitError);
    await expect(reWrap(message, { from: keys } as never)).rejects.toThrow(EnvelopeOptionError);
    expect(asked).not.toHaveBeenCalled();
  });

  it('zeroes what it read, also when it cannot be sealed again', async () => {
    const keys = raw('a');
    const message = await Envelope.seal(DATA, { dataKeys: keys });
    const [opened, frames, refusing] = [jest.spyOn(Envelope, 'open'), jest.spyOn(OpeningFrame.prototype, 'finish'), raw('b')];
    jest.spyOn(refusing, 'generate').mockRejectedValue(new DataKeyError('no'));
    await reWrap(message, { from: keys, to: keys });
    await expect(reWrap(message, { from: keys, to: refusing })).rejects.toThrow('no');
    for (const { value } of opened.mock.results) expect((await value).plaintext).toEqual(Buffer.alloc(DATA.length));
    const held = frames.mock.results.map(({ value }) => Buffer.concat(value));
    expect(Buffer.concat(held)).toEqual(Buffer.alloc(2 * DATA.length));
    expect(opened).toHaveBeenCalledTimes(2);
    opened.mockRestore();
    frames.mockRestore();
  });
});

describe('reWrapStream', () => {
  const chunked = async (message: Buffer, transform: Duplex, length = 100): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    const count = Math.ceil(message.length / length);
    const source = Array.from({ length: count }, (_, index) => message.subarray(index * length, (index + 1) * length));
    await pipeline(Readable.from(source), transform, async (output) => { for await (const chunk of output) chunks.push(chunk as Buffer); });
    return Buffer.concat(chunks);
  };

  it.each([0, 1, 1000, 300_000])('gives a message of %i bytes to another key as it passes', async (length) => {
    const [from, to] = [raw('a'), raw('b')];
    const plaintext = randomBytes(length);
    const message = await Envelope.seal(plaintext, { dataKeys: from, encryptionContext: CONTEXT, frameLength: 4096 });
    const reWrapped = await chunked(message, reWrapStream({ from, to, encryptionContext: CONTEXT, frameLength: 999 }), 1000);
    expect(await Envelope.open(reWrapped, { dataKeys: to })).toEqual({ plaintext, encryptionContext: CONTEXT });
  });

  it('takes a message that an AWS Encryption SDK signed, without its signature', async () => {
    const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const wrappingKey = randomBytes(32);
    const unencryptedMasterKey = Uint8Array.from(wrappingKey);
    const keyring = new RawAesKeyringNode({ keyNamespace: 'app', keyName: 'a', unencryptedMasterKey, wrappingSuite: 0x0078, utf8Sorting: true });
    const { result } = await sdk.encrypt(keyring, DATA, { encryptionContext: CONTEXT });
    const options = { from: raw('a', wrappingKey), to: raw('b') };
    for (const reWrapped of [await chunked(result, reWrapStream(options)), await reWrap(result, options)]) {
      expect(reWrapped.readUInt16BE(1)).toBe(0x0478);
      expect(await Envelope.open(reWrapped, { dataKeys: options.to })).toEqual({ plaintext: DATA, encryptionContext: CONTEXT });
    }
  });

  it('fails with what is wrong, and leaves no message that opens', async () => {
    const [from, to] = [raw('a'), raw('b')];
    const message = await Envelope.seal(randomBytes(5000), { dataKeys: from, encryptionContext: CONTEXT, frameLength: 1000 });
    const tampered = Buffer.from(message);
    tampered[tampered.length - 1]! = 255 - tampered.at(-1)!;
    await expect(chunked(tampered, reWrapStream({ from, to }))).rejects.toThrow(TamperedMessageError);
    await expect(chunked(message.subarray(0, -20), reWrapStream({ from, to }))).rejects.toThrow(TruncatedMessageError);
    await expect(chunked(message.subarray(0, 20), reWrapStream({ from, to }))).rejects.toThrow(TruncatedMessageError);
    await expect(chunked(message, reWrapStream({ from: to, to }))).rejects.toThrow(DataKeyError);
    await expect(chunked(message, reWrapStream({ from, to, encryptionContext: {} }))).rejects.toThrow(EncryptionContextMismatchError);
    jest.spyOn(to, 'generate').mockRejectedValue(new DataKeyError('no'));
    await expect(chunked(message, reWrapStream({ from, to }))).rejects.toThrow('no');
    expect(() => reWrapStream({ to } as never)).toThrow(EnvelopeOptionError);
  });

  it('ends reading, too, where the new message cannot be begun', async () => {
    const opening = jest.spyOn(Envelope, 'openStream');
    const message = sealMessage(randomBytes(300_000), { encryptionContext: { 'aws-crypto-x': '' }, frameLength: 1000 });
    await expect(chunked(message, reWrapStream({ from: new FixedDataKeys(), to: raw('b') }))).rejects.toThrow(EnvelopeOptionError);
    expect(opening.mock.results.map(({ value }) => value.destroyed)).toEqual([true]);
    opening.mockRestore();
  });

  it('ends when its reader has gone', async () => {
    const [from, to] = [raw('a'), raw('b')];
    const message = await Envelope.seal(randomBytes(300_000), { dataKeys: from, frameLength: 1000 });
    const source = Readable.from(Array.from({ length: 300 }, (_, index) => message.subarray(index * 1000, (index + 1) * 1000)));
    await expect(pipeline(source, reWrapStream({ from, to, frameLength: 1000 }), async (output) => {
      for await (const _ of output) throw new Error('gone');
    })).rejects.toThrow('gone');
    expect(source.destroyed).toBe(true);
  });
});

describe('Another KMS key without the data', () => {
  it('takes one ReEncrypt where messages are under a wrapping key that AWS KMS protects', async () => {
    const { own, ownOwner } = await twoAccounts();
    const { KeyMetadata: { Arn: newArn } } = await ownOwner.createKey();
    const [oldKey, newKey] = [own.arn, newArn].map((keyId) => new KmsKey({ client: { ...own.client }, keyId })) as [KmsKey, KmsKey];
    const stored = await oldKey.encrypt(randomBytes(32), CONTEXT);
    const dataKeys = async (key: KmsKey, ciphertext: Uint8Array) => raw('orders', Buffer.from(await key.decrypt(ciphertext, CONTEXT)));
    const message = await Envelope.seal(DATA, { dataKeys: await dataKeys(oldKey, stored) });
    const moved = await newKey.reEncrypt(stored, { sourceKeyId: own.arn, sourceEncryptionContext: CONTEXT });
    await ownOwner.disableKey({ KeyId: own.arn });
    expect((await Envelope.open(message, { dataKeys: await dataKeys(newKey, moved) })).plaintext).toEqual(DATA);
    await expect(dataKeys(oldKey, stored)).rejects.toThrow(/DisabledException/);
  });

  it('cannot be had by ReEncrypt of the data key in a message: the tag of the header covers it', async () => {
    const { own, ownOwner } = await twoAccounts();
    const { KeyMetadata: { Arn: newArn } } = await ownOwner.createKey();
    const message = await Envelope.seal(DATA, { dataKeys: under(own) });
    const start = message.indexOf(own.arn) + own.arn.length + 2;
    const blob = message.subarray(start, start + message.readUInt16BE(start - 2));
    const moved = await new KmsKey({ client: own.client, keyId: newArn }).reEncrypt(blob, { sourceKeyId: own.arn });
    expect(moved).toHaveLength(blob.length);
    message.set(moved, start);
    message.write(newArn, message.indexOf(own.arn));
    await expect(Envelope.open(message, { dataKeys: new KmsDataKeys({ client: own.client, keyId: newArn }) })).rejects.toThrow(
      'The header of the message is not what was sealed: its tag does not verify.');
  });

  it('would let everybody forge, without any key, if the header had another tag for the same frames', async () => {
    const [from, to] = [raw('old'), raw('new')];
    const message = await Envelope.seal(DATA, { dataKeys: from });
    const reTagged = await withOtherDataKey(message, from, to);
    expect((await Envelope.open(reTagged, { dataKeys: to })).plaintext).toEqual(DATA); // it would even work
    const forgeries = forge(message, reTagged, DATA, Buffer.from('pay 999 to mally'));
    const opened = await Promise.allSettled(forgeries.map((forgery) => Envelope.open(forgery, { dataKeys: to })));
    expect(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.plaintext.toString()] : []))).toEqual(['pay 999 to mally']);
  });
});

const TAG = 16;
const INFO = 35 + 2 + 2 + (2 + 3) + 2; // after version, suite and message id, an empty context, a count, the namespace 'app' and a length
const CIPHERTEXT = INFO + (3 + 8 + 12) + 2; // after a name of three characters, the lengths of tag and IV, and the IV
const BODY = CIPHERTEXT + (32 + TAG) + (1 + 4 + 32); // after it come content type, frame length and commitment
const FINAL_HEAD = 4 + 4 + 12 + 4;

/** What a re-wrapping that keeps the frames would make. */
async function withOtherDataKey(message: Buffer, from: RawAesDataKeys, to: RawAesDataKeys): Promise<Buffer> {
  const providerInfo = message.subarray(INFO, CIPHERTEXT - 2);
  const ciphertext = message.subarray(CIPHERTEXT, CIPHERTEXT + 32 + TAG);
  const dataKey = await from.open([{ providerId: 'app', providerInfo, ciphertext }], {});
  const body = Buffer.from(message.subarray(0, BODY));
  const wrapped = (await to.wrap(dataKey, {}))[0]!;
  body.set(wrapped.providerInfo, INFO);
  body.set(wrapped.ciphertext, CIPHERTEXT);
  const key = Buffer.from(hkdfSync('sha512', dataKey, body.subarray(3, 35), Buffer.concat([Buffer.of(4, 0x78), Buffer.from('DERIVEKEY')]), 32));
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAAD(body);
  cipher.final();
  return Buffer.concat([body, cipher.getAuthTag(), message.subarray(BODY + TAG)]);
}

/** Another plaintext in the one frame of a message, by who has seen it with two headers. */
function forge(one: Buffer, other: Buffer, plaintext: Buffer, wanted: Buffer): Buffer[] {
  const header = (message: Buffer) => ({ aad: message.subarray(0, BODY), ciphertext: Buffer.alloc(0), tag: message.subarray(BODY, BODY + TAG) });
  const frame = other.subarray(BODY + TAG);
  const ciphertext = frame.subarray(FINAL_HEAD, -TAG);
  const aad = Buffer.concat([
    other.subarray(3, 35), Buffer.from('AWSKMSEncryptionClient Final Frame'), frame.subarray(4, 8), Buffer.alloc(4), frame.subarray(20, FINAL_HEAD),
  ]);
  const changed = ciphertext.map((byte, index) => byte ^ plaintext[index]! ^ wanted[index]!); // eslint-disable-line no-bitwise -- as the cipher does
  return hashKeysOf(header(one), header(other)).map((hashKey) => Buffer.concat([
    other.subarray(0, BODY + TAG + FINAL_HEAD), changed, forgedTag(hashKey, { aad, ciphertext, tag: frame.subarray(-TAG) }, Buffer.from(changed)),
  ]));
}
