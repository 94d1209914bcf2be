import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Verdict } from '../../src/cli/claim';
import { UsageError } from '../../src/cli/command';
import { prove } from '../../src/cli/prove-command';
import { evaluate } from '../../src/proof';
import type { PolicyDocument } from '../../src/proof';

interface Case {
  readonly says: string;
  /** A policy of `test/proof/corpus`, or statements. */
  readonly corpus?: string;
  readonly policy?: PolicyDocument['Statement'];
  readonly args: readonly string[];
  readonly answers: readonly string[];
  readonly prints?: readonly string[];
}

const cases: Case[] = JSON.parse(readFileSync(join(__dirname, 'cases/prove.json'), 'utf8'));
const corpus = (name: string): PolicyDocument => JSON.parse(readFileSync(join(__dirname, `../proof/corpus/${name}.json`), 'utf8')).policy;
const policyOf = (statement: PolicyDocument['Statement']): PolicyDocument => ({ Version: '2012-10-17', Statement: statement });

async function run(args: readonly string[], stdin: unknown = ''): Promise<{ code: number; out: string }> {
  let out = '';
  const stdout = new Writable({ write: (chunk, _, done) => { out += String(chunk); done(); } });
  const code = await prove(args, { stdin: Readable.from([typeof stdin === 'string' ? stdin : JSON.stringify(stdin)]), stdout });
  return { code, out };
}

const verdictsOf = async (policy: unknown, ...args: string[]): Promise<Verdict[]> => JSON.parse((await run(['-', '--json', ...args], policy)).out);
const codeOf = (answers: readonly string[]) => answers.includes('refuted') ? 1 : answers.includes('unknown') ? 2 : 0;

const ACCOUNT = corpus('default');
const OPEN = policyOf({ Sid: 'Open', Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' });
const ONLY = ['--only-accounts', '111122223333'];

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'prove-')); });
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('a claim', () => {
  it.each(cases.map((each) => [each.says, each] as const))('%s', async (_, { corpus: name, policy: statements, args, answers, prints = [] }) => {
    const policy = name === undefined ? policyOf(statements!) : corpus(name);
    const { code, out } = await run(['-', ...args], policy);
    expect(out.match(/^(proved|refuted|unknown)(?=: )/gm)).toEqual(answers);
    expect(code).toBe(codeOf(answers));
    for (const text of prints) expect(out).toContain(text);
  });

  it.each(cases.map((each) => [each.says, each] as const))('%s, as JSON, with witnesses that are allowed', async (_, { corpus: name, policy: statements, args, answers }) => {
    const policy = name === undefined ? policyOf(statements!) : corpus(name);
    const verdicts = await verdictsOf(policy, ...args);
    expect(verdicts.map(({ answer }) => answer)).toEqual(answers);
    for (const { answer, statements: deciding, witness } of verdicts) {
      expect(deciding !== undefined).toBe(answer === 'refuted');
      if (witness) expect(evaluate({ keyPolicy: policy, ...witness }).decision).toBe('allow');
    }
  });

  it('names the statements that decide by number and Sid, also of a policy with one that is in no list', async () => {
    const [, services] = await verdictsOf(OPEN, ...ONLY);
    expect(services).toMatchObject({ answer: 'refuted', statements: [{ index: 0, sid: 'Open' }] });
  });

  it('is the question of a file', async () => {
    const question = fileOf('question.json', { actions: ['kms:Decrypt'], who: { accounts: ['444455556666'] }, except: {}, context: { 'kms:ViaService': 'absent' } });
    expect(await run(['-', '--question', question], ACCOUNT)).toMatchObject({ code: 0, out: expect.stringContaining(`proved: Nobody can do what the question in '${question}' asks.`) });
    expect(await run(['-', '--question', question], OPEN)).toMatchObject({ code: 1, out: expect.stringContaining('Decided by statement 1, \'Open\'.') });
  });

  it('is that a policy adds nothing to an old one, each addition told', async () => {
    const old = fileOf('old.json', ACCOUNT);
    expect(await run(['-', '--diff', old], corpus('source-account-or-arn')))
      .toMatchObject({ code: 1, out: expect.stringMatching(/It newly gives kms:Decrypt\b[^]*statement 1, 'Topic'[^]*It newly gives kms:GenerateDataKey\b[^]*statement 2, 'Bucket'/) });
    expect(await run(['-', '--diff', old], corpus('delegated'))).toMatchObject({ code: 0, out: expect.stringMatching(/^proved: The policy gives nothing/) });
    expect(await run(['-', '--diff', old], corpus('not-followed'))).toMatchObject({ code: 2, out: expect.stringMatching(/^unknown: /) });
  });
});

describe('the policy', () => {
  it.each<[string, (name: string) => unknown]>([
    ['bare', corpus],
    ['as aws kms get-key-policy prints it', (name) => ({ Policy: JSON.stringify(corpus(name), undefined, 2), PolicyName: 'default' })],
    ['with a byte order mark', (name) => `\uFEFF${JSON.stringify(corpus(name))}`],
  ])('may be %s', async (_, as) => {
    expect((await run([fileOf('policy.json', as('default')), ...ONLY])).code).toBe(0);
    expect((await run([fileOf('policy.json', as('public-through-create')), ...ONLY])).code).toBe(1);
    expect((await run(['-', ...ONLY], as('public-through-create'))).code).toBe(1);
  });

  it('prints as ASCII without control characters, whatever it names', async () => {
    const policy = policyOf({ ...OPEN.Statement as object, Effect: 'Allow', Sid: 'Zugriff f\u00fcr alle \u001b[2J' });
    const [text, json] = [await run(['-', ...ONLY], policy), await run(['-', ...ONLY, '--json'], policy)];
    for (const { out } of [text, json]) expect(out).toMatch(/^[\n\x20-\x7e]+$/);
    expect(text.out).toContain('statement 1, \'Zugriff f\\u00fcr alle \\u001b[2J\'');
    expect(JSON.parse(json.out)).toMatchObject([{ statements: [{ sid: 'Zugriff f\u00fcr alle \u001b[2J' }] }, {}]);
  });
});

describe('help', () => {
  it('fits a terminal and tells every option and exit code', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const text of ['--only-accounts ID,...', '--question FILE', '--json', 'aws:SourceAccount', '64 bad arguments']) expect(out).toContain(text);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(132);
  });
});

describe('prove refuses', () => {
  const secret = '{ "password": hunter2';
  it.each<[string, readonly string[], unknown, string]>([
    ['no claim', ['-'], ACCOUNT, 'No claim is given, so that nothing is decided; any number is allowed. Give e.g. --only-accounts 111122223333.'],
    ['no policy', ONLY, ACCOUNT, '0 policies are given; it takes one. Name its file, or - for standard input.'],
    ['two policies', ['-', 'other.json', ...ONLY], ACCOUNT, '2 policies are given'],
    ['an option that is none', ['-', '--only-account', '111122223333'], ACCOUNT, "Unknown option '--only-account'; the options are --only-accounts,"],
    ['an option without its value', ['-', '--only-accounts'], ACCOUNT, "'--only-accounts <value>' argument missing"],
    ['an account that is none', ['-', '--only-accounts', '1111-2222-3333'], ACCOUNT, "'--only-accounts' is given '1111-2222-3333'; an account is 12 digits. Correct it."],
    ['an empty account', ['-', '--only-accounts', ''], ACCOUNT, "'--only-accounts' is given ''"],
    ['an organization that is none', ['-', '--only-organizations', 'example'], ACCOUNT, 'an organization is o- and 10 to 32 letters and digits'],
    ['a principal that is none', ['-', '--only-principals', 'Orders'], ACCOUNT, 'a principal is the ARN of a role'],
    ['a service without its domain', ['-', '--only-services', 's3'], ACCOUNT, 'a service principal is e.g. s3.amazonaws.com'],
    ['an action that is none', ['-', ...ONLY, '--action', 'Decrypt'], ACCOUNT, 'The question is about no action of AWS KMS: "Decrypt"'],
    ['a key that is none', ['-', ...ONLY, '--key', '1234abcd'], ACCOUNT, 'The resource of the question is no key: "1234abcd"'],
    ['two keys', ['-', ...ONLY, '--key', 'a', '--key', 'b'], ACCOUNT, '2 keys are given; one is allowed.'],
    ['a context without a value', ['-', ...ONLY, '--context', 'aws:SourceAccount'], ACCOUNT, "'--context' is given 'aws:SourceAccount'; it takes KEY=VALUE"],
    ['a condition key given twice', ['-', ...ONLY, '--via-service', 's3.*', '--context', 'KMS:viaService=absent'], ACCOUNT, 'The condition key kms:viaservice is given twice'],
    ['an action of no claim', ['-', '--vacuous', '--action', 'kms:Decrypt'], ACCOUNT, 'is given without a claim that it is about; such claims are --only-... and --not-public.'],
    ['a file that is not there', ['nowhere.json', ...ONLY], '', "'nowhere.json' cannot be read (ENOENT)"],
    ['a folder', [__dirname, ...ONLY], '', 'cannot be read (EISDIR)'],
    ['what is no JSON, without quoting it', ['-', ...ONLY], secret, `Standard input is no JSON: its ${secret.length} characters do not parse`],
    ['nothing at all', ['-', ...ONLY], '', 'Standard input is empty; it is JSON. Give the policy of a key'],
    ['a policy in a policy that is no JSON', ['-', ...ONLY], { Policy: 'x' }, 'The text in Policy of Standard input is no JSON'],
    ['JSON that is no policy', ['-', ...ONLY], { Resources: {}, Outputs: {} }, 'Standard input is no policy: it has fields Resources, Outputs; a policy has a list in Statement'],
    ['null', ['-', ...ONLY], 'null', 'Standard input is no policy: it has no fields'],
    ['a statement that is none', ['-', ...ONLY], { Statement: [null] }, 'Statement 1 of the key policy is not one: null'],
    ['a statement that IAM does not know', ['-', ...ONLY], policyOf({ Effect: 'allow' }), 'Statement 1 of the key policy has an invalid Effect'],
  ])('%s', async (_, args, stdin, message) => {
    const refused = run(args, stdin);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it.each<[string, unknown, string]>([
    ['has a field that is none', { actions: 'kms:Decrypt', exept: {} }, "it has 'exept'; the fields of a question are actions,"],
    ['asks about a misspelt list of nobody', { actions: 'kms:Decrypt', who: { account: ['111122223333'] } }, "it has 'who.account'"],
    ['asks about nobody', { actions: 'kms:Decrypt', who: {} }, "it has 'who'"],
    ['has text for a list', { actions: 'kms:Decrypt', who: { accounts: '111122223333' } }, "'who.accounts' is something else than a list of text"],
    ['has a number in a list', { actions: [5] }, "'actions' is something else than text or a list of text"],
    ['has a number in the context', { actions: 'kms:Decrypt', context: { 'aws:SourceAccount': 5 } }, "'context.KEY' is something else than text"],
    ['is about nobody', { actions: 'kms:Decrypt', who: { accounts: [] } }, "its 'who' names nobody"],
    ['is no object', ['kms:Decrypt'], "is no question; a question is a JSON object, with 'actions' at least. Write one."],
    ['names no action', {}, 'The question names no action'],
  ])('a question that %s', async (_, question, message) => {
    await expect(run(['-', '--question', fileOf('question.json', question)], ACCOUNT)).rejects.toThrow(message);
  });
});
