import { randomBytes } from 'node:crypto';
import { CachedDataKeys, DataKeys, Envelope, RawAesDataKeys } from '../src/envelope/engine';

const OBJECTS = 5000;
const ROUNDS = 5;
const object = randomBytes(1024);
const owner: DataKeys = new RawAesDataKeys({ keyNamespace: 'bench', keyName: 'bench', wrappingKey: randomBytes(32) });

/** Stands where AWS KMS would be called. */
class CountedDataKeys implements DataKeys {
  public calls = 0;

  public generate: DataKeys['generate'] = (...request) => this.count(() => owner.generate(...request));
  public open: DataKeys['open'] = (...request) => this.count(() => owner.open(...request));

  private count<T>(call: () => T): T {
    this.calls += 1;
    return call();
  }
}

/** Calls per object, of objects that belong to so many tenants in turn. */
async function callsPerObject(tenants: number, wrap: (dataKeys: DataKeys) => DataKeys): Promise<{ sealing: number; opening: number }> {
  const counted = new CountedDataKeys();
  const dataKeys = wrap(counted);
  const messages: Buffer[] = [];
  for (let index = 0; index < OBJECTS; index++) {
    messages.push(await Envelope.seal(object, { dataKeys, encryptionContext: { tenant: `${index % tenants}` } }));
  }
  const sealing = counted.calls / OBJECTS;
  for (const message of messages) await Envelope.open(message, { dataKeys });
  return { sealing, opening: counted.calls / OBJECTS - sealing };
}

async function milliseconds(dataKeys: DataKeys): Promise<number> {
  const started = process.hrtime.bigint();
  for (let index = 0; index < OBJECTS / 5; index++) await Envelope.seal(object, { dataKeys });
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** How fast sealing is with a cache as a fraction of without: the median of rounds in the order A B B A, in this process. */
async function costOfCaching(): Promise<number> {
  const [plain, cached] = [owner, new CachedDataKeys({ dataKeys: owner })];
  const ratios: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b, c, d] = [await milliseconds(plain), await milliseconds(cached), await milliseconds(cached), await milliseconds(plain)];
    if (round > 0) ratios.push((a + d) / (b + c)); // the first one warms up
  }
  return ratios.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)]!;
}

/** Prints how many calls of AWS KMS an object takes, with and without a cache at its defaults, and what the cache itself costs. */
export async function run(): Promise<void> {
  const cached = (dataKeys: DataKeys) => new CachedDataKeys({ dataKeys });
  for (const tenants of [1, 100, 1000]) {
    const [without, within] = [await callsPerObject(tenants, (dataKeys) => dataKeys), await callsPerObject(tenants, cached)];
    console.log(`  calls of AWS KMS per object of ${tenants} encryption contexts in turn: ` +
      `seal ${without.sealing} -> ${within.sealing} with CachedDataKeys, open ${without.opening} -> ${within.opening}`);
  }
  console.log(`  seal 1 KiB, under cached data keys / one of this process each: ${(await costOfCaching()).toFixed(2)}`);
}
