import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openObjectStore } from './object-store';
import { pdfOf } from './pdf';
import { getOpened, putSealed } from './sealed-object';
import { KmsDataKeys } from '../../src/envelope/engine';
import { SimulatedAccount } from '../../src/testing';
import { ordersApp } from '../orders/orders-stack';

const SIZE = 50_000_000;

/** The order service, with its key and its roles, in a simulated account; and a bucket. */
export async function tell(print: (line: string) => void, size = SIZE): Promise<void> {
  const account = await SimulatedAccount.of(ordersApp().app);
  const folder = await mkdtemp(join(tmpdir(), 'sealed-pdf-'));
  const store = await openObjectStore(await mkdtemp(join(folder, 'bucket-')));
  try {
    await tellOf({ account, folder, object: `${store.url}/orders/7.pdf`, print, size });
  } finally {
    store.close();
    await rm(folder, { recursive: true });
    await account.close();
  }
}

interface Scene {
  readonly account: SimulatedAccount;
  readonly folder: string;
  readonly object: string;
  readonly print: (line: string) => void;
  readonly size: number;
}

async function tellOf({ account, folder, object, print, size }: Scene): Promise<void> {
  const [original, copy, stolen] = ['order.pdf', 'copy.pdf', 'stolen.pdf'].map((name) => join(folder, name)) as [string, string, string];
  const encryptionContext = { object: 'orders/7.pdf' }; // a message that is put in the place of another does not open
  const as = (role: string) => ({ dataKeys: new KmsDataKeys({ client: account.as(role).kms, keyId: account.keyArn('alias/orders') }), encryptionContext });

  const memory = new Memory();
  await memory.watch(() => pipeline(Readable.from(pdfOf(size)), createWriteStream(original)));
  print(`A PDF of ${size / 1e6} MB is written: ${memory}`);
  await memory.watch(() => putSealed(original, object, as('Orders/OrdersWriter')));
  print(`  sealed by OrdersWriter and stored: ${memory}`);
  await memory.watch(() => getOpened(object, copy, as('Orders/OrdersReader')));
  print(`  fetched and opened by OrdersReader: ${memory}`);

  if (await digestOf(copy) !== await digestOf(original)) throw new Error('What was opened is not what was sealed.');
  print(`  the same: SHA-256 ${await digestOf(copy)}`);

  const refusal = await getOpened(object, stolen, as('Orders/OrdersWriter')).then(() => undefined, (error: Error) => error);
  if (!refusal || (await readdir(folder)).some((name) => name.startsWith('stolen'))) throw new Error('OrdersWriter could open it.');
  print(`  OrdersWriter may not open it: ${refusal.message}\n    ${(refusal.cause as Error).message}`);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** How much the memory of this process, which is client, object store and AWS KMS in one, has grown at most. */
class Memory {
  private readonly before = process.memoryUsage.rss();
  private peak = this.before;

  public async watch(work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => { this.peak = Math.max(this.peak, process.memoryUsage.rss()); }, 5);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
  }

  public toString(): string {
    return `${Math.round((this.peak - this.before) / 1024 / 1024)} MiB of memory more than at first, until here`;
  }
}
