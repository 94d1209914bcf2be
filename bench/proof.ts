import { evaluate, prove } from '../src/proof';
import type { PolicyDocument, PolicyStatement, Question } from '../src/proof';

const ACCOUNT = '111122223333';
const BYTES = 32_768;
const ROUNDS = 7;

/** What a key of this library is asked at synth. */
const CLAIMS: readonly Question[] = [
  { actions: 'kms:*', except: { accounts: [ACCOUNT], services: ['*'] } },
  { actions: 'kms:*', except: { organizations: ['o-exampleorg1'], services: ['*'] } },
  { actions: 'kms:Decrypt', except: { accounts: [ACCOUNT] }, context: { 'aws:SourceAccount': '444455556666' } },
  { actions: 'kms:PutKeyPolicy', who: { accounts: [ACCOUNT] } },
  { actions: ['kms:Decrypt', 'kms:CreateGrant'], who: { principals: [`arn:aws:iam::${ACCOUNT}:role/Admin`] } },
  { actions: 'kms:Decrypt', context: { 'kms:EncryptionContext:purpose': 'absent' } },
  { actions: 'kms:CreateGrant', context: { 'kms:ViaService': 'absent', 'kms:GrantIsForAWSResource': 'absent' } },
];

/** Proof of seven claims against one evaluation of the same policy: of 26 statements, of 32 KB, and as the policy grows. */
export async function run(): Promise<void> {
  print('26 statements', keyPolicyOf(26));
  print('32 KB', largest());
  for (const statements of [4, 8, 16, 32, 64]) print(`${statements} statements`, keyPolicyOf(statements));
}

function print(name: string, policy: () => PolicyDocument): void {
  const keyPolicy = policy();
  const cold = timeOf(() => ask(policy()));
  ask(keyPolicy);
  const warm = median(Array.from({ length: ROUNDS }, () => timeOf(() => ask(keyPolicy))));
  const once = median(Array.from({ length: ROUNDS }, () => timeOf(() => evaluateOften(keyPolicy)))) / EVALUATIONS;
  console.log(`  ${name}: ${cold.toFixed(1)} ms cold, ${warm.toFixed(1)} ms warm: as long as ${Math.round(warm / once).toLocaleString('en')} evaluations`);
}

function ask(keyPolicy: PolicyDocument): void {
  for (const claim of CLAIMS) {
    if (prove(keyPolicy, claim).answer === 'unknown') { throw new Error(`Not decided: ${JSON.stringify(claim)}`); }
  }
}

const EVALUATIONS = 1_000;

function evaluateOften(keyPolicy: PolicyDocument): void {
  const request = { principal: 'service1.amazonaws.com', action: 'kms:Decrypt', context: { 'aws:SourceAccount': ACCOUNT } };
  for (let i = 0; i < EVALUATIONS; i++) { evaluate({ keyPolicy, request }); }
}

/** One statement of the account, three Denies, and services; never the same twice, so that nothing is remembered. */
function keyPolicyOf(statements: number): () => PolicyDocument {
  return () => ({ Version: '2012-10-17', Statement: [account(), ...denies(), ...Array.from({ length: statements - 4 }, (_, i) => service(i))] });
}

let made = 0;

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

function service(i: number): PolicyStatement {
  const from = `arn:aws:service${i}:*:${ACCOUNT}:resource${made++}/*`;
  return {
    Sid: `Service${i}`,
    Effect: 'Allow',
    Principal: { Service: `service${i}.amazonaws.com` },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': from } },
  };
}

/** As many statements as fit into a key policy. */
function largest(): () => PolicyDocument {
  let statements = 4;
  while (JSON.stringify(keyPolicyOf(statements + 1)()).length <= BYTES) { statements++; }
  return keyPolicyOf(statements);
}

/** Milliseconds. */
function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
