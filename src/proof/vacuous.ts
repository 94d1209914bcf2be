import { Goals } from './goals';
import { IDENTITY_ONLY_ACTIONS, KEY_ACTIONS, keyActions } from './kms-actions';
import { listOf } from './policy-document';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import { statementsOf } from './provable-statement';
import type { ProvableStatement } from './provable-statement';
import { ask } from './question';
import type { AskedQuestion } from './question';
import { readingsOf } from './readings';
import { searchRequests } from './request-search';
import { unreadable } from './unreadable';
import { whyNever } from './why-never';

/** A statement, or an entry of it, that does nothing. */
export interface Vacuity {
  /** `neverMatches`: no request meets it. `refused`: PutKeyPolicy refuses the policy because of it. */
  readonly kind: 'neverMatches' | 'refused';
  /** Which of the policy's statements, from 0. */
  readonly index: number;
  readonly sid?: string;
  /** The one action or principal that is idle in a statement that is not; none for the whole statement. */
  readonly entry?: string;
  /** A sentence. */
  readonly reason: string;
}

type Finding = Pick<Vacuity, 'kind' | 'entry' | 'reason'>;

/**
 * The statements of a key policy that no request can ever meet, whoever makes it, and what PutKeyPolicy refuses. Deny
 * statements count as well: one that never matches protects nothing. What is not known before the deployment might match.
 *
 * @throws PolicyError when the policy is otherwise not one that IAM accepts
 */
export function vacuous(keyPolicy: PolicyDocument): Vacuity[] {
  const statements = listOf(keyPolicy.Statement);
  const refused = statements.map(refusals);
  const accepted = refused.some((findings) => findings.length > 0)
    ? { ...keyPolicy, Statement: statements.map((statement, i) => refused[i]?.length ? ANYTHING : statement) } : keyPolicy;
  const { widest } = readingsOf(accepted);
  const idle = statementsOf(widest).map((statement) => idleness(widest, statement));
  return statements.flatMap((statement, index) => [...refused[index] ?? [], ...idle[index] ?? []]
    .map((finding) => ({ ...finding, index, ...typeof statement.Sid === 'string' ? { sid: statement.Sid } : {} })));
}

/** In place of a statement that is refused, so that the others keep their numbers. */
const ANYTHING: PolicyStatement = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };

/** AWS KMS Developer Guide, Key policy elements; since August 2025 enforced. */
function refusals(statement: PolicyStatement): Finding[] {
  if (typeof statement !== 'object' || statement === null || unreadable(statement, false) !== undefined) return [];
  const { Action, NotAction, Resource, NotResource } = statement;
  const missing = Action === undefined && NotAction === undefined
    ? [{ kind: 'refused', reason: 'It has no Action, which PutKeyPolicy refuses.' } as const] : [];
  const others = NotResource !== undefined || listOf(Resource).some((resource) => typeof resource === 'string' && resource !== '*');
  return others || Resource === undefined
    ? [...missing, { kind: 'refused', reason: 'Its Resource is not *, which stands for the key itself; PutKeyPolicy refuses anything else.' }] : missing;
}

function idleness(policy: PolicyDocument, statement: ProvableStatement): Finding[] {
  const { source } = statement.statement;
  const met = actionsMet(statement);
  if (met.size === 0) return [{ kind: 'neverMatches', reason: whyNotMet(policy, source) }];
  return [...idleActions(policy, source, met), ...idlePrincipals(policy, source)];
}

const ANYBODY: AskedQuestion = ask({ actions: 'kms:*' });

/** The actions for which some request meets a statement, or might. */
function actionsMet(statement: ProvableStatement): ReadonlySet<string> {
  const met = new Set<string>();
  const undecided = searchRequests(new Goals([{ must: [statement], mustNot: [] }]), ANYBODY, ({ actions }) => {
    actions.forEach((action) => met.add(action));
    return met.size === statement.actions.size ? 'end' : 'next';
  });
  return undecided.size > 0 ? statement.actions : met;
}

function isMet(policy: PolicyDocument, statement: PolicyStatement): boolean {
  return actionsMet(statementsOf({ ...policy, Statement: [statement] })[0]!).size > 0;
}

function whyNotMet(policy: PolicyDocument, statement: PolicyStatement): string {
  const [only, ...others] = listOf(statement.Action);
  if (only !== undefined && others.length === 0 && keyActions(only).length === 0) return notAKeyAction(only);
  return whyNever(statement, (narrower) => isMet(policy, narrower));
}

function idleActions(policy: PolicyDocument, statement: PolicyStatement, met: ReadonlySet<string>): Finding[] {
  const idle = listOf(statement.Action).filter((pattern) => keyActions(pattern).every((action) => !met.has(action)));
  return idle.map((Action) => ({ kind: 'neverMatches', entry: Action, reason: whyNotMet(policy, { ...statement, Action }) }));
}

function idlePrincipals(policy: PolicyDocument, statement: PolicyStatement): Finding[] {
  const entries = Object.entries(typeof statement.Principal === 'object' ? statement.Principal : {})
    .flatMap(([type, names]) => listOf(names).map((name) => ({ entry: name, alone: { ...statement, Principal: { [type]: name } } })));
  const idle = entries.length > 1 ? entries.filter(({ alone }) => !isMet(policy, alone)) : [];
  return idle.map(({ entry, alone }) => ({ kind: 'neverMatches', entry, reason: whyNotMet(policy, alone) }));
}

function notAKeyAction(action: string): string {
  const identityOnly = IDENTITY_ONLY_ACTIONS.some((name) => `kms:${name}`.toLowerCase() === action.toLowerCase());
  if (identityOnly) return `${action} names no key: identity policies alone decide about it.`;
  if (!/^kms:/i.test(action)) return `${action} is no action of AWS KMS.`;
  const near = KEY_ACTIONS.find((name) => sameLetters(name, action.slice('kms:'.length)));
  return `AWS KMS has no action ${action}${near ? `; kms:${near} was meant` : ''}.`;
}

/** Letters swapped are what misspelling does most. */
function sameLetters(one: string, other: string): boolean {
  const sorted = (text: string) => [...text.toLowerCase()].sort().join('');
  return sorted(one) === sorted(other);
}
