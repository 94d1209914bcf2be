// Messages of this library opened by the AWS Encryption SDK for Python, and the reverse. Takes the python that has it.
const { execFileSync } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { pipeline } = require('node:stream/promises');
const { deepStrictEqual, rejects } = require('node:assert/strict');
const { Envelope, RawAesDataKeys, TamperedMessageError } = require('../lib/envelope/engine');

const SIZES = [0, 1, 4095, 4096, 4097, 65536, 1048577, 5 * 1024 * 1024];
const FRAMES = [1, 4096, 1048576]; // bytes
const CONTEXTS = [
  {},
  { tenant: 'blue' },
  { 'grüße': 'naïve 🔑', '\u{1F600}': 'sorts after the next one only in UTF-8', '\uFF5E': '', 'z': '\u0000' },
];
const folder = mkdtempSync(join(tmpdir(), 'interop-'));
const wrappingKey = randomBytes(32);
const dataKeys = new RawAesDataKeys({ keyNamespace: 'interop', keyName: 'ключ', wrappingKey });
const file = (index, kind) => join(folder, `${index}.${kind}`);

/** What is sealed on both sides: in frames of one byte only what is small. */
const cases = SIZES.flatMap((size) => FRAMES.filter((frameLength) => size / frameLength < 5000).flatMap((frameLength) =>
  CONTEXTS.flatMap((context) => [true, false].map((stream) => ({ size, frameLength, context, stream })))));

/** Messages of Python's are also signed, and not framed; its frames have a multiple of 128 bytes. */
function theirs({ frameLength }) {
  const multiple = 128 * Math.ceil(frameLength / 128);
  return [{ kind: 'unsigned', frameLength: multiple }, { kind: 'signed', frameLength: multiple }, { kind: 'unframed', frameLength: 0 }];
}

async function seal({ size, frameLength, context, stream }, index) {
  const options = { dataKeys, frameLength, encryptionContext: context };
  writeFileSync(file(index, 'plain'), randomBytes(size));
  if (stream) return pipeline(createReadStream(file(index, 'plain')), Envelope.sealStream(options), createWriteStream(file(index, 'ours')));
  writeFileSync(file(index, 'ours'), await Envelope.seal(readFileSync(file(index, 'plain')), options));
}

async function open({ context, stream }, index, kind) {
  const options = { dataKeys, encryptionContext: context };
  const whole = await Envelope.open(readFileSync(file(index, kind)), options);
  deepStrictEqual(whole.encryptionContext, context);
  if (!stream) return whole.plaintext;
  await pipeline(createReadStream(file(index, kind)), Envelope.openStream(options), createWriteStream(file(index, 'opened')));
  return readFileSync(file(index, 'opened'));
}

async function compare(one, index) {
  for (const { kind } of theirs(one)) {
    deepStrictEqual(await open(one, index, kind), readFileSync(file(index, 'plain')), `case ${index}, ${kind}`);
    const message = readFileSync(file(index, kind));
    message[message.length - 1] ^= 1; // of a signature, or of the tag of the last frame
    await rejects(Envelope.open(message, { dataKeys }), TamperedMessageError, `case ${index}, ${kind}, changed`);
  }
}

async function main() {
  for (const [index, one] of cases.entries()) await seal(one, index);
  const told = { wrappingKey: wrappingKey.toString('base64'), cases: cases.map((one) => ({ ...one, theirs: theirs(one) })) };
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(told));
  execFileSync(process.argv[2], [join(__dirname, 'interop.py'), folder], { stdio: 'inherit' });
  for (const [index, one] of cases.entries()) await compare(one, index);
  console.log(`${3 * cases.length} messages of the AWS Encryption SDK for Python opened here; each refused with one bit changed`);
}

main().finally(() => rmSync(folder, { recursive: true })).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
