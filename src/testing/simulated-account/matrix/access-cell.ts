import { isDeepStrictEqual } from 'node:util';
import type { ContextInput, DecidingStatement, EvaluateInput, Request } from '../../../proof';
import { evaluate } from '../../../proof';
import { matterOf } from '../../../proof/matter';
import { proveCaller } from '../../../proof/prove-caller';
import type { Principal } from '../../local-kms/callers/caller';
import type { LocalKms } from '../../local-kms/local-kms';
import { ANYTHING, NOTHING, UnknownPolicies } from '../principals';

/**
 * `allow`: a call that does no more than name the key is allowed. `conditional`: such a call is not, but one that meets a condition is.
 * `deny`: no call is, whatever its context. `unknown`: what a call comes to could not be decided, with other contexts or because it hangs
 * on a managed policy, permissions boundary or group of whose policies the app does not tell the content.
 */
export type AccessDecision = 'allow' | 'conditional' | 'deny' | 'unknown';

/** What one principal can do to one key. */
export interface AccessCell {
  /** The construct path of the role or user, the name of the service or of the imported role, or `root of <account>`. */
  readonly who: string;
  /** Its ARN; of a service its name. */
  readonly principal: string;
  /** The construct path of the key. */
  readonly key: string;
  readonly keyArn: string;
  /** E.g. `kms:Decrypt`. */
  readonly action: string;
  readonly decision: AccessDecision;
  /** The statement or grant that decides about the call, or about the witness; none where nothing allows it. */
  readonly statement?: DecidingStatement;
  /** A sentence that says which statement decided, or what was missing. */
  readonly reason: string;
  /** Of `conditional`: a request that is allowed, as `evaluate` takes it. */
  readonly witness?: Request;
  /** Of `conditional`: the names of the condition keys of the witness that a plain call lacks, or has with another value. */
  readonly conditions?: readonly string[];
}

/** Somebody and something that meet in a cell. */
export interface Encounter {
  readonly who: string;
  readonly principal: Principal;
  readonly unknown: UnknownPolicies;
  readonly key: string;
  readonly keyArn: string;
  readonly action: string;
}

export function accessCell(kms: LocalKms, { principal, unknown, ...encounter }: Encounter): AccessCell {
  const cell = { ...encounter, principal: principal.arn };
  const input = isOfAnotherPartition(cell) ? undefined : kms.matter(principal, cell.action.replace('kms:', ''), cell.keyArn);
  if (!input) return { ...cell, decision: 'deny', reason: `${cell.action} works only on keys of one's own account and partition.` };
  const verdict = verdictOf(input);
  const decisive = extremes(input, unknown).find(([other]) => verdictOf(other).decision !== verdict.decision)?.[1];
  if (decisive === undefined) return { ...cell, ...verdict };
  return { ...cell, decision: 'unknown', reason: `It hangs on ${decisive} of ${principal.arn}, whose content the app does not tell.` };
}

/** What it would be if unknown policies allowed everything, or a boundary nothing. */
function extremes(input: EvaluateInput, { policies, boundary }: UnknownPolicies): Array<readonly [input: EvaluateInput, because: string]> {
  return [
    ...policies.length === 0 ? [] : [[{ ...input, identityPolicies: [...input.identityPolicies ?? [], ANYTHING] }, policies.join(', ')] as const],
    ...boundary === undefined ? [] : [[{ ...input, permissionsBoundary: NOTHING }, boundary] as const],
  ];
}

function verdictOf(input: EvaluateInput): Verdict {
  const { decision, statement, reason } = evaluate(input);
  const plain = { ...statement && { statement }, reason };
  return decision === 'allow' ? { decision, ...plain } : onCondition(input) ?? { decision: 'deny', ...plain };
}

type Verdict = Pick<AccessCell, 'decision' | 'statement' | 'reason' | 'witness' | 'conditions'>;

const DECISIONS = { yes: 'conditional', unknown: 'unknown' } as const;

/** What becomes of a call that a plain one is not allowed; undefined for nothing. */
function onCondition(input: EvaluateInput): Verdict | undefined {
  const context = Object.entries(input.request.context ?? {}).filter(([key]) => FACTS.test(key));
  const { answer, witness, statements = [], reason } = proveCaller({ ...input, request: { ...input.request, context: Object.fromEntries(context) } });
  if (answer === 'no') return undefined;
  const [statement] = statements;
  const met = witness && { witness: witness.request, conditions: conditionsOf(witness.request.context, input) };
  return { decision: DECISIONS[answer], ...statement && { statement }, reason, ...met };
}

/** What key and principal are in every request, while the rest of its context is the caller's choice. */
const FACTS = new RegExp(`^(${[
  'kms:Key(Spec|Usage|Origin)', 'kms:CustomerMasterKey(Spec|Usage)', 'kms:MultiRegion(KeyType)?', 'kms:ResourceAliases',
  'aws:PrincipalOrgID', 'aws:PrincipalTag/.*', 'aws:ResourceTag/.*', 'aws:RequestedRegion',
].join('|')})$`);

function conditionsOf(context: ContextInput = {}, plain: EvaluateInput): string[] {
  const known = matterOf(plain).request.context;
  const isKnown = (key: string, value: ContextInput[string]) => isDeepStrictEqual([value].flat().map(String), known.values(key.toLowerCase()));
  return Object.entries(context).filter(([key, value]) => !isKnown(key, value)).map(([key]) => key).sort();
}

function isOfAnotherPartition({ principal, keyArn }: { readonly principal: string; readonly keyArn: string }): boolean {
  return principal.startsWith('arn:') && principal.split(':')[1] !== keyArn.split(':')[1];
}
