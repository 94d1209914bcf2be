import { actionsOfKey } from './key-domains';
import { keyActions } from './kms-actions';
import type { OneOrMore, PolicyStatement } from './policy-document';
import { listOf } from './policy-document';
import { whyNeverPresent } from './request-physics';
import type { CallerKind } from './request-physics';

type Entry = readonly [operator: string, key: string, values: OneOrMore<any>];

/** The fewest conditions that keep a statement from ever being met, in a sentence. `isMet` decides about any such statement. */
export function whyNever(statement: PolicyStatement, isMet: (statement: PolicyStatement) => boolean): string {
  let needed: readonly Entry[] = entriesOf(statement);
  for (const entry of needed) {
    const fewer = needed.filter((other) => other !== entry);
    if (!isMet(withConditions(statement, fewer))) needed = fewer;
  }
  if (needed.length === 0) return 'Its principals, actions and resources are met by no request.';
  const named = needed.map(([operator, key, values]) => `${operator} ${key} ${listOf(values).slice(0, 3).map((value) => JSON.stringify(value)).join(' or ')}`);
  if (needed.length > 1) return `Its conditions exclude each other: ${named.join(' and ')}.`;
  const key = needed[0]?.[1].toLowerCase() ?? '';
  const why = whyNeverPresent(key, callersOf(statement)) ?? onlyOthers(key, statement) ?? 'no request has such a value';
  return `Its condition ${named[0]} never holds for ${actionsOf(statement)}: ${why}.`;
}

function entriesOf({ Condition = {} }: PolicyStatement): Entry[] {
  return Object.entries(Condition).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]): Entry => [operator, key, values]));
}

function withConditions({ Condition: _, ...statement }: PolicyStatement, entries: readonly Entry[]): PolicyStatement {
  const block: Record<string, Record<string, OneOrMore<any>>> = {};
  for (const [operator, key, values] of entries) block[operator] = { ...block[operator], [key]: values };
  return { ...statement, Condition: block };
}

function actionsOf({ Action, NotAction }: PolicyStatement): string {
  return Action === undefined ? `what is not ${listOf(NotAction).join(' or ')}` : listOf(Action).join(' or ');
}

function callersOf({ Principal }: PolicyStatement): CallerKind[] {
  const types = typeof Principal === 'object' ? Object.keys(Principal) : ['*'];
  if (types.includes('*') || listOf(Object(Principal)['AWS']).includes('*')) return ['account', 'service'];
  return [...new Set(types.map((type): CallerKind => type === 'Service' ? 'service' : 'account'))];
}

/** For actions that do not have the key. */
function onlyOthers(key: string, { Action }: PolicyStatement): string | undefined {
  const those = actionsOfKey(key);
  return those && !listOf(Action).flatMap(keyActions).some((action) => those.includes(action)) ? `only ${those.join(', ')} can have it` : undefined;
}
