import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { buildClient, CommitmentPolicy } from '@aws-crypto/client-node';
import { DATA_KEY, dataKeys, FRAME, keyring, SLICE, slicesOf, through } from './data';
import { speedup } from './paired';
import { print } from './print';
import { Envelope } from '../../src/envelope/engine';
import { ByteReader } from '../../src/envelope/engine/bytes';
import { parseHeader } from '../../src/envelope/engine/header';
import { DEFAULT_LIMITS } from '../../src/envelope/engine/limits';
import { requireHeader } from '../../src/envelope/engine/message';
import { MessageOpener } from '../../src/envelope/engine/message-opener';
import { MessageSealer } from '../../src/envelope/engine/message-sealer';

const sdk = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const ROUNDS = 21; // those close to 1 want many
const TUNED = { suiteId: 0x0478, frameLength: FRAME };
const key = createSecretKey(DATA_KEY);
const mebibyte = slicesOf(randomBytes(FRAME));
const plaintext = [...Array.from({ length: 64 }, () => mebibyte).flat(), ...mebibyte.slice(0, 8)]; // half a frame at the end, as on the average
const short = plaintext.slice(0, 4.5 * FRAME / SLICE); // the SDK takes its time
const small = plaintext[0]!;

/** One AES-256-GCM over the same bytes in updates of 64 KiB: what the engine can at best be as fast as. */
function rawSeal(): void {
  const raw = cipher();
  plaintext.forEach((slice) => raw.update(slice));
  raw.final();
}

const cipher = () => createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
const once = cipher();
const ciphertext = [...plaintext.map((slice) => once.update(slice)), once.final()];
const decipher = () => createDecipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAuthTag(once.getAuthTag());

function rawOpen(): void {
  const raw = decipher();
  ciphertext.forEach((slice) => raw.update(slice));
  raw.final();
}

function pushSeal(push: (bytes: Buffer) => void): void {
  const sealer = new MessageSealer({
    dataKey: DATA_KEY,
    messageId: randomBytes(32),
    encryptedDataKeys: [{ providerId: 'bench', providerInfo: Buffer.alloc(0), ciphertext: Buffer.alloc(0) }],
    encryptionContext: {},
    frameLength: FRAME,
    limits: DEFAULT_LIMITS,
  }, push);
  plaintext.forEach((slice) => sealer.take(slice, false));
  sealer.take(Buffer.alloc(0), true);
}

/** @param message in slices, as they come from a file */
function pushOpen([first, ...others]: Buffer[]): void {
  const reader = new ByteReader(first!);
  const header = parseHeader(reader, DEFAULT_LIMITS);
  const opener = new MessageOpener(header, requireHeader(header, DATA_KEY), DEFAULT_LIMITS, () => undefined);
  [reader.rest(), ...others].forEach((bytes) => opener.take(bytes));
  opener.end();
}

async function sealedBy(stream: NodeJS.ReadWriteStream, chunks: Buffer[]): Promise<Buffer[]> {
  const message: Buffer[] = [];
  await through(stream, chunks, message);
  return slicesOf(Buffer.concat(message));
}

async function againstRaw(): Promise<void> {
  const message: Buffer[] = [];
  pushSeal((bytes) => message.push(bytes));
  const slices = slicesOf(Buffer.concat(message));
  print('push seal / raw AES-256-GCM', await speedup(rawSeal, () => pushSeal(() => undefined), ROUNDS), '>= 0.90');
  print('push open / raw AES-256-GCM', await speedup(rawOpen, () => pushOpen(slices), ROUNDS), '>= 0.90');
  const sealed = await sealedBy(Envelope.sealStream({ dataKeys }), plaintext);
  const seal = () => through(Envelope.sealStream({ dataKeys }), plaintext);
  const open = () => through(Envelope.openStream({ dataKeys }), sealed);
  print('sealStream / pipe(createCipheriv)', await speedup(() => through(cipher(), plaintext), seal, ROUNDS), '>= 0.92');
  print('openStream / pipe(createDecipheriv)', await speedup(() => through(decipher(), ciphertext), open, ROUNDS), 'no gate');
}

async function againstSdk(): Promise<void> {
  const seal = () => through(Envelope.sealStream({ dataKeys }), short);
  for (const [name, options, gates] of [['at its defaults', {}, ['>= 8', '>= 12']], ['tuned', TUNED, ['>= 1.8', '>= 1.8']]] as const) {
    const theirs = () => sdk.encryptStream(keyring, options) as unknown as NodeJS.ReadWriteStream;
    const message = await sealedBy(theirs(), short);
    const mine = await sealedBy(Envelope.sealStream({ dataKeys }), short);
    const open = () => through(Envelope.openStream({ dataKeys }), mine);
    print(`sealStream / AWS Encryption SDK ${name}`, await speedup(() => through(theirs(), short), seal), gates[0]);
    print(`openStream / AWS Encryption SDK ${name}`,
      await speedup(() => through(sdk.decryptStream(keyring) as unknown as NodeJS.ReadWriteStream, message), open), gates[1]);
  }
  const often = (work: () => Promise<unknown>) => async () => { for (let time = 0; time < 20; time++) await work(); };
  print('seal 64 KiB / AWS Encryption SDK at its defaults',
    await speedup(often(() => sdk.encrypt(keyring, small)), often(() => Envelope.seal(small, { dataKeys }))), '>= 15');
}

async function main(): Promise<void> {
  await againstRaw();
  await againstSdk();
}

void main();
