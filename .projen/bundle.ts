import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

// Bundles every src/**/*.lambda.ts, with the clients that it uses, into lib/**/*.lambda/index.js, and beside it the licences of what
// is inside, which their owners want handed on.
async function bundle(entry: string): Promise<void> {
  const directory = entry.replace(/^src/, 'lib').replace(/\.ts$/, '');
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(directory, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    // A function has its credentials in its environment: the SDK's chain of providers is half of its size.
    alias: { '@aws-sdk/credential-provider-node': './src/custom-resource/environment-credentials.ts' },
  });
  const packages = new Set(Object.keys(metafile.inputs).flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  writeFileSync(join(directory, 'THIRD-PARTY-LICENSES.txt'), [...packages].sort().map(notice).join('\n\n'));
}

function notice(directory: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const file = readdirSync(directory).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? readFileSync(join(directory, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version}\n${'-'.repeat(72)}\n${text}`;
}

function lambdas(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lambda.ts')).map((file) => join(folder, file));
}

Promise.all(lambdas('src').map(bundle)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
