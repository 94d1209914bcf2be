import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DATA_KEY, dataKeys, SLICE } from './data';
import { Envelope } from '../../src/envelope/engine';

const BYTES = 512 * 1024 * 1024;

const STREAMS: Record<string, () => NodeJS.ReadWriteStream[]> = {
  'nothing': () => [new PassThrough(), new PassThrough()],
  'sealing': () => [Envelope.sealStream({ dataKeys }), new PassThrough()],
  'sealing and opening': () => [Envelope.sealStream({ dataKeys }), Envelope.openStream({ dataKeys })],
};

/** Memory of its own for each, as from a file. */
function* chunks(): Generator<Buffer> {
  for (let given = 0; given < BYTES; given += SLICE) yield Buffer.alloc(SLICE, DATA_KEY);
}

/** A process of its own: prints its peak of memory, in bytes, while 512 MiB go through the streams that it is told. */
async function main(): Promise<void> {
  const [first, second] = STREAMS[process.argv[2]!]!() as [NodeJS.ReadWriteStream, NodeJS.ReadWriteStream];
  let peak = 0;
  const sink = new Writable({
    write: (_, __, done) => {
      peak = Math.max(peak, process.memoryUsage.rss()); // what the system counts as peak begins with that of the parent
      done();
    },
  });
  await pipeline(Readable.from(chunks(), { objectMode: false }), first, second, sink);
  console.log(peak);
}

void main();
