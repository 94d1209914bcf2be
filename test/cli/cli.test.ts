import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = ['--import', 'tsx', 'src/cli.ts'];
const ROOT = join(__dirname, '../..');
const corpus = (name: string): string => JSON.stringify(JSON.parse(readFileSync(join(ROOT, `test/proof/corpus/${name}.json`), 'utf8')).policy);

function cli(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PROGRAM, ...args], { cwd: ROOT, input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the program', () => {
  it.each<[number, string, readonly string[], string]>([
    [0, 'default', ['--only-accounts', '111122223333'], 'proved: '],
    [1, 'public-through-create', ['--only-accounts', '111122223333'], 'refuted: '],
    [2, 'not-followed', ['--only-accounts', '444455556666'], 'unknown: '],
  ])('exits with %i for %s', (status, name, args, start) => {
    expect(cli(['prove', '-', ...args, '--action', name === 'not-followed' ? 'kms:Decrypt' : 'kms:CreateGrant'], corpus(name)))
      .toEqual({ status, stdout: expect.stringContaining(start), stderr: '' });
  });

  it.each<[string, readonly string[], string]>([
    ['no command', [], "No command was given; the commands are prove, local-kms. See 'cdk-customer-managed-keys --help'.\n"],
    ['a command that is none', ['proof'], "'proof' is no command; the commands are prove, local-kms."],
    ['an option that is none', ['prove', '-', '--nobody'], "Unknown option '--nobody'; the options are --only-accounts,"],
    ['a file that is not there', ['prove', 'nowhere.json', '--vacuous'], "'nowhere.json' cannot be read (ENOENT);"],
  ])('exits with 64 for %s, and says so beside the answers', (_, args, message) => {
    expect(cli(args)).toEqual({ status: 64, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('exits with the answer where nobody reads on', async () => {
    const child = spawn(process.execPath, [...PROGRAM, 'prove', '-', '--not-public'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.destroy();
    child.stdin.end(corpus('public-through-create'));
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('lists its commands', () => {
    expect(cli(['--help'])).toEqual({ status: 0, stdout: expect.stringContaining('cdk-customer-managed-keys prove POLICY'), stderr: '' });
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(cli(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});
