import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { DATA_KEY, dataKeys, FRAME, plaintextOf, sealedBy, slicesOf, through } from './data';
import { speedup } from './paired';
import { print } from './print';
import { Envelope } from '../../src/envelope/engine';
import { ByteReader } from '../../src/envelope/engine/bytes';
import { parseHeader } from '../../src/envelope/engine/header';
import { DEFAULT_LIMITS } from '../../src/envelope/engine/limits';
import { requireHeader } from '../../src/envelope/engine/message';
import { MessageOpener } from '../../src/envelope/engine/message-opener';
import { MessageSealer } from '../../src/envelope/engine/message-sealer';

const key = createSecretKey(DATA_KEY);
const plaintext = plaintextOf(64.5);

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

/** In a process that loads nothing else: what other libraries have on the heap makes V8 look through it more often. */
async function main(): Promise<void> {
  const message: Buffer[] = [];
  pushSeal((bytes) => message.push(bytes));
  const slices = slicesOf(Buffer.concat(message));
  print('push seal / raw AES-256-GCM', await speedup(rawSeal, () => pushSeal(() => undefined)), '>= 0.90');
  print('push open / raw AES-256-GCM', await speedup(rawOpen, () => pushOpen(slices)), '>= 0.90');
  const sealed = await sealedBy(Envelope.sealStream({ dataKeys }), plaintext);
  const seal = () => through(Envelope.sealStream({ dataKeys }), plaintext);
  const open = () => through(Envelope.openStream({ dataKeys }), sealed);
  print('sealStream / pipe(createCipheriv)', await speedup(() => through(cipher(), plaintext), seal), '>= 0.92');
  print('openStream / pipe(createDecipheriv)', await speedup(() => through(decipher(), ciphertext), open), 'no gate');
}

void main();
