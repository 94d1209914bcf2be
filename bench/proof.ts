import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asked } from '../src/claims/asked';
import { builtInFindings } from '../src/claims/built-in-rules';
import type { KeyFacts } from '../src/claims/key-facts';
import { evaluate } from '../src/proof';
import type { PolicyDocument, PolicyStatement } from '../src/proof';

const ACCOUNT = '111122223333';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const BYTES = 32_768;
const PROCESSES = 7;
const ROUNDS = 15;
const WARM_UP = 1_000; // ms

/** In milliseconds, as a clock on the wall shows them. */
interface Times {
  readonly load: number;
  readonly cold: number;
  readonly warm: number;
  readonly evaluation: number;
}

/** Proof of what a key of this library is asked at synth, cold and warm: of 26 statements, of 32 KB, and as the policy grows. */
export async function run(): Promise<void> {
  const { buildSync } = await import('esbuild'); // here, as the script itself has no use for it
  const folder = mkdtempSync(join(tmpdir(), 'bench-proof-'));
  const script = join(folder, 'proof.js'); // plain JavaScript, as it is shipped
  buildSync({ entryPoints: [__filename], outfile: script, bundle: true, platform: 'node', external: ['esbuild'] });
  for (const size of [26, largest(), 4, 8, 16, 32, 64]) { await print(size, script); }
  rmSync(folder, { recursive: true });
}

async function print(size: number, script: string): Promise<void> {
  const rounds: Times[] = [];
  for (let i = 0; i < PROCESSES; i++) { rounds.push(await timesOf(script, size)); }
  const sorted = (time: keyof Times) => rounds.map((round) => round[time]).sort((one, other) => one - other);
  const of = (time: keyof Times) => median(sorted(time));
  const inWords = (time: keyof Times) => `${of(time).toFixed(1)} ms (fastest ${sorted(time)[0]!.toFixed(1)})`;
  const name = `${size} statements, ${(JSON.stringify(keyPolicyOf(size)).length / 1024).toFixed(1)} KB`;
  const evaluations = Math.round(of('warm') / of('evaluation')).toLocaleString('en');
  console.log(`  ${name}: cold ${inWords('cold')}, warm ${inWords('warm')}, as long as ${evaluations} evaluations; to load ${of('load').toFixed(1)} ms`);
}

function timesOf(script: string, size: number): Promise<Times> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [String(size)], { execArgv: [] });
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('The process ended without its times.')));
  });
}

/** Cold: the first proof of a process, none of its code compiled yet. Warm: of a policy never seen before, after a second of others. */
function measure(size: number): Times {
  const load = performance.now() - performance.nodeTiming.bootstrapComplete;
  const cold = claimTime(size);
  for (const start = performance.now(); performance.now() - start < WARM_UP;) { claimTime(size); }
  const warm = medianOf(ROUNDS, () => claimTime(size));
  return { load, cold, warm, evaluation: medianOf(ROUNDS, () => timeOf(() => evaluateOften(keyPolicyOf(size))) / EVALUATIONS) };
}

function claimTime(size: number): number {
  const policy = keyPolicyOf(size);
  const [facts, asked] = [factsOf(policy), askedOf(policy)];
  return timeOf(() => proveAll(facts, asked));
}

function factsOf(policy: PolicyDocument): KeyFacts {
  const nothingOpaque = { opaquePrincipals: [], unknownAccounts: [], standIns: new Map() };
  return { policy, account: ACCOUNT, keyArn: KEY, administrators: [], pendingWindowInDays: 30, ...nothingOpaque };
}

/** Every statement for a service is one that the key was asked for. */
function askedOf({ Statement }: PolicyDocument): Asked {
  const statements = Statement as readonly PolicyStatement[];
  const services = statements.flatMap(({ Sid = '' }, index) => Sid.startsWith('Service') ? [{ index, reason: Sid }] : []);
  return { accounts: [], organizations: [], sources: { accounts: [], organizations: [] }, services };
}

/** What is proved of every key. */
function proveAll(facts: KeyFacts, asked: Asked): void {
  const [finding] = builtInFindings(facts, asked);
  if (finding) { throw new Error(`Not proved: ${finding.message}`); }
}

const EVALUATIONS = 1_000;

function evaluateOften(keyPolicy: PolicyDocument): void {
  const request = { principal: 'service1.amazonaws.com', action: 'kms:Decrypt', context: { 'aws:SourceAccount': ACCOUNT } };
  for (let i = 0; i < EVALUATIONS; i++) { evaluate({ keyPolicy, request }); }
}

let made = 0;

/** One statement of the account, three Denies, and services; never the same twice, so that nothing is remembered. */
function keyPolicyOf(statements: number): PolicyDocument {
  return { Version: '2012-10-17', Statement: [account(), ...denies(), ...Array.from({ length: Math.max(0, statements - 4) }, (_, i) => service(i))] };
}

function account(): PolicyStatement {
  return { Sid: `Account${made++}`, Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: ['kms:Describe*', 'kms:Put*', 'kms:Decrypt'], Resource: '*' };
}

function denies(): PolicyStatement[] {
  const deny = (Condition: PolicyStatement['Condition'], Action = 'kms:*') => ({ Effect: 'Deny', Principal: '*', Action, Resource: '*', Condition });
  return [
    deny({ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } }),
    deny({ BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } }, 'kms:CreateGrant'),
    deny({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/Intern*` } }),
  ];
}

/** As services want them: most send their source, Amazon CloudWatch Logs of some Region an ARN in the encryption context. */
function service(i: number): PolicyStatement {
  const logs = i % 4 === 3;
  const name = logs ? `logs.eu-west-${i}` : `service${i}`;
  const from = `arn:aws:${logs ? 'logs' : name}:*:${ACCOUNT}:resource${made++}/*`;
  return {
    Sid: `Service${i}`,
    Effect: 'Allow',
    Principal: { Service: `${name}.amazonaws.com` },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
    Condition: logs ? { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': from } }
      : { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': from } },
  };
}

/** As many statements as fit into a key policy. */
function largest(): number {
  let statements = 4;
  while (JSON.stringify(keyPolicyOf(statements + 1)).length <= BYTES) { statements++; }
  return statements;
}

/** Milliseconds. */
function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function medianOf(rounds: number, time: () => number): number {
  return median(Array.from({ length: rounds }, time));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (require.main === module) { process.send?.(measure(Number(process.argv[2]))); }
