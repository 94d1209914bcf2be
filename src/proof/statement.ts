import { compileConditions } from './condition';
import type { Condition } from './condition';
import { PolicyError } from './errors';
import { globOf, matchesGlob, RESOURCE, TEXT } from './glob';
import { listOf } from './policy-document';
import type { OneOrMore, PolicyStatement } from './policy-document';
import { bind } from './policy-variable';
import { compilePrincipal, reachOf } from './principal';
import type { PrincipalElement, Reach } from './principal';
import { NOTHING } from './request-context';
import type { KeyValues, RequestContext } from './request-context';

/** A request as statements see it. */
export interface PolicyRequest {
  /** In lower case: actions have no case. */
  readonly action: string;
  /** The key's ARN; `*` when the request names none. */
  readonly resource: string;
  readonly context: RequestContext;
  /** Whether the caller has a permissions boundary. */
  readonly bounded: boolean;
}

/** The elements that decide whether a statement applies, in the order they are looked at. */
export const ELEMENTS = ['Action', 'Principal', 'Resource', 'Condition'] as const;
export type Element = typeof ELEMENTS[number];

/** Where a statement stands, for errors and reasons. */
export interface Place {
  /** From 0. */
  readonly index: number;
  /** E.g. `the key policy`. */
  readonly policy: string;
  /** Whether statements of this policy name principals. */
  readonly resourceBased: boolean;
  /** Condition keys that are absent to statements of this policy, whatever the request has. */
  readonly absentKeys?: RegExp;
  readonly variables: boolean;
}

type Matcher = (text: string, context: KeyValues) => boolean;

/** A statement read once, to be held against many requests. */
export class Statement {
  /** E.g. `Statement 'AllowUse' of the key policy`; its number counts from 1. */
  public readonly label: string;
  public readonly allows: boolean;
  public readonly conditions: readonly Condition[];
  private readonly principal?: PrincipalElement;
  private readonly action: Matcher;
  private readonly resource: Matcher;

  public constructor(public readonly source: PolicyStatement, public readonly place: Place) {
    const { policy, index, variables, absentKeys } = place;
    this.label = source?.Sid ? `Statement '${source.Sid}' of ${policy}` : `Statement ${index + 1} of ${policy}`;
    checkElements(source, place, this.label);
    this.allows = source.Effect === 'Allow';
    this.principal = place.resourceBased ? compilePrincipal(source, this.label) : undefined;
    this.action = matcher(source.Action, source.NotAction, (pattern) => actionMatcher(pattern), this.label);
    this.resource = matcher(source.Resource, source.NotResource, (pattern) => resourceMatcher(pattern, variables), this.label);
    this.conditions = compileConditions(source.Condition, { where: this.label, variables, absentKeys });
  }

  /** Whether it is about an action, in lower case. */
  public isAbout(action: string): boolean {
    return this.action(action, NOTHING);
  }

  /** How it reaches the caller if it is about the request's action and applies; a statement without principals reaches its holder. */
  public applies(request: PolicyRequest): Reach | undefined {
    const { context } = request;
    const reach = this.reach(request);
    if (!reach || !this.resource(request.resource, context)) return undefined;
    return this.conditions.every((condition) => condition.holds(context)) ? reach : undefined;
  }

  /** For a statement that does not apply: the first element because of which. */
  public obstacle(request: PolicyRequest): Element {
    const { context } = request;
    if (!this.isAbout(request.action)) return 'Action';
    if (!this.reach(request)) return 'Principal';
    return this.resource(request.resource, context) ? 'Condition' : 'Resource';
  }

  private reach(request: PolicyRequest): Reach | undefined {
    return this.principal ? reachOf(this.principal, request.context, request.bounded) : 'direct';
  }
}

function actionMatcher(pattern: string): Matcher {
  const glob = globOf([{ text: pattern.toLowerCase(), literal: false }], TEXT);
  return (action) => matchesGlob(glob, action);
}

/** IAM User Guide, IAM policy elements: Variables and tags: in a resource they may stand after the fifth colon only. */
const MISPLACED_VARIABLE = /^([^:]*:){0,4}[^:]*\$\{[^*?$}]/;

/** In a key policy `*` is the key itself. A value with a variable that the request lacks, or in the wrong place, matches no resource. */
function resourceMatcher(pattern: string, variables: boolean): Matcher {
  if (pattern === '*') return () => true;
  if (variables && MISPLACED_VARIABLE.test(pattern)) return () => false;
  const glob = bind(pattern, variables, (pieces) => globOf(pieces, RESOURCE));
  return (resource, context) => {
    const bound = glob(context);
    return bound !== undefined && matchesGlob(bound, resource);
  };
}

/** `Action` matches when one of its patterns does, `NotAction` when none does. */
function matcher(some: OneOrMore<string> | undefined, none: OneOrMore<string> | undefined, of: (pattern: string) => Matcher, where: string): Matcher {
  const matchers = listOf(some ?? none).map((pattern) => typeof pattern === 'string' ? of(pattern) : notText(pattern, where));
  return (text, context) => matchers.some((matches) => matches(text, context)) === (some !== undefined);
}

function notText(given: unknown, where: string): never {
  throw new PolicyError({
    fact: `${where} has an action or resource that is not text`,
    given,
    allowed: 'actions and resources are text',
    remedy: 'Resolve tokens and intrinsic functions first.',
  });
}

const PAIRS = [['Action', 'NotAction'], ['Resource', 'NotResource'], ['Principal', 'NotPrincipal']] as const;
const KNOWN = ['Sid', 'Effect', 'Condition', ...PAIRS.flat()];

/** IAM User Guide, Grammar of the IAM JSON policy language. */
function checkElements(statement: PolicyStatement, { resourceBased }: Place, where: string): void {
  if (typeof statement !== 'object' || statement === null) {
    throw new PolicyError({ fact: `${where} is not one`, given: statement, allowed: 'a statement is a JSON object', remedy: 'Write it as one.' });
  }
  const unknown = Object.keys(statement).find((element) => !KNOWN.includes(element));
  if (unknown !== undefined) {
    throw new PolicyError({
      fact: `${where} has an unknown element`, given: unknown, allowed: `elements are ${KNOWN.join(', ')}`, remedy: 'Correct or remove it.',
    });
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new PolicyError({
      fact: `${where} has an invalid Effect`, given: statement.Effect, allowed: 'it is Allow or Deny, spelt so', remedy: 'Write one of them.',
    });
  }
  for (const pair of PAIRS) checkPair(statement, pair, resourceBased, where);
}

function checkPair(statement: PolicyStatement, pair: typeof PAIRS[number], resourceBased: boolean, where: string): void {
  const given = pair.filter((element) => statement[element] !== undefined);
  const expected = pair[0] !== 'Principal' || resourceBased ? 1 : 0;
  if (given.length === expected) return;
  const [element, negation] = pair;
  throw new PolicyError({
    fact: `${where} has ${given.length === 0 ? `neither ${element} nor ${negation}` : given.join(' and ')}`,
    given,
    allowed: expected ? `it has one of ${element} and ${negation}` : 'only key policies and resource control policies name principals',
    remedy: expected ? `Keep or add one, as a rule ${element}.` : `Remove ${given.join(' and ')}.`,
  });
}
