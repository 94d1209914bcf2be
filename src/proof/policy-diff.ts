import { Goals } from './goals';
import type { Goal } from './goals';
import type { PolicyDocument } from './policy-document';
import { statementsOf } from './provable-statement';
import { ask } from './question';
import type { AskedQuestion, Question } from './question';
import { readingsOf } from './readings';
import { searchRequests } from './request-search';
import type { Found } from './request-search';
import { allowedBy, leanest } from './witness';
import type { Witness } from './witness';

/** Access that one of two policies gives and the other does not. */
export interface Access {
  /** Actions for which it is the same, such as `kms:Decrypt`. */
  readonly actions: readonly string[];
  /** A request that shows it. */
  readonly witness: Witness;
  /** Which statement gives it, from 0. */
  readonly index: number;
  readonly sid?: string;
}

export interface PolicyDiff {
  /** What the new policy gives and the old did not; one witness for each statement that does so, kind of caller and group of actions. */
  readonly gained: readonly Access[];
  /** What the old policy gave and the new does not. */
  readonly lost: readonly Access[];
  /** What could not be decided, each in words; with none, `gained` and `lost` that are empty say that the policies allow the same. */
  readonly undecided: readonly string[];
}

const ANYTHING: Question = { actions: 'kms:*' };

/**
 * Compares what two key policies allow, request by request and not text by text. The fragment is that of `prove`.
 *
 * @param question the requests that are compared; without it all are
 * @throws PolicyError when a policy is not one that IAM accepts
 * @throws QuestionError when the question is none
 */
export function diff(oldPolicy: PolicyDocument, newPolicy: PolicyDocument, question: Question = ANYTHING): PolicyDiff {
  const asked = ask(question);
  const gained = allowedByFirstOnly(newPolicy, oldPolicy, asked);
  const lost = allowedByFirstOnly(oldPolicy, newPolicy, asked);
  return { gained: gained.found, lost: lost.found, undecided: [...new Set([...gained.undecided, ...lost.undecided])] };
}

interface Differences {
  readonly found: readonly Access[];
  readonly undecided: readonly string[];
}

function allowedByFirstOnly(first: PolicyDocument, second: PolicyDocument, asked: AskedQuestion): Differences {
  const [one, other] = [readingsOf(first), readingsOf(second)];
  const sure = search(one.certain, other.possible, asked);
  const unread = [...new Set([...one.unread, ...other.unread])];
  if (unread.length === 0) return sure;
  const maybe = search(one.possible, other.certain, asked);
  const told = new Set(sure.found.map(name));
  const open = maybe.undecided.length > 0 || maybe.found.some((access) => !told.has(name(access)));
  return { found: sure.found, undecided: [...maybe.undecided, ...open ? unread : []] };
}

function search(first: PolicyDocument, second: PolicyDocument, asked: AskedQuestion): Differences {
  const found = new Map<string, Access>();
  const undecided = searchRequests(goalsOf(first, second), asked, (candidate) => {
    const access = accessOf(candidate, first);
    if (found.has(name(access))) return 'next';
    const confirmed = allowedBy(first, access.witness) && !allowedBy(second, candidate.witness);
    if (!confirmed) return 'another';
    found.set(name(access), access);
    return 'next';
  });
  return { found: [...found.values()], undecided: [...undecided] };
}

/** Allowed by the first; by the second either denied explicitly, or allowed by none of its statements. */
function goalsOf(first: PolicyDocument, second: PolicyDocument): Goals {
  const [own, others] = [statementsOf(first), statementsOf(second)];
  const denies = own.filter(({ allows }) => !allows);
  return new Goals(own.filter(({ allows }) => allows).flatMap((allow): Goal[] => [
    { must: [allow], mustNot: [...denies, ...others.filter(({ allows }) => allows)] },
    ...others.filter(({ allows }) => !allows).map((denial): Goal => ({ must: [allow, denial], mustNot: denies })),
  ]));
}

function accessOf({ witness, actions, goal: { must: [allow] } }: Found, policy: PolicyDocument): Access {
  const { place, source } = allow!.statement;
  const sid = source.Sid === undefined ? {} : { sid: source.Sid };
  return { actions: actions.map((action) => `kms:${action}`), witness: leanest(policy, witness), index: place.index, ...sid };
}

/** One of a kind is enough. */
function name({ actions, index, witness: { request: { principal } } }: Access): string {
  return [index, principal.startsWith('arn:') ? 'account' : 'service', ...actions].join();
}
