import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { openObjectStore } from '../../examples/sealed-pdf/object-store';
import { pdfOf } from '../../examples/sealed-pdf/pdf';
import { getOpened, putSealed } from '../../examples/sealed-pdf/sealed-object';
import { tell } from '../../examples/sealed-pdf/story';
import { Envelope, RawAesDataKeys } from '../../src/envelope/engine';

const MIB = 1024 * 1024;

/** The most bytes that a stream of the engine had taken and not yet given away. */
function mostInFlight<T extends Transform>(make: () => T, met: number[]): T {
  const stream = make();
  const [write, index] = [stream.write.bind(stream) as (...given: any[]) => boolean, met.push(0) - 1];
  let inFlight = 0;
  stream.write = (chunk: Buffer, ...others: unknown[]) => {
    met[index] = Math.max(met[index]!, inFlight += chunk.length);
    return write(chunk, ...others);
  };
  stream.on('data', (chunk: Buffer) => { inFlight -= chunk.length; });
  return stream;
}

function changed(message: Buffer, offset: number): Buffer {
  message.writeUInt8(255 - message.readUInt8(offset), offset);
  return message;
}

describe('the story of the sealed PDF', () => {
  const lines: string[] = [];
  const [sealing, opening]: number[][] = [[], []];
  const { sealStream, openStream } = Envelope;

  beforeAll(async () => {
    jest.spyOn(Envelope, 'sealStream').mockImplementation((options) => mostInFlight(() => sealStream(options), sealing!));
    jest.spyOn(Envelope, 'openStream').mockImplementation((options) => mostInFlight(() => openStream(options), opening!));
    await tell((line) => lines.push(line));
  });
  afterAll(() => jest.restoreAllMocks());

  it('seals, stores, fetches and opens 50 MB, which come out as they went in', () => {
    expect(lines.join('\n')).toMatch(/A PDF of 50 MB .*\n.*sealed by OrdersWriter.*\n.*opened by OrdersReader.*\n +the same: SHA-256 [0-9a-f]{64}\n/);
  });

  it('tells the writer, who may not decrypt, what AWS KMS answered', () => {
    expect(lines.at(-1)).toMatch(/OrdersWriter may not open it: kms:Decrypt under arn:.* failed with AccessDeniedException[^]*is not authorized to perform: kms:Decrypt/);
  });

  it('never has more in flight than a frame and what the streams of Node.js buffer', () => {
    expect(sealing).toHaveLength(1);
    expect(opening).toHaveLength(2); // that of the writer is refused by its header
    for (const most of [...sealing!, ...opening!]) expect(most).toBeLessThan(1.5 * MIB);
  });
});

describe('a sealed object', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealed-object-'));
  const [file, copy, bucket] = [join(folder, 'file'), join(folder, 'copy'), mkdtempSync(join(folder, 'bucket-'))];
  const dataKeys = new RawAesDataKeys({ keyNamespace: 'test', keyName: 'orders', wrappingKey: randomBytes(32) });
  const [own, other] = ['7', '8'].map((order) => ({ dataKeys, encryptionContext: { order } }));
  const content = Buffer.concat([...pdfOf(3 * MIB)]);
  let store: Awaited<ReturnType<typeof openObjectStore>>;
  let object: string;

  beforeAll(async () => {
    store = await openObjectStore(bucket);
    object = `${store.url}/orders/7.pdf`;
    writeFileSync(file, content);
    await putSealed(file, object, own!);
  });
  afterEach(() => rmSync(copy, { force: true }));
  afterAll(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  const stored = () => join(bucket, readdirSync(bucket)[0]!);
  const leftOver = () => readdirSync(folder).filter((name) => !['file', bucket.split('/').pop()].includes(name));

  it('holds its encrypted data key in its header, and nothing in clear', () => {
    const message = readFileSync(stored());
    expect(readdirSync(bucket)).toHaveLength(1);
    expect(message.subarray(0, 200).toString('latin1')).toMatch(/test.*orders/s);
    expect(message.includes('%PDF')).toBe(false);
    expect(leftOver()).toEqual([]);
  });

  it('opens to what was sealed', async () => {
    await getOpened(object, copy, own!);
    expect(readFileSync(copy).equals(content)).toBe(true);
  });

  it.each<[string, (message: Buffer) => Buffer, RegExp]>([
    ['ends after its second frame', (message) => message.subarray(0, 2.5 * MIB), /The message ends in its frame 3/],
    ['is changed in its last frame', (message) => changed(message, message.length - 40), /frame 4 of the message is not what was sealed/],
  ])('leaves no file when it %s', async (_, change, error) => {
    const message = readFileSync(stored());
    writeFileSync(stored(), change(Buffer.from(message)));
    await expect(getOpened(object, copy, own!)).rejects.toThrow(error);
    expect(leftOver()).toEqual([]);
    writeFileSync(stored(), message);
  });

  it('does not open in the place of another one', async () => {
    await expect(getOpened(object, copy, other!)).rejects.toThrow("'order' is missing or differs");
    expect(leftOver()).toEqual([]);
  });

  it('is missing where none was put', async () => {
    await expect(getOpened(`${store.url}/orders/8.pdf`, copy, own!)).rejects.toThrow('The object store answered 404 Not Found.');
  });

  it('is not taken with an unknown length, as Amazon S3 takes none', async () => {
    const { status } = await fetch(`${store.url}/orders/8.pdf`, { method: 'PUT', body: new Blob(['a']).stream(), duplex: 'half' });
    expect(status).toBe(411);
  });
});

describe('the PDF', () => {
  it('has every object where its table says', () => {
    const pdf = Buffer.concat([...pdfOf(100_000)]).toString('latin1');
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)![1]);
    expect(pdf.slice(start, start + 9)).toBe('xref\n0 7\n');
    const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
    expect(offsets.map((offset) => pdf.slice(offset, offset + 8))).toEqual([1, 2, 3, 4, 5, 6].map((number) => `${number} 0 obj\n`));
    for (const [, length, body] of pdf.matchAll(/<< \/Length (\d+) >>\nstream\n([^]*?)\nendstream\n/g)) expect(body).toHaveLength(Number(length));
  });
});
