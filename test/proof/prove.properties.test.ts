import * as fc from 'fast-check';
import { A, ACTIONS, B, CALLERS, everyRequest, isPossible, ROLE, SESSION } from './every-request';
import { diff, evaluate, prove, vacuous } from '../../src/proof';
import type { EvaluateInput, Grant, PolicyStatement, Question } from '../../src/proof';
import { proveCaller } from '../../src/proof/prove-caller';

/** More at night: `PROOF_POLICIES=100000 npx jest test/proof/prove.properties`. */
const POLICIES = Number(process.env['PROOF_POLICIES'] ?? 1000);

const elementOf = <T>(...values: T[]) => fc.constantFrom(...values);
const some = <T>(...values: T[]) => fc.uniqueArray(elementOf(...values), { minLength: 1, maxLength: 2 });
const condition = (operators: string[], key: string, ...values: string[]) =>
  fc.record({ operator: elementOf(...operators), key: elementOf(key), values: some(...values) });

const TEXTS = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists', 'StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'];
const ARNS = ['ArnEquals', 'ArnLike', 'ArnNotLike', 'StringLike', 'StringNotLike', 'ArnLikeIfExists'];
const NUMBERS = ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEqualsIfExists'];
const SETS = ['ForAnyValue:StringEquals', 'ForAllValues:StringEquals', 'ForAnyValue:StringNotEquals', 'ForAllValues:StringNotLike', 'ForAnyValue:StringLikeIfExists'];

const conditions = fc.oneof(
  condition(TEXTS, 'kms:ViaService', 's3.r.amazonaws.com', 's3.*', '*'),
  condition(TEXTS, 'kms:CallerAccount', A, B, '1*'),
  condition(TEXTS, 'aws:PrincipalAccount', A, B, '?'.repeat(12)),
  condition(ARNS, 'aws:PrincipalArn', ROLE, `arn:aws:iam::${A}:*`, 'arn:aws:iam::*:role/R', 'arn:aws:iam::*:role/*'),
  condition(TEXTS, 'aws:username', 'u', 'v', '*'),
  condition(TEXTS, 'aws:PrincipalOrgID', 'o-1', 'o-2', 'o-*'),
  condition([...SETS, 'StringLike'], 'aws:PrincipalOrgPaths', 'o-1/*', 'o-*/r-1/', 'o-2/*'),
  condition(TEXTS, 'aws:SourceAccount', A, B, '1*'),
  condition(ARNS, 'aws:SourceArn', `arn:aws:sns:*:${A}:t`, 'arn:aws:s3:::*', 'arn:aws:*:*:*:t'),
  condition([...TEXTS, ...SETS], 'kms:EncryptionContext:a', '1', '2', '*'),
  condition(TEXTS, 'KMS:EncryptionContext:B', '1', '2'),
  condition([...SETS, 'StringEquals', 'StringNotEquals'], 'kms:EncryptionContextKeys', 'a', 'b'),
  condition(['Bool', 'BoolIfExists'], 'kms:GrantIsForAWSResource', 'true', 'false'),
  condition([...SETS, 'StringEquals'], 'kms:GrantOperations', 'Decrypt', 'Encrypt', 'D*'),
  condition(NUMBERS, 'aws:MultiFactorAuthAge', '4', '7', '5.5'),
  condition(NUMBERS.map((operator) => operator.replace('Numeric', 'Date')), 'aws:CurrentTime', '2026-01-01', '2026-01-02T00:00:00Z'),
  condition(['IpAddress', 'NotIpAddress', 'IpAddressIfExists'], 'aws:SourceIp', '10.0.0.0/8', '10.128.0.0/9', '2001:db8::/32'),
  condition([...TEXTS, ...SETS], 'kms:KeySpec', 'a', 'b', '*b', '?', 'B'),
  condition([...SETS, 'StringEquals', 'StringNotEquals'], 'saml:groups', 'a', 'b', '?'),
  condition(['Bool'], 'aws:PrincipalIsAWSService', 'true', 'false'),
  condition(['Bool', 'BoolIfExists'], 'aws:ViaAWSService', 'true', 'false'),
  condition(TEXTS.slice(0, 2), 'aws:PrincipalType', 'Account', 'User', 'AssumedRole'),
  condition(['ForAnyValue:StringEquals'], 'kms:ResourceAliases', 'alias/a'),
  fc.record({
    operator: elementOf('Null'),
    key: elementOf('kms:ViaService', 'aws:username', 'aws:PrincipalOrgID', 'aws:SourceArn', 'kms:EncryptionContext:a', 'kms:EncryptionContextKeys', 'kms:KeySpec', 'saml:groups'),
    values: elementOf(['true'], ['false'], ['true', 'false']),
  }),
);

/** For several policies at once, so that every request can still be tried. */
const fewConditions = fc.oneof(
  condition(TEXTS, 'kms:ViaService', 's3.r.amazonaws.com', 's3.*', '*'),
  condition(TEXTS, 'kms:CallerAccount', A, B, '1*'),
  condition([...TEXTS, ...SETS], 'kms:EncryptionContext:a', '1', '2', '*'),
  condition(['StringEquals', 'StringNotEquals'], 'aws:ResourceTag/t', '1', '2'),
  condition(['ForAnyValue:StringEquals'], 'kms:ResourceAliases', 'alias/a'),
);

const blockOf = (among: typeof conditions) => fc.array(among, { maxLength: 2 }).map((list) => {
  const block: Record<string, Record<string, string[]>> = {};
  for (const { operator, key, values } of list) block[operator] = { ...block[operator], [key]: values };
  return block;
});
const principals = elementOf<PolicyStatement['Principal']>(
  '*', { AWS: '*' }, { AWS: A }, { AWS: [B] }, { AWS: ROLE }, { AWS: [SESSION, B] }, { AWS: `arn:aws:iam::${A}:user/u` },
  { Service: 's3.amazonaws.com' }, { AWS: A, Service: ['s3.amazonaws.com', 'x.amazonaws.com'] },
);
const statementsWith = (among: typeof conditions) => fc.record({
  Effect: elementOf('Allow', 'Allow', 'Deny'),
  Principal: principals,
  actions: elementOf<Partial<PolicyStatement>>(
    { Action: 'kms:*' }, { Action: '*' }, { Action: 'kms:D*' }, { Action: ['kms:decrypt'] }, { Action: 'kms:CreateGrant' }, { NotAction: 'kms:Decrypt' }),
  Condition: blockOf(among),
}).map(({ actions, ...rest }): PolicyStatement => ({ ...rest, ...actions, Resource: '*' }));
const statements = statementsWith(conditions);
const policies = fc.array(statements, { minLength: 1, maxLength: 3 }).map((Statement) => ({ Version: '2012-10-17', Statement }));

const questions = fc.record({
  actions: fc.oneof(some(...ACTIONS), elementOf('kms:D*rypt')),
  who: fc.option(elementOf<NonNullable<Question['who']>>(
    { anyone: true }, { accounts: [A] }, { accounts: ['*'] }, { services: ['*'] }, { services: ['s3.*'] }, { principals: [ROLE] }, { principals: [SESSION], accounts: [B] },
  ), { nil: undefined }),
  except: fc.option(elementOf<NonNullable<Question['except']>>(
    { accounts: [A] }, { services: ['s3.amazonaws.com'] }, { principals: [ROLE] }, { principals: [SESSION] }, { organizations: ['o-1'] },
    { accounts: [B], services: ['*'] }, { principals: [`arn:aws:iam::${A}:role/*`], organizations: ['o-2'] },
  ), { nil: undefined }),
  context: fc.option(elementOf<NonNullable<Question['context']>>(
    { 'kms:ViaService': 'absent' }, { 'kms:ViaService': 's3.*' }, { 'kms:EncryptionContext:a': 'present' }, { 'aws:SourceAccount': A }, { 'kms:GrantOperations': 'Decrypt' },
  ), { nil: undefined, freq: 1 }),
});

const like = (pattern: string, text: string) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*')}$`).test(text);

/** Whether principal and action are those that a question asks for. */
function concerns({ principal, action }: EvaluateInput['request'], { actions, who = { anyone: true }, except = {} }: Question): boolean {
  const arn = principal === SESSION ? ROLE : principal;
  const selects = ({ accounts = [], services = [], principals: named = [] }: NonNullable<Question['who']>) => principal.startsWith('arn:')
    ? accounts.some((account) => account === '*' || arn.includes(`::${account}:`)) || named.some((name) => like(name, arn) || name === principal)
    : services.some((service) => like(service, principal));
  return [actions].flat().some((pattern) => like(pattern, action)) && (who.anyone === true || selects(who)) && !selects(except);
}

function isAsked(request: EvaluateInput['request'], question: Question): boolean {
  const { context = {} } = request;
  const { except: { organizations = [] } = {}, context: wanted = {} } = question;
  const inContext = Object.entries(wanted).every(([key, pattern]) => {
    const values = [context[key] ?? []].flat().map(String);
    return pattern === 'absent' ? values.length === 0 : values.some((value) => pattern === 'present' || like(pattern, value));
  });
  return inContext && !organizations.includes(String(context['aws:PrincipalOrgID'])) && concerns(request, question);
}

const identityPolicies = [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }];

function keysOf(statementList: readonly PolicyStatement[], { context = {}, except = {} }: Question): Set<string> {
  const keys = statementList.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((block) => Object.keys(block)));
  return new Set([...keys, ...Object.keys(context), ...except.organizations ? ['aws:PrincipalOrgID'] : []].map((key) => key.toLowerCase()));
}

describe('prove', () => {
  it('answers as trying every request does', () => {
    const answers = { yes: 0, no: 0, unknown: 0 };
    fc.assert(fc.property(policies, questions, (keyPolicy, question) => {
      const proof = prove(keyPolicy, question);
      answers[proof.answer]++;
      if (proof.witness) {
        expect(evaluate({ keyPolicy, ...proof.witness }).decision).toBe('allow');
        expect(isAsked(proof.witness.request, question)).toBe(true);
        expect(isPossible(proof.witness.request)).toBe(true);
      }
      if (proof.answer !== 'no') return;
      for (const request of everyRequest(keysOf(keyPolicy.Statement, question), (each) => concerns(each, question))) {
        const { decision } = evaluate({ keyPolicy, identityPolicies, request });
        if (decision === 'allow' && isAsked(request, question)) throw new Error(`no, but ${JSON.stringify(request)}`);
      }
    }), { numRuns: POLICIES });
    console.log(`${POLICIES} policies: ${JSON.stringify(answers)}, unknown ${(100 * answers.unknown / POLICIES).toFixed(2)} %`);
    expect(answers.unknown / POLICIES).toBeLessThan(0.01);
  }, 60_000 + POLICIES * 100);
});

const KEY = `arn:aws:kms:r:${A}:key/k`;
const someStatements = statementsWith(fewConditions);
const ofCaller = fc.array(someStatements, { minLength: 1, maxLength: 2 }).map((list) => ({
  Version: '2012-10-17', Statement: list.map(({ Principal, ...rest }): PolicyStatement => ({ ...rest, Resource: [KEY] })),
}));
const controls = someStatements.map((statement) => ({ Version: '2012-10-17', Statement: [{ ...statement, Effect: 'Deny' }] }));
const grants = fc.record<Grant>({
  GranteePrincipal: elementOf(ROLE, SESSION, A, `arn:aws:iam::${A}:root`, `arn:aws:iam::${B}:role/R`, 's3.amazonaws.com'),
  Operations: elementOf(['Decrypt'], ['CreateGrant', 'DescribeKey']),
  Constraints: elementOf<NonNullable<Grant['Constraints']>>(
    {}, { EncryptionContextSubset: { A: '1' } }, { EncryptionContextEquals: { a: '1' } }, { SourceArn: 'arn:aws:s3:::t' }),
});
const matters = fc.record({
  keyPolicy: fc.array(someStatements, { minLength: 1, maxLength: 3 }).map((Statement) => ({ Version: '2012-10-17', Statement })),
  identityPolicies: fc.array(ofCaller, { maxLength: 2 }),
  permissionsBoundary: fc.option(ofCaller, { nil: undefined }),
  serviceControlPolicies: elementOf(1, 2).chain((levels) => fc.array(ofCaller.map((policy) => [policy]), { maxLength: levels })),
  resourceControlPolicies: fc.array(controls, { maxLength: 1 }),
  grants: fc.array(grants, { maxLength: 1 }),
  request: fc.record({
    principal: elementOf(...CALLERS),
    action: elementOf(...ACTIONS),
    resource: elementOf(KEY),
    context: elementOf<Record<string, string | string[]>>({}, { 'aws:ResourceTag/t': '1' }, { 'kms:ResourceAliases': ['alias/a'] }),
  }),
});

function keysIn({ request: _request, grants: _grants, ...documents }: EvaluateInput): Set<string> {
  const all = Object.values(documents).flat(2);
  const statementList = all.flatMap((policy) => policy?.Statement ?? []);
  return new Set(['kms:encryptioncontext:a', 'aws:sourcearn', ...keysOf(statementList, { actions: [] })]);
}

describe('proveCaller', () => {
  it('answers as trying every request of the caller does', () => {
    fc.assert(fc.property(matters, (matter) => {
      const { answer, witness } = proveCaller(matter);
      if (witness) expect(evaluate({ ...matter, request: witness.request }).decision).toBe('allow');
      const { principal, action, context } = matter.request;
      if (answer !== 'no') return;
      for (const each of everyRequest(keysIn(matter), (request) => request.principal === principal && request.action === action)) {
        const request = { ...matter.request, context: { ...each.context, ...context } };
        if (evaluate({ ...matter, request }).decision === 'allow') throw new Error(`no, but ${JSON.stringify(request)}`);
      }
    }), { numRuns: POLICIES / 2 });
  }, 60_000 + POLICIES * 100);
});

const anyone: Question = { actions: ACTIONS };
const allows = (keyPolicy: EvaluateInput['keyPolicy'], request: EvaluateInput['request']) => evaluate({ keyPolicy, identityPolicies, request }).decision === 'allow';

describe('diff', () => {
  it('misses nothing that trying every request finds', () => {
    fc.assert(fc.property(policies, statements, fc.boolean(), ({ Version, Statement }, other, replaces) => {
      const [before, after] = [{ Version, Statement }, { Version, Statement: [...Statement.slice(replaces ? 1 : 0), other] }];
      const { gained, lost, undecided } = diff(before, after);
      expect(undecided).toEqual([]);
      for (const { witness } of [...gained, ...lost]) expect(allows(before, witness.request)).not.toBe(allows(after, witness.request));
      const covers = (list: typeof gained, action: string) => list.some(({ actions }) => actions.includes(action));
      for (const request of everyRequest(keysOf([...Statement, other], anyone), ({ action }) => !covers(gained, action) || !covers(lost, action))) {
        const [had, has] = [allows(before, request), allows(after, request)];
        if (had !== has && !covers(has ? gained : lost, request.action)) throw new Error(`missed ${JSON.stringify(request)}`);
      }
    }), { numRuns: Math.ceil(POLICIES / 25) });
  }, 60_000 + POLICIES * 100);
});

describe('vacuous', () => {
  it('names only statements that trying every request does not meet', () => {
    fc.assert(fc.property(statements, (statement) => {
      const found = vacuous({ Version: '2012-10-17', Statement: [statement] });
      fc.pre(found.some(({ entry }) => entry === undefined));
      const alone = { Version: '2012-10-17', Statement: [{ ...statement, Effect: 'Allow' }] };
      for (const request of everyRequest(keysOf([statement], anyone), () => true)) expect(allows(alone, request)).toBe(false);
    }), { numRuns: Math.ceil(POLICIES / 20) });
  }, 60_000 + POLICIES * 100);
});
