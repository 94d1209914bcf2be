import type { Caller } from './caller';
import type { Condition } from './condition';
import type { Matter } from './matter';
import type { Policy } from './policy';
import { whyAbsent } from './request-physics';
import { ELEMENTS } from './statement';
import type { Element, PolicyRequest, Statement } from './statement';

// Sentences never hold a value of the request's context: they end up in errors and logs.

const SHOWN_VALUES = 3;

function listed(values: readonly unknown[]): string {
  const shown = values.slice(0, SHOWN_VALUES).map((value) => JSON.stringify(value)).join(' or ');
  return values.length > SHOWN_VALUES ? `${shown} or ${values.length - SHOWN_VALUES} more` : shown;
}

/** E.g. `kms:Decrypt on arn:aws:kms:…`. */
export function deed({ asked, keyPolicy }: Matter): string {
  if (asked.resource !== undefined) return `${asked.action} on ${asked.resource}`;
  return keyPolicy ? `${asked.action} on the key (taken as one of the caller's account, as the request names none)` : asked.action;
}

/** E.g. ` (StringNotEquals kms:ViaService holds because the request has no kms:ViaService: …)`, for a Deny that nobody meant so. */
export function becauseAbsent(statement: Statement, { context }: PolicyRequest): string {
  const absent = statement.conditions.filter(({ operator, seen }) => operator !== 'Null' && seen(context) === undefined);
  if (absent.length === 0) return '';
  return ` (${absent.map(({ operator, key, name }) => `${operator} ${key} holds because ${lacking(key, name, context.caller)}`).join('; ')})`;
}

function lacking(key: string, name: string, caller: Caller): string {
  const why = whyAbsent(name, caller);
  return `the request has no ${key}${why ? ` (${why})` : ''}`;
}

/** What was missing in the Allow that came nearest, as a sentence with a space before it; empty when none names the action. */
export function nearest(policies: readonly Policy[], request: PolicyRequest): string {
  const allows = policies.flatMap(({ statements }) => statements.filter((statement) => statement.allows));
  const [best] = allows.map((statement) => missOf(statement, request)).sort((a, b) => b.progress - a.progress || a.failing.length - b.failing.length);
  if (!best || best.element === 'Action') return '';
  return ` Nearest: ${best.statement.label}, but ${DIFFERENCES[best.element](best, request)}.`;
}

interface Miss {
  readonly statement: Statement;
  readonly element: Element;
  readonly progress: number;
  readonly failing: readonly Condition[];
}

function missOf(statement: Statement, request: PolicyRequest): Miss {
  const element = statement.obstacle(request);
  const failing = element === 'Condition' ? statement.conditions.filter((condition) => !condition.holds(request.context)) : [];
  return { statement, element, failing, progress: ELEMENTS.indexOf(element) };
}

const DIFFERENCES: Record<Exclude<Element, 'Action'>, (miss: Miss, request: PolicyRequest) => string> = {
  Principal: ({ statement: { source } }) => source.NotPrincipal === undefined
    ? `it is for ${principals(source.Principal)}` : `it spares ${principals(source.NotPrincipal)}`,
  Resource: ({ statement: { source } }) => `its ${source.NotResource === undefined ? 'Resource does not match' : 'NotResource matches'}: `
    + listed([source.Resource ?? source.NotResource].flat()),
  Condition: ({ failing }, request) => failing.map((condition) => failure(condition, request)).join('; and '),
};

function principals(element: unknown): string {
  return typeof element === 'object' ? listed(Object.values(element ?? {}).flat()) : listed([element]);
}

function failure(condition: Condition, { context }: PolicyRequest): string {
  const { operator, key, name, values } = condition;
  const found = condition.seen(context);
  return `its condition ${operator} ${key} ${listed(values)} does not hold: ${found ? mismatch(condition, found) : lacking(key, name, context.caller)}`;
}

function mismatch({ operator, quantifier, negated }: Condition, found: readonly string[]): string {
  if (operator === 'Null') return 'the request has it';
  if (found.length > 1 && !quantifier) return 'the request has several values, which only ForAnyValue: and ForAllValues: compare';
  return negated ? 'the request has a value that it excludes' : 'the request has another value';
}
