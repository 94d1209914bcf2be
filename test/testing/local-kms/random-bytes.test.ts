import { randomBytes } from '../../../src/testing/local-kms/cryptography/random-bytes';

it.each([12, 32, 1024, 4096])('%i at a time are never those of another draw, across the ends of blocks', (length) => {
  const draws = Array.from({ length: 400 }, () => Buffer.from(randomBytes(length)).toString('hex'));
  expect(draws.filter((draw) => draw.length !== 2 * length)).toEqual([]);
  expect(new Set(draws).size).toBe(400);
});

it('belong to who drew them: they share no memory with later draws', () => {
  const first = randomBytes(32);
  const kept = Uint8Array.from(first);
  const second = randomBytes(32);
  second.fill(7);
  expect(first).toEqual(kept);
  expect(first.buffer.byteLength).toBe(32);
});

it('has every value of a byte about as often as any other', () => {
  const counts = new Uint32Array(256);
  for (let draw = 0; draw < 4096; draw++) { randomBytes(64).forEach((byte) => { counts[byte]!++; }); }
  expect(Math.min(...counts)).toBeGreaterThan(800); // of 1024 on average, with a standard deviation of 32
  expect(Math.max(...counts)).toBeLessThan(1250);
});
