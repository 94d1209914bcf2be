import { AppPart, AppParts } from './apps/app-part';
import { serviceStatements } from './key-policy';
import { at, Place, PLACES } from './place';
import { ServiceApp } from './service-app';
import { Context, ForwardsCase, readCases, SERVICE_CASES, ServiceCases, UseCase } from './service-cases';
import { KeyAccess } from '../../src/key/key-access';
import { Decision, evaluate, PolicyDocument } from '../../src/proof';
import { CATALOGUE, SERVICE_USES } from '../../src/services/catalogue';
import { isHazard, ServiceFacts } from '../../src/services/service-facts';

interface CallerCase {
  readonly name: string;
  readonly app: KeyAccess;
  readonly principal: string;
  readonly allowedByIam: boolean;
  readonly context?: Context;
  readonly expected: Decision;
}

const CALLERS = readCases<CallerCase[]>('callers');
const ADMINISTRATOR_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const app = new ServiceApp();

beforeAll(() => {
  for (const { cases, parts } of SERVICE_CASES) {
    for (const [name, part] of Object.entries(parts)) { addEverywhere(cases, name, part); }
  }
  app.synth();
});

function addEverywhere({ service, forwards }: ServiceCases, name: string, part: AppPart): void {
  const isForwarding = forwards?.apps.includes(name);
  for (const place of PLACES) {
    app.add(service, name, part, place, KeyAccess.IAM_AND_KEY_POLICY, isForwarding ? forwards?.viaService : undefined);
    if (isForwarding) { app.add(service, name, part, place, KeyAccess.KEY_POLICY_ONLY); }
  }
}

for (const { cases, parts } of SERVICE_CASES) { describe(cases.service, () => describeService(cases, parts)); }

function describeService(cases: ServiceCases, parts: AppParts): void {
  const { service, forwards, uses, unused, warnings } = cases;
  const facts = CATALOGUE.find((each) => each.service === service)!;
  for (const use of uses) { describeUse(service, use); }
  if (forwards) { describeForwarding(service, forwards, facts); }

  for (const part of unused) {
    it(`needs nothing of the key for: ${part}`, () => {
      expect(PLACES.flatMap((place) => serviceStatements(app.keyPolicy(service, part, place)))).toEqual([]);
    });
  }

  for (const { app: part, warning, source } of warnings) {
    it(`warns of: ${part}`, () => {
      for (const place of PLACES) { expect(app.warnings(service, part, place)).toContain(warning); }
      const hazards = [...facts.slots.map((slot) => slot.aliasHazard), ...facts.edges.map(({ needs }) => isHazard(needs) ? needs : undefined)];
      expect(hazards.find((hazard) => hazard?.warning === warning)?.source).toBe(source);
    });
  }

  it('warns of nothing else', () => {
    const silent = Object.keys(parts).filter((part) => !warnings.some((each) => each.app === part));
    const warned = PLACES.flatMap((place) => silent.flatMap((part) => app.warnings(service, part, place)));
    const left = uses.filter(({ id }) => SERVICE_USES.get(id)?.residual).flatMap(({ apps }) => apps).filter((part) => silent.includes(part));
    expect(warned.filter((id) => id.startsWith('cdk-customer-managed-keys:')))
      .toEqual(PLACES.flatMap(() => left.map(() => 'cdk-customer-managed-keys:residualAccess')));
  });

  it('has a case for every part of its app, and for every use', () => {
    const named = [...uses.flatMap(({ apps }) => apps), ...unused, ...warnings.map((each) => each.app)];
    expect([...new Set(named)].sort()).toEqual(Object.keys(parts).sort());
    const ids = [...facts.slots, ...facts.edges].flatMap(({ needs }) => needs && !isHazard(needs) ? needs.id : []);
    expect([...new Set(uses.map(({ id }) => id))].sort()).toEqual([...new Set(ids)].sort());
  });
}

function describeUse(service: string, use: UseCase): void {
  const decideAll = (expected: Decision, variation: Partial<UseCase> = {}) =>
    use.apps.flatMap((part) => placesOf(use).flatMap((place) => wrong(service, part, place, expected, { ...use, ...variation })));

  it(`lets in ${use.name}`, () => expect(decideAll('allow')).toEqual([]));

  for (const { name, context, ...other } of use.nearest) {
    it(`lets in ${use.name}; not one ${name}`, () => {
      expect(decideAll('implicitDeny', { ...other, context: { ...use.context, ...context } })).toEqual([]);
    });
  }

  it(`lets in ${use.name}, as the cited page of AWS says`, () => expect(SERVICE_USES.get(use.id)?.source).toBe(use.source));
}

function describeForwarding(service: string, forwards: ForwardsCase, facts: ServiceFacts): void {
  it.each(CALLERS.map((caller) => [caller.name, caller] as const))('%s', (_, caller) => {
    expect(forwards.apps.flatMap((part) => PLACES.flatMap((place) => wrongForCaller(service, part, place, forwards, caller)))).toEqual([]);
  });

  it('forwards its callers, as the cited page of AWS says', () => {
    const { viaService, read: reads, write, source } = forwards;
    expect(facts.forwards).toMatchObject({ viaService, read: reads, write, source });
    expect(Object.keys(forwards.context)).toContain(`kms:EncryptionContext:${facts.forwards?.contextKey}`);
  });
}

it('has cases for every service of the catalogue', () => {
  expect(SERVICE_CASES.map(({ cases }) => cases.service).sort()).toEqual(CATALOGUE.map(({ service }) => service).sort());
});

function placesOf({ onlyKnownPlaces }: UseCase): readonly Place[] {
  return PLACES.filter(({ env }) => env || !onlyKnownPlaces);
}

/** The decisions that differ from what is expected, with their reasons. */
function wrong(service: string, part: string, place: Place, expected: Decision, use: UseCase): string[] {
  const { principal, actions, context } = at(place, use);
  const keyPolicy = app.keyPolicy(service, part, place);
  return actions.flatMap((action) => unless(expected, `${part} in ${place.name}`, { keyPolicy, principal, action, context, place }));
}

function wrongForCaller(service: string, part: string, place: Place, forwards: ForwardsCase, caller: CallerCase): string[] {
  const here = { ...place, values: { ...place.values, ViaService: forwards.viaService } };
  const viaService = { 'kms:ViaService': '${ViaService}.${Region}.amazonaws.com' };
  const { principal, context } = at(here, { principal: caller.principal, context: { ...viaService, ...forwards.context, ...caller.context } });
  const keyPolicy = app.keyPolicy(service, part, place, caller.app);
  const identityPolicies = caller.allowedByIam ? [ADMINISTRATOR_ACCESS] : [];
  const actions = new Set([...forwards.read, ...forwards.write]);
  return [...actions].flatMap((action) =>
    unless(caller.expected, `${part} in ${place.name}`, { keyPolicy, principal, action, context, place, identityPolicies }));
}

interface Asked {
  readonly keyPolicy: PolicyDocument;
  readonly identityPolicies?: PolicyDocument[];
  readonly principal: string;
  readonly action: string;
  readonly context: Context;
  readonly place: Place;
}

function unless(expected: Decision, where: string, { keyPolicy, identityPolicies, principal, action, context, place }: Asked): string[] {
  const given = Object.fromEntries(Object.entries(context).filter((entry): entry is [string, string] => entry[1] !== null));
  const resource = at(place, 'arn:${Partition}:kms:${Region}:${Account}:key/1234abcd');
  const { decision, reason } = evaluate({ keyPolicy, identityPolicies, request: { principal, action, resource, context: given } });
  return decision === expected ? [] : [`${where}: ${decision}. ${reason}`];
}
