import { grantReach } from './grant';
import type { Grant } from './grant';
import { matterOf } from './matter';
import type { EvaluateInput, Matter } from './matter';
import type { Policy, PolicyKind } from './policy';
import type { PolicyStatement } from './policy-document';
import type { Reach } from './principal';
import { becauseAbsent, deed, nearest } from './reason';
import type { Statement } from './statement';

export type Decision = 'allow' | 'explicitDeny' | 'implicitDeny';

/** The statement, or the grant, that decided. */
export interface DecidingStatement {
  readonly policy: PolicyKind | 'grant';
  /** Which of the policies of its kind, from 0. */
  readonly policyIndex: number;
  /** Which of the policy's statements, from 0; of a grant: which of the grants. */
  readonly index: number;
  readonly sid?: string;
  readonly statement: PolicyStatement | Grant;
}

export interface Evaluation {
  readonly decision: Decision;
  /** None when nothing allowed the request, or when the root user needed nothing. */
  readonly statement?: DecidingStatement;
  /** A sentence that says which statement decided, or what was missing. It holds no value of the request's context. */
  readonly reason: string;
}

interface Hit {
  readonly policy: Policy;
  readonly statement: Statement;
  readonly reach: Reach;
}

const WIDTH: Record<Reach, number> = { account: 0, role: 1, direct: 2 };

/**
 * Decides one request as IAM does. Pure: no clock, no network, no state but read policies.
 * IAM User Guide, Policy evaluation logic; AWS KMS Developer Guide, Key policies, and Grants.
 *
 * @throws PolicyError when a policy is not one that IAM accepts
 * @throws RequestError when nobody can make the request
 */
export function evaluate(input: EvaluateInput): Evaluation {
  const matter = matterOf(input);
  return deniedExplicitly(matter) ?? deniedByServiceControl(matter) ?? allowedByGrant(matter) ?? decidedByPolicies(matter);
}

function deniedExplicitly(matter: Matter): Evaluation | undefined {
  const { keyPolicy, resourceControlPolicies, serviceControlPolicies, boundary, identityPolicies } = matter;
  const policies = [keyPolicy, ...resourceControlPolicies, ...serviceControlPolicies.flat(), boundary, ...identityPolicies];
  const [hit] = hits(policies.filter((policy) => policy !== undefined), false, matter);
  if (!hit) return undefined;
  const because = becauseAbsent(hit.statement, matter.request);
  return { ...decided('explicitDeny', hit), reason: `${hit.statement.label} denies ${deed(matter)} to ${matter.asked.principal}${because}.` };
}

/** Each level must allow. AWS Organizations User Guide, SCP evaluation. */
function deniedByServiceControl(matter: Matter): Evaluation | undefined {
  const levels = matter.serviceControlPolicies;
  const closed = levels.findIndex((level) => !widest(level, matter));
  if (closed < 0) return undefined;
  const where = levels.length > 1 ? ` of level ${closed + 1}` : '';
  return denied(`No service control policy${where} of the caller's account allows ${deed(matter)}.${nearest(levels[closed] ?? [], matter.request)}`);
}

/**
 * A grant to a principal needs no policy beside it, in its own account neither: service-linked roles, whose policies nobody
 * can edit, live on that. One to an account leaves the choice to its identity policies.
 */
function allowedByGrant(matter: Matter): Evaluation | undefined {
  for (const [index, statement] of matter.grants.entries()) {
    const reach = grantReach(statement, matter);
    if (!reach || (reach === 'account' && 'missing' in identityHalf(matter))) continue;
    const name = statement.Name ?? statement.GrantId;
    const reason = `Grant ${name ? `'${name}'` : index + 1} allows ${deed(matter)} to ${matter.asked.principal}.`;
    return { decision: 'allow', statement: { policy: 'grant', policyIndex: 0, index, statement }, reason };
  }
  return undefined;
}

function decidedByPolicies(matter: Matter): Evaluation {
  if (!matter.keyPolicy) return decidedByIdentity(matter);
  const opening = widest([matter.keyPolicy], matter);
  if (!opening) return deniedByKeyPolicy(matter, matter.keyPolicy);
  if (matter.caller.kind === 'service') return allowed(opening, matter);
  if (!matter.sameAccount || opening.reach === 'account') return decidedByBothHalves(opening, matter);
  return (opening.reach === 'role' && beyondBoundary(opening, matter)) || allowed(opening, matter);
}

function decidedByIdentity(matter: Matter): Evaluation {
  const half = identityHalf(matter);
  if ('missing' in half) return denied(half.missing);
  if (!matter.sameAccount) return denied(`${deed(matter)} is for principals of the account that owns it: no policy lets another account in.`);
  return half.hit ? allowed(half.hit, matter) : { decision: 'allow', reason: `The root user of an account may do ${deed(matter)} there.` };
}

function decidedByBothHalves(opening: Hit, matter: Matter): Evaluation {
  const half = identityHalf(matter);
  const role = matter.sameAccount ? `lets the identity policies of account ${accountOf(matter)} decide`
    : `opens the key to the caller's account ${accountOf(matter)}, which must allow it too`;
  if ('missing' in half) return denied(`${opening.statement.label} ${role}. ${half.missing}`);
  if (!half.hit) return allowed(opening, matter);
  const reason = `${half.hit.statement.label} allows ${deed(matter)} to ${matter.asked.principal}; ${opening.statement.label} ${role}.`;
  return { ...decided('allow', half.hit), reason };
}

function deniedByKeyPolicy(matter: Matter, keyPolicy: Policy): Evaluation {
  const { caller, asked } = matter;
  const half = caller.kind === 'service' ? undefined : identityHalf(matter);
  const idle = half && !('missing' in half)
    ? ` ${half.hit ? `${half.hit.statement.label} does, but the` : 'The'} key policy gives account ${accountOf(matter)} no say over this request.` : '';
  const other = !matter.sameAccount && half && 'missing' in half ? ` Besides, the caller's account must allow it: ${half.missing}` : '';
  return denied(`No statement of the key policy allows ${deed(matter)} to ${asked.principal}.${nearest([keyPolicy], matter.request)}${idle}${other}`);
}

/** What the caller's own account says: a hit (none for a root user, who needs none), or what is missing, in a sentence. */
function identityHalf(matter: Matter): { readonly hit?: Hit } | { readonly missing: string } {
  const { caller, identityPolicies, asked, request } = matter;
  if (caller.kind === 'root') return {};
  const hit = widest(identityPolicies, matter);
  if (hit) return beyondBoundary(hit, matter) ? { missing: boundaryGap(hit, matter) } : { hit };
  if (identityPolicies.length === 0) return { missing: `${asked.principal} has no identity policies, so none allows ${deed(matter)}.` };
  return { missing: `No identity policy of ${asked.principal} allows ${deed(matter)}.${nearest(identityPolicies, request)}` };
}

/** IAM User Guide, Permissions boundaries for IAM entities. */
function beyondBoundary(hit: Hit, matter: Matter): Evaluation | undefined {
  return matter.boundary && !widest([matter.boundary], matter) ? denied(boundaryGap(hit, matter)) : undefined;
}

function boundaryGap(hit: Hit, matter: Matter): string {
  const boundary = matter.boundary ? [matter.boundary] : [];
  return `${hit.statement.label} allows ${deed(matter)}, but the permissions boundary of ${matter.asked.principal} does not.${nearest(boundary, matter.request)}`;
}

function accountOf({ caller }: Matter): string {
  return caller.kind === 'service' ? '' : caller.account;
}

/** The statements of an effect that apply. */
function* hits(policies: readonly Policy[], allows: boolean, { request }: Matter): Generator<Hit> {
  for (const policy of policies) {
    for (const statement of policy.about(request.action, allows)) {
      const reach = statement.applies(request);
      if (reach) yield { policy, statement, reach };
    }
  }
}

/** Of the Allows that apply, the first of those that reach furthest. */
function widest(policies: readonly Policy[], matter: Matter): Hit | undefined {
  let best: Hit | undefined;
  for (const hit of hits(policies, true, matter)) {
    if (!best || WIDTH[hit.reach] > WIDTH[best.reach]) best = hit;
    if (best.reach === 'direct') break;
  }
  return best;
}

function allowed(hit: Hit, matter: Matter): Evaluation {
  return { ...decided('allow', hit), reason: `${hit.statement.label} allows ${deed(matter)} to ${matter.asked.principal}.` };
}

function denied(reason: string): Evaluation {
  return { decision: 'implicitDeny', reason };
}

function decided(decision: Decision, { policy, statement: { place: { index } } }: Hit): Pick<Evaluation, 'decision' | 'statement'> {
  const statement = policy.sources[index] as PolicyStatement;
  const sid = statement.Sid === undefined ? {} : { sid: statement.Sid };
  return { decision, statement: { policy: policy.kind, policyIndex: policy.index, index, ...sid, statement } };
}
