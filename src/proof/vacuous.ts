import { IDENTITY_ONLY_ACTIONS, KEY_ACTIONS } from './kms-actions';
import { listOf } from './policy-document';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import { statementsOf } from './provable-statement';
import { ask, keyActions } from './question';
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
  return statements.flatMap((statement, index) => findingsOf(keyPolicy, statement)
    .map((finding) => ({ ...finding, index, ...typeof statement.Sid === 'string' ? { sid: statement.Sid } : {} })));
}

function findingsOf(keyPolicy: PolicyDocument, statement: PolicyStatement): Finding[] {
  if (unreadable(statement, false) !== undefined) return [];
  const refused = refusals(statement);
  if (refused.length > 0) return refused;
  const widest = statementAlone(keyPolicy, statement);
  const never = neverMatches(widest);
  if (never !== undefined) return [{ kind: 'neverMatches', reason: never }];
  return [...idleActions(widest), ...idlePrincipals(widest)];
}

/** AWS KMS Developer Guide, Key policy elements; since August 2025 enforced. */
function refusals(statement: PolicyStatement): Finding[] {
  const { Action, NotAction, Resource, NotResource } = Object(statement) as PolicyStatement;
  const missing = Action === undefined && NotAction === undefined
    ? [{ kind: 'refused', reason: 'It has no Action, which PutKeyPolicy refuses.' } as const] : [];
  const others = NotResource !== undefined || listOf(Resource).some((resource) => typeof resource === 'string' && resource !== '*');
  return others || Resource === undefined
    ? [...missing, { kind: 'refused', reason: 'Its Resource is not *, which stands for the key itself; PutKeyPolicy refuses anything else.' }] : missing;
}

/** As an Allow, so that nothing else is asked of a request than to meet it, and read as widely as it may turn out. */
function statementAlone({ Version }: PolicyDocument, statement: PolicyStatement): PolicyDocument {
  return readingsOf({ Version, Statement: [{ ...statement, Effect: 'Allow' }] }).possible;
}

const ANYBODY: AskedQuestion = ask({ actions: 'kms:*' });

/** Why nothing meets a statement; undefined when something does, or might. */
function neverMatches(alone: PolicyDocument): string | undefined {
  if (isMet(alone)) return undefined;
  const [statement] = listOf(alone.Statement) as [PolicyStatement];
  const [only, ...others] = listOf(statement.Action);
  if (only !== undefined && others.length === 0 && keyActions(only).length === 0) return notAKeyAction(only);
  return whyNever(statement, (narrower) => isMet({ ...alone, Statement: [narrower] }));
}

/** Or might be. */
function isMet(alone: PolicyDocument): boolean {
  let met = false;
  const undecided = searchRequests([{ must: statementsOf(alone), mustNot: [] }], ANYBODY, () => {
    met = true;
    return 'end';
  });
  return met || undecided.size > 0;
}

function idleActions(alone: PolicyDocument): Finding[] {
  const [statement] = listOf(alone.Statement) as [PolicyStatement];
  const actions = listOf(statement.Action);
  return (actions.length > 1 ? actions : []).flatMap((Action): Finding[] => {
    const reason = neverMatches({ ...alone, Statement: [{ ...statement, Action }] });
    return reason === undefined ? [] : [{ kind: 'neverMatches', entry: Action, reason }];
  });
}

function idlePrincipals(alone: PolicyDocument): Finding[] {
  const [statement] = listOf(alone.Statement) as [PolicyStatement];
  const entries = Object.entries(typeof statement.Principal === 'object' ? statement.Principal : {})
    .flatMap(([type, names]) => listOf(names).map((name) => ({ type, name })));
  if (entries.length < 2) return [];
  return entries.flatMap(({ type, name }): Finding[] => {
    const reason = neverMatches({ ...alone, Statement: [{ ...statement, Principal: { [type]: name } }] });
    return reason === undefined ? [] : [{ kind: 'neverMatches', entry: name, reason }];
  });
}

function notAKeyAction(action: string): string {
  const identityOnly = IDENTITY_ONLY_ACTIONS.some((name) => `kms:${name}`.toLowerCase() === action.toLowerCase());
  if (identityOnly) return `${action} names no key: identity policies alone decide about it.`;
  if (!/^kms:/i.test(action)) return `${action} is no action of AWS KMS.`;
  const near = Object.keys(KEY_ACTIONS).find((name) => sameLetters(name, action.slice('kms:'.length)));
  return `AWS KMS has no action ${action}${near ? `; kms:${near} was meant` : ''}.`;
}

/** Letters swapped are what misspelling does most. */
function sameLetters(one: string, other: string): boolean {
  const sorted = (text: string) => [...text.toLowerCase()].sort().join('');
  return sorted(one) === sorted(other);
}

