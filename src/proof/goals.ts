import type { CallerMode } from './caller-mode';
import { actionsOfKey } from './key-domains';
import { isCrossAccount, KEY_ACTIONS } from './kms-actions';
import type { ProvableStatement } from './provable-statement';
import type { AskedQuestion } from './question';

/** Statements that must apply, and statements of which none must. */
export interface Goal {
  readonly must: readonly ProvableStatement[];
  readonly mustNot: readonly ProvableStatement[];
}

/** What requests are looked for, and what their statements make of callers, keys and actions: the same for every question. */
export class Goals {
  private readonly statements: readonly ProvableStatement[];
  /** The principals that the statements name, by ARN or account. */
  public readonly named: readonly string[];
  /** The condition keys that they ask for, in lower case. */
  public readonly keys: readonly string[];
  /** What stands where ARNs have their partition. */
  public readonly partitions: readonly string[];
  private readonly ofAccounts: readonly Goal[];
  private readonly ofServices: readonly Goal[];
  /** Actions that no statement and no key of theirs tells apart. */
  private alike?: readonly (readonly string[])[];

  public constructor(all: readonly Goal[]) {
    const about = (caller: CallerMode['caller']) => all.filter(({ must }) => must.every((statement) => statement.isFor(caller)));
    [this.ofAccounts, this.ofServices] = [about('account'), about('service')];
    this.statements = [...new Set(all.flatMap(({ must, mustNot }) => [...must, ...mustNot]))];
    this.named = [...new Set(this.statements.flatMap((statement) => statement.named))];
    this.keys = [...new Set(this.statements.flatMap((statement) => statement.keys))];
    this.partitions = [...new Set(this.statements.flatMap((statement) => statement.partitions))];
  }

  /** Those that are about any caller of a kind. */
  public of(caller: CallerMode['caller']): readonly Goal[] {
    return caller === 'service' ? this.ofServices : this.ofAccounts;
  }

  /** The question's actions, together those that nothing tells apart. */
  public actionClasses({ actions, keys }: AskedQuestion): readonly (readonly string[])[] {
    const covered = [...new Set(this.statements.map((statement) => statement.actions))];
    const covering = covered.map((some): ActionTest => (action) => some.has(action));
    this.alike ??= classesOf(KEY_ACTIONS, [isCrossAccount, ...covering, ...testsOf(this.keys)]);
    const [asked, told] = [new Set(actions), testsOf(keys)];
    return this.alike.flatMap((alike) => classesOf(alike.filter((action) => asked.has(action)), told));
  }
}

type ActionTest = (action: string) => boolean;

function classesOf(actions: readonly string[], tests: readonly ActionTest[]): string[][] {
  const classes = new Map<string, string[]>();
  for (const action of actions) {
    const traits = tests.map((test) => test(action) ? 1 : 0).join('');
    const alike = classes.get(traits);
    if (alike) alike.push(action);
    else classes.set(traits, [action]);
  }
  return [...classes.values()];
}

/** Whether an action has keys that not all actions have. */
function testsOf(keys: readonly string[]): ActionTest[] {
  return [...new Set(keys.map(actionsOfKey))].filter((those) => those !== undefined).map((those) => (action) => those.includes(action));
}
