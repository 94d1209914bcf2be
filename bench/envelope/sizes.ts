import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { BuildOptions, buildSync } from 'esbuild';
import { median } from './paired';

const ENGINE = path.join(__dirname, '../../src/envelope/engine');
const HANDLER = path.join(__dirname, '../../lib/envelope/round-trip.lambda/index.js');
const BUNDLED: BuildOptions = { bundle: true, minify: true, platform: 'node', target: 'node22', format: 'cjs', mainFields: ['module', 'main'], logLevel: 'error' };

/** Bytes of what these lines pull in, minified. */
export function minified(lines: string): number {
  const [file] = buildSync({ ...BUNDLED, stdin: { contents: lines, resolveDir: ENGINE, loader: 'ts' }, write: false }).outputFiles!;
  return file!.contents.length;
}

export function handlerBytes(): number {
  return statSync(HANDLER).size;
}

/** How long the handler takes to load, as a fraction of the KMS client bundled by itself: the median of processes in the order A B B A. */
export function handlerLoad(rounds = 9): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const client = path.join(folder, 'client.js');
    buildSync({ ...BUNDLED, stdin: { contents: "export * from '@aws-sdk/client-kms'", resolveDir: ENGINE }, outfile: client });
    return median(Array.from({ length: rounds }, () => {
      const [a, b, c, d] = [client, HANDLER, HANDLER, client].map(load) as [number, number, number, number];
      return (b + c) / (a + d);
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Microseconds of CPU time in a process of its own. */
function load(file: string): number {
  const script = `const started = process.cpuUsage(); require(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(started); console.log(user + system)`;
  return Number(execFileSync(process.execPath, ['-e', script], { env: { ...process.env, AWS_REGION: 'us-east-1' } }));
}
