import { compileConditions } from './condition';
import { RequestError } from './errors';
import { Goals } from './goals';
import type { Goal } from './goals';
import type { Grant } from './grant';
import type { Matter } from './matter';
import { policyOf } from './policy';
import type { Policy } from './policy';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import type { Reach } from './principal';
import { statementsOf } from './provable-statement';
import type { ProvableStatement } from './provable-statement';
import { readingsOf } from './readings';
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
  const opening = layerOf([keyPolicy]);
  const identity = layerOf(identityPolicies, matter);
  const limits = serviceControlPolicies.map((level) => layerOf(level, matter));
  const bounds = boundary ? [layerOf([boundary], matter)] : [];
  const beside: Readonly<Record<Reach, readonly Layer[]>> = { direct: [], role: bounds, account: [identity, ...bounds] };
  const all = [opening, layerOf(resourceControlPolicies), identity, ...bounds, ...limits];
  const mustNot = all.flatMap(({ denies }) => denies);
  const openings = [...openingsOf(keyPolicy, opening, matter), ...grants.flatMap((grant) => grantOpenings(grant, matter))];
  const goals = openings.flatMap(([statement, reach]) =>
    combinations([...limits, ...beside[reach]]).map((others): Goal => ({ must: [statement, ...others], mustNot })));
  return { goals: new Goals(goals), unread: [...new Set(all.flatMap(({ unread }) => unread))] };
}

/** What policies of one kind say, each statement as widely as it might allow. */
interface Layer {
  readonly allows: readonly ProvableStatement[];
  readonly denies: readonly ProvableStatement[];
  readonly unread: readonly string[];
}

/** `holder`: whose policies they are, when their statements name nobody. */
function layerOf(policies: readonly Policy[], holder?: Matter): Layer {
  const readings = policies.map((policy) => {
    const sources = holder ? policy.sources.flatMap((source) => heldBy(source, holder)) : [...policy.sources];
    return readingsOf(documentOf(policy, sources));
  });
  const statements = readings.flatMap(({ possible }) => statementsOf(possible));
  return {
    allows: statements.filter(({ allows }) => allows),
    denies: statements.filter(({ allows }) => !allows),
    unread: readings.flatMap(({ unread }) => unread),
  };
}

function documentOf({ statements }: Policy, Statement: PolicyStatement[]): PolicyDocument {
  return { Version: statements.every(({ place }) => place.variables) ? '2012-10-17' : '2008-10-17', Statement };
}

/**
 * A statement of a policy of the caller as one of a key policy. What it asks of the key's tags and aliases, which a key policy cannot, is
 * known.
 */
function heldBy(source: PolicyStatement, { asked, request: { context } }: Matter): PolicyStatement[] {
  const entries = Object.entries(source.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })));
  const conditions = entries.filter(isKnown).flatMap(({ operator, key, values }) =>
    compileConditions({ [operator]: { [key]: values } }, { where: 'A policy', variables: true }));
  if (!conditions.every((condition) => condition.holds(context))) return [];
  const Condition: Record<string, Record<string, typeof entries[number]['values']>> = {};
  for (const { operator, key, values } of entries.filter((entry) => !isKnown(entry))) Condition[operator] = { ...Condition[operator], [key]: values };
  const Principal: PolicyStatement['Principal'] = asked.principal.startsWith('arn:') ? { AWS: asked.principal } : { Service: asked.principal };
  return [{ ...source, Principal, Condition }];
}

const isKnown = ({ key }: { readonly key: string }) => ABSENT_IN_KEY_POLICIES.test(key.toLowerCase());

type Opening = readonly [statement: ProvableStatement, reach: Reach];

/** The Allows of the key policy that reach the caller on some condition, each with how far. */
function openingsOf(keyPolicy: Policy, { allows }: Layer, matter: Matter): Opening[] {
  return allows.flatMap((statement) => {
    const { Condition, ...unconditional } = keyPolicy.sources[statement.statement.place.index]!;
    const reach = policyOf(documentOf(keyPolicy, [unconditional]), 'keyPolicy').statements[0]!.applies(matter.request);
    return reach ? [[statement, reachIn(matter, reach)] as const] : [];
  });
}

/** Who comes from another account needs that account's say; a root user needs nobody's. */
function reachIn({ caller, sameAccount }: Matter, reach: Reach): Reach {
  if (caller.kind === 'service' || caller.kind === 'root') return 'direct';
  return sameAccount ? reach : 'account';
}

/** A grant as a statement. What only the whole of an encryption context tells, `evaluate` decides. */
function grantOpenings({ GranteePrincipal: principal, GranteeServicePrincipal: service, Operations, Constraints }: Grant, matter: Matter): Opening[] {
  const grantee = matter.caller.kind === 'service' ? service ?? principal : principal;
  if (grantee === undefined) return [];
  const pairs = Object.entries({ ...Constraints?.EncryptionContextSubset, ...Constraints?.EncryptionContextEquals });
  const statement: PolicyStatement = {
    Effect: 'Allow',
    Principal: { [matter.caller.kind === 'service' ? 'Service' : 'AWS']: grantee },
    Action: Operations.map((operation) => `kms:${operation}`),
    Resource: '*',
    Condition: {
      ...pairs.length > 0 && { StringEquals: Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])) },
      ...Constraints?.SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': Constraints.SourceArn } },
    },
  };
  const [opening] = statementsOf({ Version: '2008-10-17', Statement: [statement] });
  return [[opening!, /^\d{12}$|:root$/.test(principal ?? '') ? reachIn(matter, 'account') : 'direct']];
}

function combinations(layers: readonly Layer[]): ProvableStatement[][] {
  return layers.reduce<ProvableStatement[][]>((some, { allows }) => some.flatMap((chosen) => allows.map((allow) => [...chosen, allow])), [[]]);
}
