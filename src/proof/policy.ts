import { PolicyError } from './errors';
import { Memo } from './memo';
import { listOf } from './policy-document';
import type { PolicyDocument, PolicyStatement } from './policy-document';
import { ABSENT_IN_KEY_POLICIES } from './request-physics';
import { Statement } from './statement';

/** The kinds of policies that have a say, and what each is called. */
export const POLICY_KINDS = {
  keyPolicy: 'the key policy',
  identityPolicy: 'identity policy',
  permissionsBoundary: 'the permissions boundary',
  serviceControlPolicy: 'service control policy',
  resourceControlPolicy: 'resource control policy',
} as const;

export type PolicyKind = keyof typeof POLICY_KINDS;

/** A policy read once. */
export interface Policy {
  readonly kind: PolicyKind;
  /** Its place among those of its kind, from 0. */
  readonly index: number;
  /** As they were written for this policy. */
  readonly sources: readonly PolicyStatement[];
  /** Read; equal ones may be shared with other policies. */
  readonly statements: readonly Statement[];
  /** Those of an effect that are about an action, in lower case. */
  about(action: string, allows: boolean): readonly Statement[];
}

const VERSIONS = ['2008-10-17', '2012-10-17'];
const ALONE: readonly PolicyKind[] = ['keyPolicy', 'permissionsBoundary'];
const RESOURCE_BASED: readonly PolicyKind[] = ['keyPolicy', 'resourceControlPolicy'];

/** By the document's identity: KMS calls hold the same few policies against many requests. */
const cache = new WeakMap<PolicyDocument, Policy[]>();

/** The keys of an app have many statements in common, and so has a policy with its next version. */
const statements = new Memo<Statement>(2_000);

/** Reads a policy, or answers what it read before: a document must not be changed once it was evaluated. */
export function policyOf(document: PolicyDocument, kind: PolicyKind, index = 0): Policy {
  const read = typeof document === 'object' && document !== null ? cache.get(document) : undefined;
  const known = read?.find((policy) => policy.kind === kind && policy.index === index);
  if (known) return known;
  const policy = compile(document, kind, index);
  cache.set(document, [...read ?? [], policy]);
  return policy;
}

function compile(document: PolicyDocument, kind: PolicyKind, index: number): Policy {
  const name = ALONE.includes(kind) ? POLICY_KINDS[kind] : `${POLICY_KINDS[kind]} ${index + 1}`;
  checkDocument(document, name);
  const absentKeys = kind === 'keyPolicy' ? ABSENT_IN_KEY_POLICIES : undefined;
  const place = { policy: name, absentKeys, resourceBased: RESOURCE_BASED.includes(kind), variables: document.Version === '2012-10-17' };
  const read = (statement: PolicyStatement, i: number) =>
    statements.get(JSON.stringify([name, i, place.variables, statement]), () => new Statement(statement, { ...place, index: i }));
  const sources = listOf(document.Statement);
  const all = sources.map(read);
  return { kind, index, sources, statements: all, about: byAction(all) };
}

/** Looked up once for each action: most statements of a policy are about others. */
function byAction(all: readonly Statement[]): Policy['about'] {
  const about = (allows: boolean) => {
    const found = new Memo<readonly Statement[]>(100);
    return (action: string) => found.get(action, () => all.filter((statement) => statement.allows === allows && statement.isAbout(action)));
  };
  const [allowing, denying] = [about(true), about(false)];
  return (action, allows) => allows ? allowing(action) : denying(action);
}

function checkDocument(document: PolicyDocument, name: string): void {
  if (typeof document !== 'object' || document === null || document.Statement === undefined) {
    throw new PolicyError({
      fact: `${name} is not a policy`, given: document, allowed: 'a policy is a JSON object with Statement', remedy: 'Parse it first if it is text.',
    });
  }
  if (document.Version !== undefined && !VERSIONS.includes(document.Version)) {
    throw new PolicyError({
      fact: `${name} has an unknown Version`, given: document.Version, allowed: `it is ${VERSIONS.join(' or ')}`, remedy: 'Write 2012-10-17.',
    });
  }
}
