import { App } from 'aws-cdk-lib';
import { Attempt, CallerOfStory, callersOf, Outcome, tryAll } from './callers';
import { OrdersStack } from './orders-stack';
import { ExplainedStatement } from '../../src';
import { DeploymentEvent, SimulatedAccount } from '../../src/testing';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const ATTEMPTS: Attempt[] = ['encrypt', 'decrypt', 'administer'];

/**
 * Deploys the app into a simulated account, shows what its key lets happen, and deletes it.
 *
 * @returns what went otherwise than the story expects, a sentence each
 * @throws DeploymentFailed when the app does not deploy
 */
export async function tell({ app, stack }: { app: App; stack: OrdersStack }, print: (line: string) => void): Promise<string[]> {
  print('Synthesising the order service, and loading it into a simulated account (no AWS account is touched) …');
  const account = await SimulatedAccount.of(app, { account: ACCOUNT, region: REGION });
  try {
    printWiring(stack.key.wiring, print);
    print('\nKeys, roles and policies are made. Deploying the custom resources: their own Lambda code, under their own roles …');
    await account.deploy({ onProgress: (event) => printProgress(event, print) });
    printEvidence(account, print);
    const surprises = await tellAccess(account, print);
    print('\nDeleting it …');
    await account.delete({ onProgress: (event) => printProgress(event, print) });
    return surprises;
  } finally {
    await account.close();
  }
}

function printWiring(wiring: ExplainedStatement[], print: (line: string) => void): void {
  print('\nThe policy of the key, statement by statement');
  for (const { sid, reason, source, replaces, residual } of wiring) {
    print(`  ${sid ?? 'A statement without a Sid'}`);
    print(`      why: ${reason}${source ? ` (${source})` : ''}`);
    if (replaces) { print(`      in place of ${replaces.length === 1 ? 'a wider statement' : `${replaces.length} wider statements`} that stock constructs wrote`); }
    if (residual) { print(`      remains open: ${residual}`); }
  }
}

function printProgress({ status, path, milliseconds, reason }: DeploymentEvent, print: (line: string) => void): void {
  if (status.endsWith('IN_PROGRESS')) { return; }
  if (milliseconds !== undefined && milliseconds < 1 && !reason) { return; } // what only leaves a table is no news
  const time = milliseconds === undefined ? '' : ` in ${Math.round(milliseconds)} ms`;
  print(`  ${status} ${path.replace(/\/(Resource|Default)$/, '')}${time}${reason ? `: ${reason}` : ''}`);
}

function printEvidence(account: SimulatedAccount, print: (line: string) => void): void {
  const evidence = (name: string) => String(account.attribute('Orders/Proof', name));
  print('\nThe round trip, case by case');
  for (const { case: name, milliseconds } of JSON.parse(evidence('Cases'))) { print(`  proved in ${String(milliseconds).padStart(4)} ms  ${name}`); }
  print(`  ${evidence('Bytes')} bytes in ${evidence('Milliseconds')} ms with ${evidence('Algorithm')}, key material ${evidence('KeyMaterialId').slice(0, 12)}…`);
}

async function tellAccess(account: SimulatedAccount, print: (line: string) => void): Promise<string[]> {
  print('\nWho can do what with the key, each cell found by calling AWS KMS');
  const root = account.kms.as(`arn:aws:iam::${ACCOUNT}:root`, { region: REGION });
  const cells = await tryAll(callersOf(account, ACCOUNT, REGION), account.keyArn('Orders/Key'), root);
  const width = Math.max(...[...cells.keys()].map(({ name }) => name.length));
  print(`  ${''.padEnd(width)}  ${ATTEMPTS.map((attempt) => attempt.padEnd(10)).join('  ')}`);
  for (const [{ name }, outcomes] of cells) {
    print(`  ${name.padEnd(width)}  ${ATTEMPTS.map((attempt) => (outcomes[attempt].allowed ? 'yes' : '-').padEnd(10)).join('  ')}`.trimEnd());
  }
  return [...cells].flatMap(([caller, outcomes]) => ATTEMPTS.flatMap((attempt) => surprise(caller, attempt, outcomes[attempt])));
}

function surprise({ name, expected }: CallerOfStory, attempt: Attempt, outcome: Outcome): string[] {
  if (outcome.allowed === expected[attempt]) { return []; }
  return [outcome.allowed ? `${name} can ${attempt}, and must not.` : `${name} cannot ${attempt}, and must: ${outcome.message}`];
}
