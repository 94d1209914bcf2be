import { compileConditions } from './condition';
import type { Condition } from './condition';
import { RequestError } from './errors';
import { Goals } from './goals';
import type { Goal } from './goals';
import { FREE_OF_ENCRYPTION_CONTEXT, FREE_OF_SOURCE_ARN } from './grant';
import type { Grant } from './grant';
import { keyActions } from './kms-actions';
import type { Matter } from './matter';
import { policyOf } from './policy';
import type { Policy } from './policy';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import type { Reach } from './principal';
import { statementsOf } from './provable-statement';
import type { ProvableStatement } from './provable-statement';
import { readingsOf } from './readings';
import type { KeyValues } from './request-context';
import { ABSENT_IN_KEY_POLICIES } from './request-physics';

/** What requests of one caller are looked for. */
export interface CallerGoals {
  readonly goals: Goals;
  /** What the policies have that is not followed. */
  readonly unread: readonly string[];
}

/** The combinations of statements that together allow: one that opens the key, and one of each policy that must allow too. */
export function goalsOfCaller(matter: Matter): CallerGoals {
  const { keyPolicy, resourceControlPolicies, serviceControlPolicies, identityPolicies, boundary, grants } = matter;
  if (!keyPolicy) {
    throw new RequestError({ fact: 'There is no key policy', given: undefined, allowed: 'a request on a key has one', remedy: 'Give it.' });
  }
  const opening = layerOf([keyPolicy], matter);
  const identity = layerOf(identityPolicies, matter);
  const limits = serviceControlPolicies.map((level) => layerOf(level, matter));
  const bounds = boundary ? [layerOf([boundary], matter)] : [];
  const beside: Readonly<Record<Reach, readonly Layer[]>> = { direct: [], role: bounds, account: [identity, ...bounds] };
  const controls = layerOf(resourceControlPolicies, matter);
  const all = [opening, controls, identity, ...bounds, ...limits];
  const mustNot = all.flatMap(({ denies }) => denies);
  const openings = [...openingsOf(keyPolicy, opening, matter), ...grants.flatMap((grant) => grantOpenings(grant, matter))];
  const goals = openings.flatMap(([statement, reach]) =>
    combinations([...limits, ...beside[reach]]).map((others): Goal => ({ must: [statement, ...others], mustNot })));
  return { goals: new Goals(goals), unread: [...new Set(all.flatMap(({ unread }) => unread))] };
}

/** What policies of one kind say about the action, each statement as widely as it might allow. */
interface Layer {
  readonly allows: readonly ProvableStatement[];
  readonly denies: readonly ProvableStatement[];
  readonly unread: readonly string[];
}

function layerOf(policies: readonly Policy[], matter: Matter): Layer {
  const readings = policies.map((policy) => {
    const sources = policy.sources.flatMap((source) => policy.kind === 'keyPolicy' ? [source] : asInKeyPolicy(source, hasVariables(policy), matter));
    return readingsOf(documentOf(policy, sources));
  });
  const asked = keyActions(matter.asked.action);
  const statements = readings.flatMap(({ possible }) => statementsOf(possible)).filter(({ actions }) => asked.some((action) => actions.has(action)));
  return {
    allows: statements.filter(({ allows }) => allows),
    denies: statements.filter(({ allows }) => !allows),
    unread: readings.flatMap(({ unread }) => unread),
  };
}

function documentOf(policy: Policy, Statement: PolicyStatement[]): PolicyDocument {
  return { Version: hasVariables(policy) ? '2012-10-17' : '2008-10-17', Statement };
}

const hasVariables = ({ statements }: Policy) => statements.every(({ place }) => place.variables);

/**
 * A statement of another policy as one of a key policy: where it names nobody it is about the caller, and what it asks of the key's
 * tags and aliases, which a key policy cannot, is known. Where it is not, because of a policy variable, the statement is taken to allow.
 */
function asInKeyPolicy(source: PolicyStatement, variables: boolean, { asked, request: { context } }: Matter): PolicyStatement[] {
  const entries = Object.entries(source.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })));
  const known = entries.filter(isKnown).flatMap(({ operator, key, values }) =>
    compileConditions({ [operator]: { [key]: values } }, { where: 'A policy', variables }));
  const holds = holdTogether(known, context) ?? source.Effect === 'Allow';
  if (!holds) return [];
  const Condition: Record<string, Record<string, typeof entries[number]['values']>> = {};
  for (const { operator, key, values } of entries.filter((entry) => !isKnown(entry))) Condition[operator] = { ...Condition[operator], [key]: values };
  const caller: PolicyStatement['Principal'] = asked.principal.startsWith('arn:') ? { AWS: asked.principal } : { Service: asked.principal };
  const namesNobody = source.Principal === undefined && source.NotPrincipal === undefined;
  return [{ ...source, ...namesNobody && { Principal: caller }, Condition }];
}

const isKnown = ({ key }: { readonly key: string }) => ABSENT_IN_KEY_POLICIES.test(key.toLowerCase());

/** Whether all conditions hold; undefined when that hangs on a policy variable that this request lacks and another one may have. */
function holdTogether(conditions: readonly Condition[], context: KeyValues): boolean | undefined {
  let lacksVariable = false;
  const single = (name: string) => {
    const value = context.single(name);
    lacksVariable ||= value === undefined;
    return value;
  };
  const hold = conditions.every((condition) => condition.holds({ values: (name) => context.values(name), single }));
  return lacksVariable ? undefined : hold;
}

type Opening = readonly [statement: ProvableStatement, reach: Reach];

/** The Allows of the key policy that reach the caller on some condition, each with how far. */
function openingsOf(keyPolicy: Policy, { allows }: Layer, matter: Matter): Opening[] {
  return allows.flatMap((statement) => {
    const { Condition, NotResource, ...named } = keyPolicy.sources[statement.statement.place.index]!;
    const reach = policyOf(documentOf(keyPolicy, [{ ...named, Resource: '*' }]), 'keyPolicy').statements[0]!.applies(matter.request);
    const reaches = new Set<Reach | undefined>([reach, matter.caller.kind === 'role' && hasProviders(named) ? 'direct' : undefined]);
    return [...reaches].flatMap((each) => each ? [[statement, reachIn(matter, each)] as const] : []);
  });
}

/** Some identity provider may be that of the caller's session. */
function hasProviders({ Principal }: PolicyStatement): boolean {
  return typeof Principal === 'object' && Principal['Federated'] !== undefined;
}

/** Who comes from another account needs that account's say; a root user needs nobody's. */
function reachIn({ caller, sameAccount }: Matter, reach: Reach): Reach {
  if (caller.kind === 'service' || caller.kind === 'root') return 'direct';
  return sameAccount ? reach : 'account';
}

/** A grant as a statement about the action. What only the whole of an encryption context tells, `evaluate` decides. */
function grantOpenings(grant: Grant, matter: Matter): Opening[] {
  const { action } = matter.request;
  const Principal = granteeOf(grant, matter);
  if (!Principal || !grant.Operations.some((operation) => `kms:${operation.toLowerCase()}` === action)) return [];
  const statement: PolicyStatement = { Effect: 'Allow', Principal, Action: action, Resource: '*', Condition: constraintsOn(action, grant) };
  const [opening] = statementsOf({ Version: '2008-10-17', Statement: [statement] });
  return [[opening!, /^\d{12}$|:root$/.test(grant.GranteePrincipal ?? '') ? reachIn(matter, 'account') : 'direct']];
}

/** Undefined for somebody of another kind than the caller. */
function granteeOf({ GranteePrincipal: principal, GranteeServicePrincipal: service }: Grant, { caller }: Matter): PolicyStatement['Principal'] {
  if (caller.kind === 'service') return { Service: [service, principal].filter((name) => name !== undefined) };
  return principal !== undefined && /^(arn:|\d{12}$)/.test(principal) ? { AWS: principal } : undefined;
}

function constraintsOn(action: string, { Constraints }: Grant): PolicyStatement['Condition'] {
  const pairs = Object.entries({ ...Constraints?.EncryptionContextSubset, ...Constraints?.EncryptionContextEquals });
  const isForContext = pairs.length > 0 && !FREE_OF_ENCRYPTION_CONTEXT.includes(action);
  return {
    ...isForContext && { StringEquals: Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])) },
    ...Constraints?.SourceArn !== undefined && !FREE_OF_SOURCE_ARN.includes(action) && { ArnLike: { 'aws:SourceArn': Constraints.SourceArn } },
  };
}

function combinations(layers: readonly Layer[]): ProvableStatement[][] {
  return layers.reduce<ProvableStatement[][]>((some, { allows }) => some.flatMap((chosen) => allows.map((allow) => [...chosen, allow])), [[]]);
}
