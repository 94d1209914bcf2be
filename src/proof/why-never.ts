import type { OneOrMore, PolicyStatement } from './policy-document';
import { listOf } from './policy-document';

type Entry = readonly [operator: string, key: string, values: OneOrMore<any>];

/** Why keys that a statement asks for are not in the requests that it is about. The first row that fits. */
const WHY: readonly [key: RegExp, fits: (statement: PolicyStatement) => boolean, why: string][] = [
  [/^kms:encryptioncontext(:|keys$)/, () => true, 'only cryptographic operations with symmetric keys, CreateGrant and RetireGrant have an encryption context'],
  [/^kms:grantisforawsresource$/, () => true, 'only CreateGrant, ListGrants and RevokeGrant have it'],
  [/^(kms:resourcealiases|aws:resourcetag\/.*)$/, () => true, 'it counts in identity policies only'],
  [/^aws:source(arn|account|orgid|orgpaths)$/, (statement) => !mayBeService(statement), 'only service principals send it'],
  [/^aws:principalservicename(slist)?$/, (statement) => !mayBeService(statement), 'only service principals have it'],
  [/^(aws:principal(orgid|orgpaths|arn|account|tag\/.*)|aws:username)$/, isService, 'a service principal never has it'],
  [/^kms:calleraccount$/, isService, 'it is for principals of accounts'],
];

function types({ Principal }: PolicyStatement): string[] {
  return typeof Principal === 'object' ? Object.keys(Principal) : ['*'];
}

function isService(statement: PolicyStatement): boolean {
  return types(statement).every((type) => type === 'Service');
}

function mayBeService(statement: PolicyStatement): boolean {
  return types(statement).some((type) => type === 'Service' || type === '*') || listOf(Object(statement.Principal)['AWS']).includes('*');
}

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
  const why = WHY.find(([key, fits]) => key.test(needed[0]?.[1].toLowerCase() ?? '') && fits(statement))?.[2] ?? 'no request has such a value';
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
