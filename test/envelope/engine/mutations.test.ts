import { finished } from 'node:stream/promises';
import * as fc from 'fast-check';
import { FixedDataKeys, sealForeign, sealMessage } from './sealed-message';
import { Envelope, EnvelopeError } from '../../../src/envelope/engine';

/** More of them at night. */
const MUTATIONS = Number(process.env['ENVELOPE_MUTATIONS'] ?? 10_000);

const PLAINTEXT = Buffer.from('twenty bytes of data');
const FORMS = {
  'framed': sealMessage(PLAINTEXT),
  'framed and signed': sealForeign(PLAINTEXT, { signed: true, frameLength: 8 }),
  'unframed': sealForeign(PLAINTEXT, { signed: false, frameLength: 0 }),
  'unframed and signed': sealForeign(PLAINTEXT, { signed: true, frameLength: 0 }),
};
const LONGEST = Math.max(...Object.values(FORMS).map((message) => message.length));
const dataKeys = new FixedDataKeys();

/** How opening it whole ended. */
async function opened(message: Buffer): Promise<unknown> {
  return Envelope.open(message, { dataKeys }).catch((error) => error);
}

/** How a stream ended that got it in two chunks; what it released must be the beginning of what was sealed. */
async function streamed(message: Buffer): Promise<unknown> {
  const stream = Envelope.openStream({ dataKeys });
  const released: Buffer[] = [];
  stream.on('data', (slice) => released.push(slice));
  stream.write(message.subarray(0, message.length / 2));
  stream.end(message.subarray(message.length / 2));
  const error = await finished(stream).catch((thrown) => thrown);
  const out = Buffer.concat(released);
  if (!PLAINTEXT.subarray(0, out.length).equals(out) || out.length === PLAINTEXT.length) throw new Error('It released what was not sealed, or all of it.');
  return error;
}

async function requireRefused(message: Buffer, where: string): Promise<void> {
  for (const error of [await opened(message), await streamed(message)]) {
    if (!(error instanceof EnvelopeError)) throw new Error(`${where} was not refused, but ended with ${String(error)}.`);
  }
}

describe('A changed message is refused, whole and as a stream,', () => {
  const alloc = Buffer.alloc;
  let largest = 0;

  beforeEach(() => {
    largest = 0;
    Buffer.alloc = (size, ...rest) => {
      largest = Math.max(largest, size);
      return alloc(size, ...rest);
    };
  });

  afterEach(() => {
    Buffer.alloc = alloc;
    expect(largest).toBeLessThanOrEqual(4096); // whatever it declares, up to 16 MiB a frame
  });

  it.each(Object.entries(FORMS))('which is %s, when one bit of it is flipped', async (_, message) => {
    for (let bit = 0; bit < message.length * 8; bit++) {
      const flipped = Buffer.from(message);
      flipped[Math.floor(bit / 8)]! ^= 2 ** (bit % 8); // eslint-disable-line no-bitwise -- it is a bit that is flipped
      await requireRefused(flipped, `Bit ${bit}`);
    }
  });

  it(`when it is cut, spliced and overwritten in ${MUTATIONS} ways`, async () => {
    const splice = fc.tuple(fc.nat(LONGEST), fc.nat(40), fc.uint8Array({ maxLength: 40 }));
    const mutation = fc.tuple(fc.constantFrom(...Object.values(FORMS)), fc.array(splice, { minLength: 1, maxLength: 3 }));
    await fc.assert(fc.asyncProperty(mutation, async ([message, splices]) => {
      const mutated = splices.reduce((bytes, [at, drop, insert]) =>
        Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]), message);
      fc.pre(!mutated.equals(message));
      await requireRefused(mutated, 'A mutation');
    }), { numRuns: MUTATIONS });
  }, 60_000 + 10 * MUTATIONS);

  it('when parts of two messages under one data key are put together', async () => {
    const other = sealMessage(Buffer.from('TWENTY BYTES OF DATA'), { messageId: Buffer.alloc(32, 10) });
    for (let at = 4; at < other.length; at++) { // before, they are the same
      await requireRefused(Buffer.concat([FORMS.framed.subarray(0, at), other.subarray(at)]), `Byte ${at}`);
    }
  });
});
