import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildSync } from 'esbuild';
import { print } from './envelope/print';
import { handlerBytes, handlerLoad, minified } from './envelope/sizes';

/** Whether malloc gives pages back between two rounds, and has to ask for them again, would decide more than what is compared. */
const KEEP_PAGES = { MALLOC_TRIM_THRESHOLD_: '268435456', MALLOC_MMAP_THRESHOLD_: '33554432' };

function speed(against: 'raw' | 'sdk'): void {
  const { status } = spawn(`against-${against}`, [], { stdio: 'inherit', env: { ...process.env, ...KEEP_PAGES } });
  if (status !== 0) throw new Error('The comparison of speeds failed.');
}

/** Megabytes of the peak that 512 MiB make over a stream without cryptography. */
function memory(): void {
  const peak = (kind: string) => Number(spawn('stream-memory', [kind], {}).stdout) / 1024 / 1024;
  const nothing = peak('nothing');
  for (const kind of ['sealing', 'sealing and opening']) print(`memory of ${kind} 512 MiB, over no cryptography, MiB`, peak(kind) - nothing, '<= 48');
}

/** Runs a script in a process of its own, as plain JavaScript: what the package ships, and no loader's helpers in it. */
function spawn(name: string, given: string[], options: object) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-envelope-'));
  const outfile = path.join(folder, `${name}.js`);
  try {
    buildSync({ entryPoints: [path.join(__dirname, 'envelope', `${name}.ts`)], outfile, bundle: true, platform: 'node', target: 'node20', logLevel: 'error' });
    return spawnSync(process.execPath, [outfile, ...given], { encoding: 'utf8', ...options });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sizes(): void {
  const kilobytes = (lines: string) => minified(lines) / 1000;
  print('Envelope and KmsDataKeys, minified, KB', kilobytes("export { Envelope, KmsDataKeys } from './index'"), '<= 15');
  print('all of the module, minified, KB', kilobytes("export * from './index'"), 'no gate');
  print('handler of EnvelopeRoundTrip, KB', handlerBytes() / 1000, '<= 330');
  print('handler, to load / the KMS client bundled alone', handlerLoad(), '<= 0.80');
}

/** Prints every figure beside its gate. */
export function run(): void {
  speed('raw');
  speed('sdk');
  memory();
  sizes();
}
