import * as fc from 'fast-check';
import { CALLERS, OTHER, OWNER } from './callers';
import type { Context } from './callers';

/** What a condition key is like: who has it, what it can be, and what policies may hold it against. */
interface ConditionKey {
  readonly type: keyof typeof OPERATORS;
  /** Values of requests; none of a key that the request implies. */
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
const PRINCIPAL_ARNS = [
  '*', 'arn:*', 'arn:aws:*',
  'arn:aws:iam::*:role/*', 'arn:aws:iam::*:role/team/*', 'arn:*:iam::*:*/Orders', 'arn:aws:iam::????????????:user/*', 'arn:aws:iam::?:*',
  `arn:aws:iam::${OWNER}:role/Orders`, `arn:aws:iam::${OWNER}:*`, `arn:aws:sts::${OWNER}:assumed-role/Orders/*`, 'arn:aws:iam:*:role/*',
  `arn:aws:iam::${OWNER}:role/\${aws:PrincipalTag/team}`,
];
const SOURCES = [
  `arn:aws:sns:eu-west-1:${OWNER}:orders`, `arn:aws:sns:eu-west-1:${OTHER}:orders`, `arn:aws:logs:eu-west-1:${OWNER}:log-group:/a:b`,
];
const SOURCE_PATTERNS = [
  ...SOURCES, `arn:aws:sns:*:${OWNER}:*`, 'arn:aws:*:*:*:*', `arn:aws:logs:eu-west-1:${OWNER}:*`, `arn:aws:logs:*:${OWNER}:log-group:*`,
  `arn:aws:*${OWNER}:*`, 'arn:aws:sns:*', '*:orders',
];
const TEXTS = ['orders', 'o*', 'O?ders', '*', '${aws:PrincipalTag/team}', "${aws:PrincipalTag/team, 'orders'}", '${*}'];
const UNITS = ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/', 'o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/'];
const ADDRESSES = ['10.0.0.1', '203.0.113.9', '2001:db8::1'];
const BOOLEANS = ['true', 'false'];

const text = (values: readonly string[], patterns: readonly string[], rest: Partial<ConditionKey> = {}): ConditionKey =>
  ({ type: 'text', values, patterns, ...rest });
const list = (values: readonly string[], patterns: readonly string[], rest: Partial<ConditionKey> = {}) =>
  text(values, patterns, { multivalued: true, ...rest });
const arn = (values: readonly string[], patterns: readonly string[], rest: Partial<ConditionKey> = {}) =>
  text(values, patterns, { type: 'arn', ...rest });
const number = (values: readonly string[], patterns: readonly string[], rest: Partial<ConditionKey> = {}) =>
  text(values, patterns, { type: 'number', ...rest });
const boolean = (values: readonly string[], rest: Partial<ConditionKey> = {}) => text(values, BOOLEANS, { type: 'boolean', ...rest });
const IMPLIED: readonly string[] = [];

/** AWS KMS Developer Guide, AWS KMS condition keys; IAM User Guide, AWS global condition context keys. */
const KEYS: Readonly<Record<string, ConditionKey>> = {
  'kms:ViaService': text(['s3.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'], ['s3.*.amazonaws.com', 's3.eu-west-1.amazonaws.com', '*']),
  'kms:CallerAccount': text(IMPLIED, [OWNER, OTHER, '1111*', '${aws:PrincipalAccount}']),
  'kms:EncryptionContext:app': text(['orders', 'Orders', 'billing', ''], TEXTS, { actions: ENCRYPTION }),
  'kms:EncryptionContext:aws:sns:topicArn': arn(SOURCES, SOURCE_PATTERNS, { actions: ENCRYPTION }),
  'kms:EncryptionContext:blob': text(['QQ==', 'Qg=='], ['QQ=='], { type: 'binary', actions: ENCRYPTION }),
  'kms:EncryptionContextKeys': list(IMPLIED, ['app', 'App', 'a*', 'aws:sns:topicArn', '*'], { actions: ENCRYPTION }),
  'kms:GrantOperations': list(['Decrypt', 'Encrypt', 'RetireGrant'], ['Decrypt', 'Encrypt', '*crypt'], { actions: /CreateGrant/ }),
  'kms:GrantIsForAWSResource': boolean(BOOLEANS, { actions: /CreateGrant/ }),
  'kms:ScheduleKeyDeletionPendingWindowInDays': number(['7', '14', '30'], ['7', '14', '29', '14.0'], { actions: /ScheduleKeyDeletion/ }),
  'aws:PrincipalArn': arn(IMPLIED, PRINCIPAL_ARNS),
  'aws:PrincipalAccount': text(IMPLIED, [OWNER, OTHER, '*']),
  'aws:PrincipalType': text(IMPLIED, ['AssumedRole', 'User', 'Account', 'A*']),
  'aws:PrincipalOrgID': text(['o-a1b2c3d4e5', 'o-zzzzzzzzzz'], ['o-a1b2c3d4e5', 'o-*'], { of: 'account' }),
  'aws:PrincipalOrgPaths': list(UNITS, ['o-a1b2c3d4e5/*', 'o-a1b2c3d4e5/r-ab12/ou-ab12-1*', '*'], { of: 'account' }),
  'aws:PrincipalTag/team': text(['orders', 'Orders', 'o*'], ['orders', 'o*', '${aws:username}', '*', '??????'], { of: 'account' }),
  'aws:PrincipalIsAWSService': boolean(IMPLIED),
  'aws:ViaAWSService': boolean(IMPLIED),
  'aws:SecureTransport': boolean(IMPLIED),
  'aws:SourceAccount': text([OWNER, OTHER], [OWNER, OTHER, '1*'], { of: 'service' }),
  'aws:SourceArn': arn(SOURCES, SOURCE_PATTERNS, { of: 'service' }),
  'aws:SourceIp': text(ADDRESSES, ['10.0.0.0/8', '203.0.113.9', '2001:db8::/32', '0.0.0.0/0'], { type: 'address', of: 'account' }),
  'aws:MultiFactorAuthAge': number(['0', '3600', '90000'], ['3600', '0', '3600.5', '-1'], { of: 'account' }),
  'aws:TokenIssueTime': text(
    ['2026-01-01T00:00:00Z', '2026-06-30T12:00:00Z'],
    ['2026-01-01T00:00:00Z', '2026-06-30T12:00:00+00:00', '2026-03-01', '1767225600'],
    { type: 'date', of: 'account' },
  ),
};

const some = <T>(values: readonly T[], max: number, min = 1) => fc.uniqueArray(fc.constantFrom(...values), { minLength: min, maxLength: max });
/** The names of condition keys have no case. */
const spelt = (key: string) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(key) }, { weight: 1, arbitrary: fc.constantFrom(key.toLowerCase(), key.toUpperCase()) });

const SETS = ['ForAllValues:', 'ForAnyValue:'];
/** Set operators are for multivalued keys; people put them elsewhere too, and forget them. */
const PREFIXES = { multivalued: [...SETS, ...SETS, ...SETS, ''], single: ['', '', '', '', '', '', ...SETS] };

function operatorFor({ type, multivalued }: ConditionKey): fc.Arbitrary<string> {
  const prefix = fc.constantFrom(...PREFIXES[multivalued ? 'multivalued' : 'single']);
  return fc.tuple(prefix, fc.constantFrom(...OPERATORS[type]), fc.constantFrom('', '', '', 'IfExists')).map((parts) => parts.join(''));
}

function conditionOn(key: string, about: ConditionKey): fc.Arbitrary<Record<string, Record<string, string | string[]>>> {
  const one = fc.constantFrom<string | string[]>(...about.patterns);
  const values = fc.oneof({ weight: 2, arbitrary: one }, { weight: 1, arbitrary: some(about.patterns, 3) });
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
