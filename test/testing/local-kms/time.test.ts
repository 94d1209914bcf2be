import { CONTEXT, exceptionOf, ROOT, scene } from './scene';
import { wrapped } from './wrapped-key-material';
import { LocalKms, type TimeSpan } from '../../../src/testing';

const DAY = 86_400_000;

it('starts at the clock of the machine, and runs on after it was advanced', async () => {
  let machine = new Date('2026-11-22T12:00:00Z');
  const kms = new LocalKms({ now: () => machine });
  kms.advance({ days: 1, hours: 2, seconds: 3 });
  kms.advance({ seconds: 0.5 });
  expect(kms.now()).toEqual(new Date('2026-11-23T14:00:03.500Z'));
  machine = new Date('2026-11-22T12:00:01Z');
  expect((await kms.as(ROOT).createKey()).KeyMetadata.CreationDate).toEqual(new Date('2026-11-23T14:00:04.500Z'));
});

it('brings rotations that are due, each on its day, and ciphertexts from before still open', async () => {
  const { kms, root, keyArn: KeyId, ciphertext: CiphertextBlob } = await scene();
  await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const { NextRotationDate: first } = await root.getKeyRotationStatus({ KeyId });
  kms.advance({ days: 89 });
  expect((await root.listKeyRotations({ KeyId })).Rotations).toEqual([]);
  kms.advance({ days: 92 });
  const { Rotations } = await root.listKeyRotations({ KeyId });
  const dates = Rotations.map(({ RotationDate }) => RotationDate!.getTime() - first!.getTime());
  expect(dates.sort((a, b) => a - b)).toEqual([0, 90 * DAY]);
  expect(Buffer.from((await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).Plaintext).toString()).toBe('order 1');
});

it('deletes keys whose window is over, in every Region, and not a second before', async () => {
  const { kms, root, keyArn: KeyId } = await scene();
  const abroad = kms.as(ROOT, { region: 'eu-west-1' });
  const { KeyMetadata: { KeyId: foreign } } = await abroad.createKey();
  await root.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  await abroad.scheduleKeyDeletion({ KeyId: foreign, PendingWindowInDays: 7 });
  kms.advance({ days: 6, hours: 23, seconds: 3500 });
  expect((await root.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingDeletion');
  kms.advance({ seconds: 100 });
  expect((await exceptionOf(root.describeKey({ KeyId }))).name).toBe('NotFoundException');
  expect((await exceptionOf(root.describeKey({ KeyId: 'alias/present' }))).name).toBe('NotFoundException');
  expect((await exceptionOf(abroad.describeKey({ KeyId: foreign }))).name).toBe('NotFoundException');
});

it('ends import tokens after a day, and imported key material when it expires', async () => {
  const { kms, root } = await scene();
  const { KeyMetadata: { KeyId } } = await root.createKey({ Origin: 'EXTERNAL' });
  const put = async (parameters: Awaited<ReturnType<typeof wrapped>>) =>
    root.importKeyMaterial({ KeyId, ...parameters, ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(kms.now().getTime() + 10 * DAY) });
  const old = await wrapped(root, KeyId, new Uint8Array(32).fill(1));
  kms.advance({ hours: 24, seconds: 1 });
  expect((await exceptionOf(put(old))).name).toBe('ExpiredImportTokenException');
  await put(await wrapped(root, KeyId, new Uint8Array(32).fill(1)));
  const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: new Uint8Array(1) });
  kms.advance({ days: 10 });
  expect((await root.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingImport');
  expect((await exceptionOf(root.decrypt({ CiphertextBlob }))).name).toBe('KMSInvalidStateException');
});

it('is what policies see', async () => {
  const { kms, root } = await scene();
  const Condition = { DateGreaterThan: { 'aws:CurrentTime': kms.now().toISOString() } };
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' },
    { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*', Condition: { ...Condition, NumericLessThan: { 'aws:EpochTime': kms.now().getTime() / 1000 + DAY / 1000 } } },
  ];
  const { KeyMetadata: { KeyId } } = await root.createKey({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  kms.advance({ seconds: 10 });
  expect((await exceptionOf(root.encrypt({ KeyId, Plaintext: new Uint8Array(1) }))).name).toBe('AccessDeniedException');
  kms.advance({ days: 1 });
  await root.encrypt({ KeyId, Plaintext: new Uint8Array(1) });
});

it('goes on for 100 years in all, and brings every rotation of them', async () => {
  const { kms, root, keyArn: KeyId, ciphertext: CiphertextBlob } = await scene(() => new Date('2026-01-01T00:00:00Z'));
  await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  for (const days of [1, 36_523, 1]) { kms.advance({ days }); }
  expect(kms.now()).toEqual(new Date('2126-01-02T00:00:00Z'));
  expect(() => kms.advance({ seconds: 1 })).toThrow(RangeError);
  expect(() => kms.timeAfter({ seconds: 1 })).toThrow(RangeError);
  expect(kms.timeAfter({ days: 0 })).toEqual(kms.now());
  await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
  expect((await root.getKeyRotationStatus({ KeyId })).NextRotationDate).toEqual(new Date(Date.UTC(2026, 0, 1) + 406 * 90 * DAY));
});

it.each<[string, unknown, string]>([
  ['by nothing with a unit', 5, 'The time is to advance by 5; a span has its units. Write { days: 30 }.'],
  ['by nothing at all', undefined, 'The time is to advance by undefined;'],
  ['back', { days: -1 }, 'The time is to advance by -1 days; a number of 0 or more is allowed. Time does not go back.'],
  ['by what is no number', { hours: 'one' }, 'The time is to advance by one hours;'],
  ['by NaN', { seconds: NaN }, 'The time is to advance by NaN seconds;'],
  ['by an unknown unit', { weeks: 1 }, "The time cannot advance by 'weeks'; its units are days, hours, seconds. Write one of them."],
  ['for more than 100 years', { days: 36_526 }, 'The time is to advance by 36526 days in all; 36525 days, which are 100 years, are allowed. Give less, or'],
  ['for ever', { seconds: Infinity }, 'The time is to advance by Infinity days in all;'],
])('does not go %s', async (_, span, message) => {
  const { kms } = await scene(() => new Date(0));
  expect(() => kms.advance(span as TimeSpan)).toThrow(message);
  expect(kms.now()).toEqual(new Date(0));
});
