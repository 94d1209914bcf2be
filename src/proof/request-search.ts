import type { CallerMode } from './caller-mode';
import { CubeSearch } from './cube-search';
import type { Goal, Goals } from './goals';
import type { Domain } from './key-domains';
import { isCrossAccount } from './kms-actions';
import { modesOf } from './known-modes';
import { principals } from './provable-statement';
import type { Choice } from './provable-statement';
import type { AskedQuestion } from './question';
import { witnessOf } from './witness';
import type { Witness } from './witness';

/** A request that meets a goal. */
export interface Found {
  readonly witness: Witness;
  readonly goal: Goal;
  readonly mode: CallerMode;
  /** Those for which the same holds, without `kms:`. */
  readonly actions: readonly string[];
}

/** After a request was found: look for another one that meets the same goal in the same way, go on to the next, or end. */
export type Verdict = 'another' | 'next' | 'end';

/**
 * Looks for requests that the question asks for and that meet one of the goals; each goes to `take`. Answers the constructs
 * that it could not decide: with none, and nothing found, there is no such request.
 */
export function searchRequests(goals: Goals, asked: AskedQuestion, take: (found: Found) => Verdict): ReadonlySet<string> {
  const undecided = new Set<string>();
  let classes: readonly (readonly string[])[] | undefined;
  for (const { search, mode, goal, must } of openGoals(goals, asked)) {
    classes ??= goals.actionClasses(asked);
    for (const actions of classes.filter(([action = '']) => goal.must.every((statement) => statement.actions.has(action)))) {
      const [action = ''] = actions;
      let verdict: Verdict = 'next';
      search.find(action, [...must, ...ownerOnly(action, mode, asked), ...notApplying(goal, action, mode)], (assignment) => {
        verdict = take({ goal, mode, actions, witness: witnessOf(mode, action, assignment, asked.resource) });
        return verdict !== 'another';
      });
      if (search.undecided !== undefined) undecided.add(search.undecided);
      if ((verdict as Verdict) === 'end') return undecided;
    }
  }
  return undecided;
}

interface OpenGoal {
  readonly goal: Goal;
  readonly mode: CallerMode;
  readonly search: CubeSearch;
  /** What a request must be for the question and for the statements that must apply. */
  readonly must: readonly Choice[];
}

/** The goals that are not out of reach whatever the action and the statements that must not apply. */
function* openGoals(goals: Goals, asked: AskedQuestion): Generator<OpenGoal> {
  const reached = new Map<Domain, readonly Goal[]>(); // by what callers look like: several modes have the same
  for (const keys of modesOf(goals, asked)) {
    const { mode } = keys;
    const search = new CubeSearch(keys);
    const asking = [...asked.who(mode), ...asked.context];
    const forced = search.forced(asking);
    if (!forced) continue;
    const among = reached.get(keys.callers)
      ?? goals.of(mode.caller).filter(({ must }) => search.goTogether(forced, must.map((statement) => statement.reaching(mode))));
    reached.set(keys.callers, among);
    for (const goal of among) {
      const applying = goal.must.flatMap((statement) => statement.applying(mode));
      if (search.goTogether(forced, applying)) yield { goal, mode, search, must: [...asking, ...applying] };
    }
  }
}

/** What no other account can do. */
function ownerOnly(action: string, { caller }: CallerMode, { owner }: AskedQuestion): Choice[] {
  if (caller === 'service' || owner === undefined || isCrossAccount(action)) return [];
  return [[[{ atom: principals([], [owner]), holds: true }]]];
}

function notApplying({ mustNot }: Goal, action: string, mode: CallerMode): Choice[] {
  const covering = mustNot.filter((statement) => statement.actions.has(action));
  return covering.map((statement) => statement.failing(mode)).filter((choice) => choice !== undefined);
}
