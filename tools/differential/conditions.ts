import * as fc from 'fast-check';
import { CALLERS, OTHER, OWNER } from './callers';
import type { Context } from './callers';

/** What a condition key is like: who has it, what it can be, and what policies may hold it against. */
interface ConditionKey {
  readonly type: keyof typeof OPERATORS;
  /** Values of requests; of an `implied` key none, since the request has it by itself. */
  readonly values: readonly string[];
  readonly patterns: readonly string[];
  readonly multivalued?: boolean;
  readonly of?: 'account' | 'service';
  /** The actions that have it; all when not said. */
  readonly actions?: RegExp;
}

const STRING = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'];
const ARN = ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'];
const COMPARED = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const OPERATORS = {
  text: STRING,
  arn: [...ARN, ...ARN, 'StringLike', 'StringNotLike', 'StringEquals'],
  boolean: ['Bool'],
  number: COMPARED.map((name) => `Numeric${name}`),
  date: COMPARED.map((name) => `Date${name}`),
  address: ['IpAddress', 'NotIpAddress'],
  binary: ['BinaryEquals'],
};

const ENCRYPTION = /Decrypt|Encrypt|GenerateDataKey|CreateGrant/;
const ARNS = [
  '*', 'arn:*', 'arn:aws:iam::*:role/*', `arn:aws:iam::${OWNER}:role/Orders`, `arn:aws:iam::${OWNER}:*`, 'arn:aws:iam::*:role/team/*', 'arn:aws:iam:*:role/*', 'arn:*:iam::*:*/Orders',
  `arn:aws:sts::${OWNER}:assumed-role/Orders/*`, 'arn:aws:*', 'arn:aws:iam::????????????:user/*', `arn:aws:iam::${OWNER}:role/\${aws:PrincipalTag/team}`,
];
const SOURCES = [`arn:aws:sns:eu-west-1:${OWNER}:orders`, `arn:aws:sns:eu-west-1:${OTHER}:orders`, `arn:aws:logs:eu-west-1:${OWNER}:log-group:/a:b`];
const SOURCE_PATTERNS = [
  ...SOURCES, `arn:aws:sns:*:${OWNER}:*`, 'arn:aws:*:*:*:*', `arn:aws:logs:eu-west-1:${OWNER}:*`, `arn:aws:logs:*:${OWNER}:log-group:*`, `arn:aws:*${OWNER}:*`, 'arn:aws:sns:*', '*:orders',
];
const tokens = ['orders', 'Orders', 'billing', ''];

/** AWS KMS Developer Guide, AWS KMS condition keys; IAM User Guide, AWS global condition context keys. */
const KEYS: Readonly<Record<string, ConditionKey>> = {
  'kms:ViaService': { type: 'text', values: ['s3.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'], patterns: ['s3.*.amazonaws.com', 's3.eu-west-1.amazonaws.com', '*'] },
  'kms:CallerAccount': { type: 'text', values: [], patterns: [OWNER, OTHER, '1111*', '${aws:PrincipalAccount}'] },
  'kms:EncryptionContext:app': { type: 'text', values: tokens, patterns: ['orders', 'o*', 'O?ders', '*', '${aws:PrincipalTag/team}', "${aws:PrincipalTag/team, 'orders'}", '${*}'], actions: ENCRYPTION },
  'kms:EncryptionContext:aws:sns:topicArn': { type: 'arn', values: SOURCES, patterns: SOURCE_PATTERNS, actions: ENCRYPTION },
  'kms:EncryptionContext:blob': { type: 'binary', values: ['QQ==', 'Qg=='], patterns: ['QQ=='], actions: ENCRYPTION },
  'kms:EncryptionContextKeys': { type: 'text', values: [], patterns: ['app', 'App', 'a*', 'aws:sns:topicArn', '*'], multivalued: true, actions: ENCRYPTION },
  'kms:GrantOperations': { type: 'text', values: ['Decrypt', 'Encrypt', 'RetireGrant'], patterns: ['Decrypt', 'Encrypt', '*crypt'], multivalued: true, actions: /CreateGrant/ },
  'kms:GrantIsForAWSResource': { type: 'boolean', values: ['true', 'false'], patterns: ['true', 'false'], actions: /CreateGrant/ },
  'kms:ScheduleKeyDeletionPendingWindowInDays': { type: 'number', values: ['7', '14', '30'], patterns: ['7', '14', '29', '14.0'], actions: /ScheduleKeyDeletion/ },
  'aws:PrincipalArn': { type: 'arn', values: [], patterns: ARNS },
  'aws:PrincipalAccount': { type: 'text', values: [], patterns: [OWNER, OTHER, '*'] },
  'aws:PrincipalType': { type: 'text', values: [], patterns: ['AssumedRole', 'User', 'Account', 'A*'] },
  'aws:PrincipalOrgID': { type: 'text', values: ['o-a1b2c3d4e5', 'o-zzzzzzzzzz'], patterns: ['o-a1b2c3d4e5', 'o-*'], of: 'account' },
  'aws:PrincipalOrgPaths': {
    type: 'text', values: ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/', 'o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/'], patterns: ['o-a1b2c3d4e5/*', 'o-a1b2c3d4e5/r-ab12/ou-ab12-1*', '*'], multivalued: true, of: 'account',
  },
  'aws:PrincipalTag/team': { type: 'text', values: ['orders', 'Orders', 'o*'], patterns: ['orders', 'o*', '${aws:username}', '*', '?????'], of: 'account' },
  'aws:PrincipalIsAWSService': { type: 'boolean', values: [], patterns: ['true', 'false'] },
  'aws:ViaAWSService': { type: 'boolean', values: [], patterns: ['true', 'false'] },
  'aws:SecureTransport': { type: 'boolean', values: [], patterns: ['true', 'false'] },
  'aws:SourceAccount': { type: 'text', values: [OWNER, OTHER], patterns: [OWNER, OTHER, '1*'], of: 'service' },
  'aws:SourceArn': { type: 'arn', values: SOURCES, patterns: SOURCE_PATTERNS, of: 'service' },
  'aws:SourceIp': { type: 'address', values: ['10.0.0.1', '203.0.113.9', '2001:db8::1'], patterns: ['10.0.0.0/8', '203.0.113.9', '2001:db8::/32', '0.0.0.0/0'], of: 'account' },
  'aws:MultiFactorAuthAge': { type: 'number', values: ['0', '3600', '90000'], patterns: ['3600', '0', '3600.5', '-1'], of: 'account' },
  'aws:TokenIssueTime': { type: 'date', values: ['2026-01-01T00:00:00Z', '2026-06-30T12:00:00Z'], patterns: ['2026-01-01T00:00:00Z', '2026-06-30T12:00:00+00:00', '2026-03-01', '1767225600'], of: 'account' },
};

const some = <T>(values: readonly T[], max: number, min = 1) => fc.uniqueArray(fc.constantFrom(...values), { minLength: min, maxLength: max });
const spelt = (key: string) => fc.oneof({ weight: 9, arbitrary: fc.constant(key) }, { weight: 1, arbitrary: fc.constantFrom(key.toLowerCase(), key.toUpperCase()) });

function operatorFor({ type, multivalued }: ConditionKey): fc.Arbitrary<string> {
  const prefix = fc.constantFrom(...multivalued ? ['ForAllValues:', 'ForAnyValue:'] : ['', '', '', '', '', '', 'ForAllValues:', 'ForAnyValue:']);
  return fc.tuple(prefix, fc.constantFrom(...OPERATORS[type]), fc.constantFrom('', '', '', 'IfExists')).map((parts) => parts.join(''));
}

function conditionOn(key: string, about: ConditionKey): fc.Arbitrary<Record<string, Record<string, string | string[]>>> {
  const values = fc.oneof({ weight: 2, arbitrary: fc.constantFrom<string | string[]>(...about.patterns) }, { weight: 1, arbitrary: some(about.patterns, 3) });
  const compared = fc.tuple(operatorFor(about), spelt(key), values).map(([operator, name, value]) => ({ [operator]: { [name]: value } }));
  const absent = fc.tuple(spelt(key), fc.constantFrom('true', 'false')).map(([name, value]) => ({ Null: { [name]: value } }));
  return fc.oneof({ weight: 8, arbitrary: compared }, { weight: 1, arbitrary: absent });
}

const condition = fc.constantFrom(...Object.entries(KEYS)).chain(([key, about]) => conditionOn(key, about));

/** A statement's `Condition`: one or two operators, set operators often. */
export const conditions = fc.array(condition, { minLength: 1, maxLength: 2 }).map((parts) => ({ Condition: Object.assign({}, ...parts) as object }));

function hasKey({ values, of, actions }: ConditionKey, principal: string, action: string): boolean {
  const kind = CALLERS.get(principal)?.kind === 'service' ? 'service' : 'account';
  return values.length > 0 && (of ?? kind) === kind && (actions?.test(action) ?? true);
}

/** Condition keys that a caller's request may have, each in two of three requests. */
export function contextOf(principal: string, action: string): fc.Arbitrary<Context> {
  const keys = Object.entries(KEYS).filter(([, about]) => hasKey(about, principal, action));
  const value = ({ values, multivalued }: ConditionKey) => multivalued ? some(values, 2) : fc.constantFrom<string | string[]>(...values);
  return fc.record(Object.fromEntries(keys.map(([key, about]) => [key, fc.option(value(about), { freq: 2, nil: undefined })])))
    .map((context) => JSON.parse(JSON.stringify(context)) as Context);
}
