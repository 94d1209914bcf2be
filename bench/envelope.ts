import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import { FrameCipher } from '../src/envelope/engine/frame-cipher';

const SLICE = 64 * 1024;
const FRAME = 1024 * 1024;
const FRAMES = 32;
const ROUNDS = 9;

const key = createSecretKey(randomBytes(32));
const cipher = new FrameCipher(key, randomBytes(32));
const plaintext = randomBytes(FRAME);
const position = (sequence: number) => ({ sequence, final: false, length: FRAME });
const sequences = Array.from({ length: FRAMES }, (_, index) => index + 1);

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
  for (const sequence of sequences) cipher.seal(plaintext, position(sequence), () => undefined);
}

const sealed = sequences.map((sequence) => {
  const parts: Buffer[] = [];
  cipher.seal(plaintext, position(sequence), (bytes) => parts.push(bytes));
  return { ...position(sequence), ciphertext: Buffer.concat(parts.slice(1, -1)), tag: parts.at(-1)! };
});

function open(): void {
  for (const frame of sealed) cipher.open(frame);
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
