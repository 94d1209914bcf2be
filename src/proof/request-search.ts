import { accountModes, serviceModes } from './caller-mode';
import type { CallerMode } from './caller-mode';
import { CubeSearch } from './cube-search';
import type { Assignment } from './cube-search';
import { ACTIONS_OF_KEYS, inPartitions, PARTITIONS, shaped } from './key-domains';
import type { Domain } from './key-domains';
import { KEY_ACTIONS } from './kms-actions';
import type { Choice, ProvableStatement } from './provable-statement';
import { ofAccount } from './question';
import type { AskedQuestion } from './question';
import { witnessOf } from './witness';
import type { Witness } from './witness';

/** Statements that must apply, and statements of which none must. */
export interface Goal {
  readonly must: readonly ProvableStatement[];
  readonly mustNot: readonly ProvableStatement[];
}

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

const ANY_KEY: Domain = { ...shaped(...inPartitions('arn:PARTITION:kms:&:############:key/%')), presence: 'always' };

/**
 * Looks for requests that the question asks for and that meet one of the goals; each goes to `take`. Answers the constructs
 * that it could not decide: with none, and nothing found, there is no such request.
 */
export function searchRequests(goals: readonly Goal[], asked: AskedQuestion, take: (found: Found) => Verdict): ReadonlySet<string> {
  const undecided = new Set<string>();
  const key: Domain = asked.resource === undefined ? ANY_KEY : { presence: 'always', values: [asked.resource] };
  const classes = actionClasses(goals, asked);
  for (const mode of modesOf(goals, asked)) {
    const search = new CubeSearch(mode, key);
    for (const actions of classes) {
      for (const { goal, choices } of openGoals(goals, asked, mode, actions[0] ?? '')) {
        const witness = (assignment: Assignment) => witnessOf(mode, actions[0] ?? '', assignment, asked.resource);
        let verdict: Verdict = 'next';
        search.find(actions[0] ?? '', choices, (assignment) => {
          verdict = take({ goal, mode, actions, witness: witness(assignment) });
          return verdict !== 'another';
        });
        if (search.undecided !== undefined) undecided.add(search.undecided);
        if ((verdict as Verdict) === 'end') return undecided;
      }
    }
  }
  return undecided;
}

/** The goals that an action can meet, and what else a request must be. */
function openGoals(goals: readonly Goal[], asked: AskedQuestion, mode: CallerMode, action: string): { goal: Goal; choices: readonly Choice[] }[] {
  const asking = asked.asking(mode);
  if (!asking) return [];
  const inAccount = mode.caller === 'account' && asked.owner !== undefined && !KEY_ACTIONS[action]?.crossAccount ? [ofAccount(asked.owner)] : [];
  return goals.filter(({ must }) => must.every((statement) => statement.covers(action))).flatMap((goal) => {
    const applying = goal.must.flatMap((statement) => statement.applying(mode));
    if (applying.some((choice) => choice.length === 0)) return [];
    const failing = goal.mustNot.filter((statement) => statement.covers(action)).map((statement) => statement.failing(mode));
    return [{ goal, choices: [...applying, ...asking, ...inAccount, ...failing.filter((choice) => choice !== undefined)] }];
  });
}

function modesOf(goals: readonly Goal[], asked: AskedQuestion): CallerMode[] {
  const statements = statementsIn(goals);
  const keys = [...asked.keys, ...statements.flatMap((statement) => statement.keys)];
  const named = new Set([...asked.named, ...statements.flatMap((statement) => statement.named)]);
  const written = asked.resource === undefined ? statements.flatMap((statement) => statement.partitions) : [];
  const bothSources = keys.includes('aws:sourcearn') && keys.includes('aws:sourceaccount');
  return [...accountModes([...named], partitionsOf([...asked.partitions, ...written])), ...serviceModes(bothSources)];
}

const statementsIn = (goals: readonly Goal[]) => [...new Set(goals.flatMap(({ must, mustNot }) => [...must, ...mustNot]))];

/** A key is in one partition, with all who use it; which one matters only where an ARN says. */
function partitionsOf(written: readonly string[]): readonly string[] {
  const told = new Set(written.filter((partition) => partition !== '*'));
  if (told.size === 0) return [PARTITIONS[0] ?? ''];
  return [...told].some((partition) => /[*?]/.test(partition)) ? PARTITIONS : [...told];
}

/** Actions that no statement and no key tells apart. */
function actionClasses(goals: readonly Goal[], asked: AskedQuestion): string[][] {
  const statements = statementsIn(goals);
  const keys = [...asked.keys, ...statements.flatMap((statement) => statement.keys)];
  const told = ACTIONS_OF_KEYS.filter(([key]) => keys.some((name) => key.test(name)));
  const classes = new Map<string, string[]>();
  for (const action of asked.actions) {
    const covering = statements.map((statement) => statement.covers(action));
    const traits = [KEY_ACTIONS[action]?.crossAccount, ...covering, ...told.map(([, actions]) => actions.includes(action))].join();
    classes.set(traits, [...classes.get(traits) ?? [], action]);
  }
  return [...classes.values()];
}
