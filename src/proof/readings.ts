import type { ConditionValue, OneOrMore, PolicyDocument, PolicyStatement } from './policy-document';
import { listOf } from './policy-document';
import { unreadable } from './unreadable';

/**
 * What is not known of a policy before it is deployed, or depends on the request in ways that are not followed, is read twice:
 * `certain` allows only what the policy surely allows, `possible` all that it might. Where both read the same, the policy has
 * nothing of the kind. So "nobody can" is proved of `possible`, and "somebody can" of `certain`.
 */
export interface Readings {
  readonly certain: PolicyDocument;
  readonly possible: PolicyDocument;
  /** Every statement, Denies as well, as widely as it might apply. */
  readonly widest: PolicyDocument;
  /** What is not read, each as `<what> of <statement>`. */
  readonly unread: readonly string[];
}

type Direction = 'wider' | 'narrower';
type Elements = Record<string, any>;

const EVERYTHING: Elements = { Principal: '*', Action: '*', Resource: '*' };
/** Stands for a statement of which nothing is left, so that the others keep their numbers. */
const NOTHING: Elements = { Principal: '*', Action: [], Resource: '*' };

const cache = new WeakMap<object, Readings>();

export function readingsOf(document: PolicyDocument): Readings {
  if (typeof document !== 'object' || document === null) return { certain: document, possible: document, widest: document, unread: [] };
  const known = cache.get(document);
  if (known) return known;
  const readings = read(document);
  cache.set(document, readings);
  return readings;
}

function read(document: PolicyDocument): Readings {
  const variables = document.Version !== undefined && document.Version !== '2008-10-17';
  const places = (statement: PolicyStatement, i: number) => unreadPlaces(statement, variables).map((place) => `${place} of ${nameOf(statement, i)}`);
  const unread = listOf(document.Statement).flatMap(places);
  const reading = (allow: Direction, deny: Direction): PolicyDocument => ({
    ...document,
    Statement: listOf(document.Statement).map((statement) => readStatement(statement, variables, allow, deny)),
  });
  if (unread.length === 0) return { certain: document, possible: document, widest: document, unread };
  return { certain: reading('narrower', 'wider'), possible: reading('wider', 'narrower'), widest: reading('wider', 'wider'), unread };
}

function nameOf(statement: PolicyStatement, index: number): string {
  return typeof statement?.Sid === 'string' ? `statement '${statement.Sid}'` : `statement ${index + 1}`;
}

const isUnknownStatement = (statement: PolicyStatement) => [statement, statement?.Effect].some((value) => unreadable(value, false) !== undefined);

function unreadPlaces(statement: PolicyStatement, variables: boolean): string[] {
  if (isUnknownStatement(statement)) return ['an unresolved token in place'];
  if (typeof statement !== 'object' || statement === null) return [];
  const { NotPrincipal, Principal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const inLists = [...listOf(Action), ...listOf(NotAction), ...principalEntries(Principal).map(([, name]) => name), Principal]
    .map((value) => unreadable(value, false));
  const withVariables = [...listOf(Resource), ...listOf(NotResource), Condition, ...Object.entries(Condition ?? {}).flat(),
    ...conditionEntries(statement).flatMap(({ key, values }) => [key, ...values])].map((value) => unreadable(value, variables));
  return [...new Set([...NotPrincipal === undefined ? [] : ['NotPrincipal'], ...inLists, ...withVariables])].filter((what) => what !== undefined);
}

function readStatement(statement: PolicyStatement, variables: boolean, allow: Direction, deny: Direction): PolicyStatement {
  if (isUnknownStatement(statement)) return { ...EVERYTHING, Effect: allow === 'wider' ? 'Allow' : 'Deny' };
  if (typeof statement !== 'object' || statement === null || unreadPlaces(statement, variables).length === 0) return statement;
  const direction = statement.Effect === 'Allow' ? allow : deny;
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition, ...rest } = statement;
  const parts = [
    readPrincipal(statement, direction),
    readPair(statement, 'Action', direction, false),
    readPair(statement, 'Resource', direction, variables),
    readConditions(statement, direction, variables),
  ];
  return Object.assign({}, rest, ...parts.includes(undefined) ? [NOTHING] : parts);
}

/** Undefined when nothing is left of the statement. */
function readPrincipal({ Principal, NotPrincipal }: PolicyStatement, direction: Direction): Elements | undefined {
  if (NotPrincipal !== undefined) return direction === 'wider' ? { Principal: '*' } : undefined;
  const entries = principalEntries(Principal);
  const readable = entries.filter(([, name]) => unreadable(name, false) === undefined);
  if (unreadable(Principal, false) === undefined && readable.length === entries.length) return { Principal };
  if (direction === 'wider') return { Principal: '*' };
  const types = [...new Set(readable.map(([type]) => type))];
  const ofType = (type: string) => readable.filter(([of]) => of === type).map(([, name]) => name);
  return types.length > 0 ? { Principal: Object.fromEntries(types.map((type) => [type, ofType(type)])) } : undefined;
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
function readPair(statement: PolicyStatement, name: 'Action' | 'Resource', direction: Direction, variables: boolean): Elements | undefined {
  const negation = `Not${name}` as const;
  const [element, negated] = statement[name] !== undefined ? [name, false] : [negation, true];
  const given = listOf(statement[element]);
  const readable = given.filter((value) => unreadable(value, variables) === undefined);
  if (readable.length === given.length) return statement[element] === undefined ? {} : { [element]: statement[element] };
  if (direction === 'wider') return negated && readable.length > 0 ? { [element]: readable } : { [name]: '*' };
  return negated || readable.length === 0 ? undefined : { [element]: readable };
}

function readConditions(statement: PolicyStatement, direction: Direction, variables: boolean): Elements | undefined {
  const conditions: Record<string, Record<string, OneOrMore<ConditionValue>>> = {};
  if (unreadable(statement.Condition, variables) !== undefined) return direction === 'wider' ? {} : undefined;
  for (const { operator, key, values } of conditionEntries(statement)) {
    const readable = values.filter((value) => unreadable(value, variables) === undefined);
    const unknown = unreadable(operator, false) !== undefined || unreadable(key, variables) !== undefined;
    const kept = !unknown && readable.length === values.length ? values : keptValues(operator, unknown ? [] : readable, direction);
    if (kept === undefined) return undefined;
    if (kept !== 'none') conditions[operator] = { ...conditions[operator], [key]: kept };
  }
  return Object.keys(conditions).length > 0 ? { Condition: conditions } : {};
}

/** More values make a condition hold more often, or, under a negated operator, less often. */
function keptValues(operator: string, readable: readonly ConditionValue[], direction: Direction): readonly ConditionValue[] | 'none' | undefined {
  const negated = /^(.*:)?(Not|[A-Z][a-z]+Not)/.test(operator);
  if (direction === 'wider') return negated && readable.length > 0 ? readable : 'none';
  return negated || readable.length === 0 ? undefined : readable;
}

function principalEntries(principal: PolicyStatement['Principal']): [type: string, name: unknown][] {
  if (typeof principal !== 'object' || principal === null) return [];
  return Object.entries(principal).flatMap(([type, names]) => listOf(names).map((name): [string, unknown] => [type, name]));
}

function conditionEntries({ Condition }: PolicyStatement): { operator: string; key: string; values: readonly ConditionValue[] }[] {
  if (typeof Condition !== 'object' || Condition === null) return [];
  return Object.entries(Condition).flatMap(([operator, keys]) => typeof keys === 'object' && keys !== null && !Array.isArray(keys)
    ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })) : []);
}
