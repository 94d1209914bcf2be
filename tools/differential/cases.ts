import * as fc from 'fast-check';
import { CALLERS, KEY, OTHER, OWNER } from './callers';
import type { Context } from './callers';
import { conditions, contextOf } from './conditions';
import type { EvaluateInput, PolicyDocument, PolicyStatement } from '../../src/proof';

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const oneOrSome = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: value as fc.Arbitrary<T | T[]> }, { weight: 1, arbitrary: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }) });

const ACTIONS = [
  'kms:Decrypt', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:DescribeKey', 'kms:CreateGrant',
  'kms:ScheduleKeyDeletion',
];
const ACTION_PATTERNS = [
  '*', 'kms:*', 'kms:*', 'kms:De*', 'kms:?e*', 'kms:*crypt*', 'kms:GenerateDataKey*', 'KMS:decrypt', 'kms:????????', 'kms:ReEncrypt*', 'kms:*Key',
  's3:*',
];
const patterns = fc.oneof(oneOf(...ACTION_PATTERNS), oneOf(...ACTIONS));
const actions = fc.oneof(
  { weight: 6, arbitrary: oneOrSome(patterns).map((Action) => ({ Action })) },
  { weight: 1, arbitrary: oneOrSome(oneOf('kms:Decrypt', 'kms:De*', 's3:*', 'kms:CreateGrant', 'kms:*')).map((NotAction) => ({ NotAction })) },
);

const RESOURCES = [
  '*', '*', '*',
  KEY, `arn:aws:kms:eu-west-1:${OWNER}:key/*`, `arn:aws:kms:*:${OWNER}:key/*`, `arn:aws:kms:eu-west-?:${OWNER}:key/1234????-*`,
  `arn:aws:kms:eu-west-??:${OWNER}:key/*`,
  'arn:aws:kms:*:*:key/1234*', 'arn:*:kms:*:*:*', 'arn:aws:kms:*', `arn:aws:kms:eu*${OWNER}:key/*`,
  `arn:aws:kms:eu-west-1:${OTHER}:key/*`, `arn:aws:kms:eu-west-1:${OWNER}:alias/*`, 'arn:aws:s3:::*',
  'arn:aws:kms:eu-west-1:${aws:PrincipalAccount}:key/*', "arn:aws:kms:*:*:key/${aws:PrincipalTag/team, '1234'}*",
];
const resources = fc.oneof(
  { weight: 8, arbitrary: oneOrSome(oneOf(...RESOURCES)).map((Resource) => ({ Resource })) },
  { weight: 1, arbitrary: oneOrSome(oneOf(...RESOURCES.slice(3))).map((NotResource) => ({ NotResource })) },
);

const ARNS = [...CALLERS.keys()].filter((principal) => principal.startsWith('arn:'));
const SERVICES = [...CALLERS.keys()].filter((principal) => !principal.startsWith('arn:'));
const ANYBODY = ['*', OWNER, OTHER, `arn:aws:iam::${OWNER}:root`, `arn:aws:iam::${OTHER}:root`];

/** Names of the caller, or of others: a statement for somebody else says little. */
function awsPrincipals(caller: string): fc.Arbitrary<string> {
  const account = caller.split(':')[4];
  const role = caller.replace(/:sts:(.*):assumed-role(\/.*)\/.*/, ':iam:$1:role$2');
  const own = account ? [caller, role, account, `arn:aws:iam::${account}:root`] : ANYBODY;
  return fc.oneof(oneOf(...own), oneOf(...ANYBODY), oneOf(...ARNS));
}

function principals(caller: string): fc.Arbitrary<object> {
  const AWS = awsPrincipals(caller);
  const Service = oneOf(...SERVICES);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({ Principal: '*' }) },
    { weight: 8, arbitrary: oneOrSome(AWS).map((names) => ({ Principal: { AWS: names } })) },
    { weight: 2, arbitrary: oneOrSome(Service).map((names) => ({ Principal: { Service: names } })) },
    { weight: 1, arbitrary: fc.record({ AWS, Service }).map((names) => ({ Principal: names })) },
  );
}

const notPrincipals = (caller: string) => fc.uniqueArray(awsPrincipals(caller).filter((name) => name !== '*'), { minLength: 1, maxLength: 3 })
  .map((AWS) => ({ NotPrincipal: { AWS } }));

const condition = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: conditions });
const maybe = <T>(value: fc.Arbitrary<T>, oneIn: number) =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

function statementOf(...elements: fc.Arbitrary<object>[]): fc.Arbitrary<PolicyStatement> {
  return fc.tuple(...elements, condition).map((parts) => Object.assign({}, ...parts) as PolicyStatement);
}

const allow = fc.constant({ Effect: 'Allow' });
const deny = fc.constant({ Effect: 'Deny' });
const thisKey = fc.oneof({ weight: 5, arbitrary: fc.constant({ Resource: '*' }) }, { weight: 1, arbitrary: resources });
const keyStatements = (caller: string) => fc.oneof(
  { weight: 30, arbitrary: statementOf(allow, principals(caller), thisKey, actions) },
  { weight: 5, arbitrary: statementOf(deny, principals(caller), thisKey, actions) },
  { weight: 1, arbitrary: statementOf(deny, notPrincipals(caller), thisKey, actions) },
);
const identityStatements = fc.oneof(
  { weight: 6, arbitrary: statementOf(allow, resources, actions) },
  { weight: 1, arbitrary: statementOf(deny, resources, actions) },
);

const CURRENT = '2012-10-17';
const versions = oneOf(CURRENT, CURRENT, CURRENT, CURRENT, '2008-10-17');
const document = (statement: fc.Arbitrary<PolicyStatement>, maxLength: number, Version = versions): fc.Arbitrary<PolicyDocument> =>
  fc.record({ Version, Statement: fc.array(statement, { minLength: 1, maxLength }) });
const everything: PolicyDocument = { Version: CURRENT, Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const identityPolicy = fc.oneof({ weight: 2, arbitrary: document(identityStatements, 3) }, { weight: 1, arbitrary: fc.constant(everything) });
const controlLevel = fc.array(fc.oneof(identityPolicy, fc.constant(everything)), { minLength: 1, maxLength: 2 });
/** AWS Organizations User Guide, RCP syntax: only Deny, only for everybody, an Action with its service, no NotAction. */
const controlActions = oneOrSome(patterns.filter((pattern) => pattern.startsWith('kms:'))).map((Action) => ({ Action }));
const resourceControl = document(statementOf(deny, fc.constant({ Principal: '*' }), resources, controlActions), 2, fc.constant(CURRENT));

const SESSION_WITH_PATH = /:assumed-role\/Reader\//;
const requests = fc.record({ principal: oneOf(...CALLERS.keys()), action: oneOf(...ACTIONS), withPath: fc.boolean() })
  .chain(({ principal, action, withPath }) => contextOf(principal, action).map((context): EvaluateInput['request'] => {
    const account = principal.split(':')[4] ?? '';
    const role: Context = withPath && SESSION_WITH_PATH.test(principal) ? { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/team/Reader` } : {};
    return { principal, action, resource: KEY, context: { ...context, ...role } };
  }));

const isPolicyless = (principal: string) => ['root', 'service'].includes(CALLERS.get(principal)?.kind ?? '');

/** A root user and a service have no policies of their own. */
function ownPolicies(principal: string) {
  if (isPolicyless(principal)) return {};
  return { identityPolicies: fc.array(identityPolicy, { maxLength: 2 }), permissionsBoundary: maybe(identityPolicy, 4) };
}

/** Questions to `evaluate`, without the elements that are not there. */
export const questions: fc.Arbitrary<EvaluateInput> = requests.chain((request) => fc.record({
  keyPolicy: document(keyStatements(request.principal), 4),
  ...ownPolicies(request.principal),
  serviceControlPolicies: maybe(fc.array(controlLevel, { minLength: 1, maxLength: 2 }), 5),
  resourceControlPolicies: maybe(fc.array(resourceControl, { minLength: 1, maxLength: 1 }), 8),
  request: fc.constant(request),
})).map((question) => JSON.parse(JSON.stringify(question)) as EvaluateInput);
