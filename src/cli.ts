#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, PROGRAM, UsageError } from './cli/command';
import type { Command } from './cli/command';
import { plainText } from './cli/plain-text';

/** Each loads when it runs. */
const COMMANDS: readonly Command[] = [
  {
    name: 'prove',
    summary: 'Decide for every request who can use a key, as far as its key policy goes',
    usage: 'prove POLICY --only-accounts ID [--action kms:Decrypt] [other claims]',
    run: async (args, streams) => (await import('./cli/prove-command.js')).prove(args, streams),
  },
  {
    name: 'local-kms',
    summary: 'Serve AWS KMS on this machine, with key policies and identity policies enforced, for tests',
    usage: 'local-kms --port N [--account ID] [--region R] [--principals FILE]',
    run: async (args, streams) => (await import('./cli/local-kms-command.js')).localKms(args, streams),
  },
];

const HELP = `Usage:
${COMMANDS.map(({ usage, summary }) => `  ${PROGRAM} ${usage}\n      ${summary}`).join('\n')}
  ${PROGRAM} COMMAND --help
  ${PROGRAM} --version
`;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') return print(HELP);
  if (name === '--version') return print(`${version()}\n`);
  const command = COMMANDS.find((each) => each.name === name);
  if (command) return command.run(args, process);
  const names = COMMANDS.map((each) => each.name).join(', ');
  throw new UsageError(`${name === undefined ? 'No command was given' : `'${name}' is no command`}; the commands are ${names}. See '${PROGRAM} --help'.`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function version(): string {
  return (JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }).version;
}

/** Also where Node.js would exit with 1, which says that a claim is refuted. */
function fail(error: unknown): void {
  const usage = error instanceof UsageError;
  process.exitCode = usage ? EXIT.usage : EXIT.fault;
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  process.stderr.write(plainText(`${usage ? error.message : `A fault of ${PROGRAM}, not an answer: ${text}`}\n`));
}

process.on('uncaughtException', fail);
// Who reads no further, as `head` does, still has the answer in the exit code.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') fail(error); });
main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, fail);
