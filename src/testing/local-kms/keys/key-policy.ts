import { KmsException } from '../exceptions';
import type { KeyPolicy } from './key';
import { KEY_POLICY_MAX_BYTES } from '../../../policy/limits';
import type { PolicyDocument, PolicyStatement } from '../../../proof';
import { partitionOf } from '../../partition';
import { isPrincipalArn } from '../callers/principal-arn';

const INVALID_PRINCIPALS = 'Policy contains a statement with one or more invalid principals.';

type Rule = readonly [breaks: (statement: PolicyStatement, partition: string) => boolean, message: string];

/** What AWS KMS refuses in a statement before it looks at who it lets in (AWS KMS Developer Guide, Key policies; API Reference, PutKeyPolicy). */
const RULES: readonly Rule[] = [
  [({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny', 'Policy contains a statement whose Effect is neither Allow nor Deny.'],
  [({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined, 'Policy contains a statement with no principal.'],
  [({ Action, NotAction }) => Action === undefined && NotAction === undefined, 'Policy contains a statement with no action.'],
  [(statement) => principalsOf(statement).length === 0, 'Policy contains a statement with no principal.'],
  [({ Action, NotAction }) => textsOf(Action ?? NotAction).some(isWithoutVendor), 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  [({ Resource, NotResource }) => textsOf(Resource ?? NotResource ?? []).length === 0, 'Policy contains a statement with no resource.'],
  // Only "*" since August 2025, says a notice that was read second-hand; it means "this key" and nothing else ever did.
  [({ Resource }) => textsOf(Resource).some((resource) => resource !== '*'), 'Policy contains a statement whose Resource is not "*".'],
  [(statement, partition) => principalsOf(statement, 'AWS').some((name) => isInvalidPrincipal(name, partition)), INVALID_PRINCIPALS],
  [(statement) => principalsOf(statement, 'Service').some(isInvalidService), 'Policy contains a statement with one or more invalid service principals.'],
  [({ Condition }) => Object.entries(Condition ?? {}).some(isOverPermissive), 'Policy contains a statement with ForAllValues on kms:EncryptionContext:, which is over-permissive.'],
];

/**
 * A key policy from its text.
 *
 * @throws `LimitExceededException` over 32,768 bytes, `MalformedPolicyDocumentException` for what AWS KMS refuses
 */
export function parseKeyPolicy(text: string, region: string): KeyPolicy {
  if (Buffer.byteLength(text) > KEY_POLICY_MAX_BYTES) {
    throw new KmsException('LimitExceededException', `The key policy is ${Buffer.byteLength(text)} bytes; the limit is ${KEY_POLICY_MAX_BYTES} bytes.`);
  }
  const document = parsed(text);
  for (const statement of statementsOf(document)) {
    const broken = RULES.find(([breaks]) => breaks(statement, partitionOf(region)));
    if (broken) { throw malformedPolicy(broken[1]); }
  }
  return { text, document };
}

/**
 * Which services there are is not known here; that a name is no service's shows in its form.
 *
 * @throws `MalformedPolicyDocumentException` for a policy that names somebody who does not exist
 */
export function requireExistingPrincipals(document: PolicyDocument, exists: (arn: string) => boolean): void {
  const unknown = statementsOf(document).flatMap((statement) => principalsOf(statement, 'AWS')).find((principal) => !exists(String(principal)));
  if (unknown) { throw malformedPolicy(`${INVALID_PRINCIPALS} (LocalKms: ${String(unknown)} is none of those it was told of.)`); }
}

export function malformedPolicy(message: string, cause?: unknown): KmsException {
  return new KmsException('MalformedPolicyDocumentException', message, { cause });
}

/** What a key gets when no policy is given: IAM policies of its account decide (AWS KMS Developer Guide, Default key policy). */
export function defaultKeyPolicy(region: string, account: string): KeyPolicy {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partitionOf(region)}:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const document = { Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] };
  return { text: JSON.stringify(document, null, 2), document };
}

function parsed(text: string): PolicyDocument {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document) && !isNestedDeeperThan(MAX_DEPTH, document)) { return document as unknown as PolicyDocument; }
  } catch {
    // the same answer
  }
  throw malformedPolicy('This policy contains invalid Json');
}

function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every(isObject)) { throw malformedPolicy('Policy contains no statement, or one that is not an object.'); }
  return statements as unknown as readonly PolicyStatement[];
}

const MAX_DEPTH = 10; // Statement, Condition, its operators, keys and values are 6 levels

function isNestedDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) { return false; }
  return levels === 0 || Object.values(value).some((inner) => isNestedDeeperThan(levels - 1, inner));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Texts of a value of any shape: the rules run on what a caller wrote, before anybody has checked it.
function textsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Whom a statement names, or of those the ones of a type. */
function principalsOf({ Principal, NotPrincipal }: PolicyStatement, type?: string): unknown[] {
  const element: unknown = Principal ?? NotPrincipal;
  if (!isObject(element)) { return type === undefined ? [element] : []; }
  return Object.entries(element).filter(([name]) => type === undefined || name === type).flatMap(([, names]) => textsOf(names));
}

function isWithoutVendor(action: unknown): boolean {
  return typeof action === 'string' && action !== '*' && !action.includes(':');
}

function isInvalidService(name: unknown): boolean {
  return typeof name !== 'string' || !/^[a-z0-9.-]+\.[a-z]+$/.test(name);
}

function isInvalidPrincipal(principal: unknown, partition: string): boolean {
  return typeof principal !== 'string' || !(principal === '*' || /^\d{12}$/.test(principal) || isPrincipalArn(principal, partition));
}

function isOverPermissive([operator, keys]: [string, unknown]): boolean {
  return /^ForAllValues:/i.test(operator) && isObject(keys) && Object.keys(keys).some((key) => /^kms:EncryptionContext:/i.test(key));
}
