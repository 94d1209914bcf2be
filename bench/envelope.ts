import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import { ByteReader } from '../src/envelope/engine/bytes';
import { parseHeader } from '../src/envelope/engine/header';
import { DEFAULT_LIMITS } from '../src/envelope/engine/limits';
import { requireHeader } from '../src/envelope/engine/message';
import { MessageOpener } from '../src/envelope/engine/message-opener';
import { MessageSealer, SealingMaterials } from '../src/envelope/engine/message-sealer';

const SLICE = 64 * 1024;
const FRAME = 1024 * 1024;
const FRAMES = 32;
const ROUNDS = 9;

const dataKey = randomBytes(32);
const key = createSecretKey(dataKey);
const plaintext = randomBytes(FRAME);
const slices = Array.from({ length: FRAME / SLICE }, (_, index) => plaintext.subarray(index * SLICE, (index + 1) * SLICE));
const materials: SealingMaterials = {
  dataKey,
  messageId: randomBytes(32),
  encryptedDataKeys: [{ providerId: 'bench', providerInfo: Buffer.alloc(0), ciphertext: Buffer.alloc(0) }],
  encryptionContext: {},
  frameLength: FRAME,
  limits: DEFAULT_LIMITS,
};

/** One AES-256-GCM over the same bytes in updates of 64 KiB: what the engine can at best be as fast as. */
function rawSeal(): void {
  const raw = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  for (let frame = 0; frame < FRAMES; frame++) {
    for (let start = 0; start < FRAME; start += SLICE) raw.update(plaintext.subarray(start, start + SLICE));
  }
  raw.final();
}

function rawOpen(): void {
  const raw = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAuthTag(Buffer.alloc(16));
  for (let frame = 0; frame < FRAMES; frame++) {
    for (let start = 0; start < FRAME; start += SLICE) raw.update(plaintext.subarray(start, start + SLICE));
  }
}

function seal(): void {
  sealTo(() => undefined);
}

function sealTo(push: (bytes: Buffer) => void): void {
  const sealer = new MessageSealer(materials, push);
  for (let frame = 0; frame < FRAMES; frame++) slices.forEach((slice) => sealer.take(slice, false));
  sealer.take(Buffer.alloc(0), true);
}

const sealed: Buffer[] = [];
sealTo((bytes) => sealed.push(bytes));
const [body, tag, ...frames] = sealed;
const header = parseHeader(new ByteReader(Buffer.concat([body!, tag!])), DEFAULT_LIMITS);

function open(): void {
  const opener = new MessageOpener(header, requireHeader(header, dataKey), DEFAULT_LIMITS, () => undefined);
  frames.forEach((bytes) => opener.take(bytes));
  opener.end();
}

/** How fast `ours` is as a fraction of `baseline`: the median of rounds in the order A B B A, in this process. */
function ratio(baseline: () => void, ours: () => void): number {
  const time = (work: () => void) => {
    const started = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - started);
  };
  [baseline, ours, ours, baseline].forEach(time);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [a, b, c, d] = [baseline, ours, ours, baseline].map(time) as [number, number, number, number];
    return (a + d) / (b + c);
  });
  return rounds.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)]!;
}

/** Prints the ratios of the envelope to raw AES-256-GCM, and the size of the handler that carries it. */
export function run(): void {
  const bundle = path.join(__dirname, '../lib/envelope/round-trip.lambda/index.js');
  console.log(`  seal, frames of 1 MiB / raw AES-256-GCM: ${ratio(rawSeal, seal).toFixed(2)}`);
  console.log(`  open, frames of 1 MiB / raw AES-256-GCM: ${ratio(rawOpen, open).toFixed(2)}`);
  console.log(`  handler of EnvelopeRoundTrip with its own KMS client: ${Math.round(statSync(bundle).size / 1000)} KB (limit 330 KB)`);
}
