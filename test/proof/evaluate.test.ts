import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, PolicyError, RequestError } from '../../src/proof';
import type { EvaluateInput, PolicyDocument, PolicyStatement } from '../../src/proof';

const ACCOUNT = '111122223333';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Orders`;

interface Case {
  readonly name: string;
  readonly input: any;
  readonly expected: any;
}

/** Cases are data; `null` there takes a default away. */
function cases(topic: string): Case[] {
  return JSON.parse(readFileSync(join(__dirname, 'cases', `${topic}.json`), 'utf8'));
}

function withoutNulls<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null)) as T;
}

const policy = (Statement: readonly PolicyStatement[] | undefined): PolicyDocument | undefined => Statement && { Version: '2012-10-17', Statement };

/** In the data a policy is the list of its statements. */
function inputOf({ keyPolicy, permissionsBoundary, serviceControlPolicyLevels: levels, request, grants, ...lists }: any): EvaluateInput {
  const policies = Object.fromEntries(Object.entries<any>(lists).map(([kind, list]) => [kind, list.map(policy)]));
  if (levels) policies['serviceControlPolicies'] = levels.map((level: PolicyStatement[][]) => level.map(policy));
  return {
    ...policies,
    grants,
    keyPolicy: policy(keyPolicy),
    permissionsBoundary: policy(permissionsBoundary),
    request: withoutNulls({ resource: KEY, action: 'kms:Decrypt', ...request }),
  };
}

describe.each(['principals', 'sessions', 'delegation', 'cross-account', 'boundaries', 'control-policies', 'grants'])('%s', (topic) => {
  it.each(cases(topic))('$name', ({ input, expected }) => {
    const { reasonHas = '', ...outcome } = expected;
    const evaluation = evaluate(inputOf(input));
    expect(evaluation).toMatchObject(outcome);
    expect(evaluation.reason).toContain(reasonHas);
  });
});

/** One statement for everybody, as an Allow and as a Deny: it applies in both or in neither. */
function applies({ statement = {}, condition, principal = ROLE, action = 'kms:Decrypt', context = {}, version = '2012-10-17' }: any): boolean {
  const base = { Principal: '*', Action: 'kms:*', Resource: '*', ...(condition && { Condition: condition }), ...statement };
  const document = (...effects: string[]) => withoutNulls({
    Version: version,
    Statement: effects.map((Effect) => withoutNulls({ ...base, Effect })),
  });
  const request = { principal, action, resource: KEY, context };
  const alone = evaluate({ keyPolicy: document('Allow'), request }).decision;
  const opened = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  const denial = document('Deny');
  const against = evaluate({ keyPolicy: { ...denial, Statement: [opened, ...denial.Statement] }, request }).decision;
  expect([alone, against]).toEqual(alone === 'allow' ? ['allow', 'explicitDeny'] : ['implicitDeny', 'allow']);
  return alone === 'allow';
}

describe.each(['matching', 'conditions', 'variables', 'request-physics'])('%s', (topic) => {
  it.each(cases(topic))('$name', ({ input, expected }) => {
    expect(applies(input)).toBe(expected);
  });
});

describe('what is not a policy', () => {
  const valid = { Sid: 'S', Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
  const request = { principal: ROLE, action: 'kms:Decrypt', resource: KEY };

  it.each(cases('invalid'))('$name', ({ input, expected }) => {
    const keyPolicy = { Version: '2012-10-17', Statement: withoutNulls({ ...valid, ...input }) };
    expect(() => evaluate({ keyPolicy, request })).toThrow(PolicyError);
    expect(() => evaluate({ keyPolicy, request })).toThrow(expected);
  });

  it('names fact, what was given, what is allowed and the remedy one by one', () => {
    const keyPolicy = { Statement: [{ ...valid, Effect: 'Permit' }] };
    expect(() => evaluate({ keyPolicy, request })).toThrow(expect.objectContaining({
      name: 'PolicyError',
      fact: "Statement 'S' of the key policy has an invalid Effect",
      given: 'Permit',
      allowed: 'it is Allow or Deny, spelt so',
      remedy: 'Write one of them.',
    }));
  });

  it('names no principal in an identity policy', () => {
    expect(() => evaluate({ identityPolicies: [{ Statement: valid }], request })).toThrow('only key policies and resource control policies name principals');
  });

  it.each([[{ Version: '2012-10-18', Statement: [] }, 'unknown Version'], [{}, 'is not a policy'], ['{}', 'is not a policy'], [{ Statement: [null] }, 'Statement 1']])(
    'is not %j', (keyPolicy, message) => {
      expect(() => evaluate({ keyPolicy: keyPolicy as any, request })).toThrow(PolicyError);
      expect(() => evaluate({ keyPolicy: keyPolicy as any, request })).toThrow(message);
    });
});

describe('what is not a request', () => {
  it.each(['', 'Orders', 'arn:aws:iam::111122223333:group/g', 'arn:aws:iam::1:role/R', 'arn:aws:sts::111122223333:assumed-role/R', '*'])(
    'has no principal %j', (principal) => {
      expect(() => evaluate({ request: { principal, action: 'kms:Decrypt' } })).toThrow(RequestError);
    });

  it('has no resource without an account', () => {
    expect(() => evaluate({ request: { principal: ROLE, action: 'kms:Decrypt', resource: '1234abcd' } })).toThrow(RequestError);
  });

  it.each([`arn:aws:iam::${ACCOUNT}:role/Billing`, 'arn:aws:iam::222222222222:role/Orders'])('has no session whose aws:PrincipalArn is %s', (arn) => {
    const principal = `arn:aws:sts::${ACCOUNT}:assumed-role/Orders/s`;
    const context = { 'aws:PrincipalArn': arn };
    expect(() => evaluate({ request: { principal, action: 'kms:Decrypt', context } })).toThrow("'aws:PrincipalArn' is not the role of a session of Orders");
  });
});

describe('a reason', () => {
  const statement = (Condition: PolicyStatement['Condition']) => ({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', Condition });
  const reason = (Condition: PolicyStatement['Condition'], context = {}, principal = ROLE) =>
    evaluate({ keyPolicy: { Statement: [statement(Condition)] }, request: { principal, action: 'kms:Decrypt', resource: KEY, context } }).reason;

  it('names every condition that failed and none that held', () => {
    expect(reason({ StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:EncryptionContext:a': 'x' }, Bool: { 'kms:GrantIsForAWSResource': true } }))
      .toMatch(/Statement 1 of the key policy, but its condition StringEquals kms:EncryptionContext:a "x" does not hold: .*; and its condition Bool kms:GrantIsForAWSResource true/);
  });

  it('prefers the statement with the fewest failing conditions', () => {
    const keyPolicy = { Statement: [statement({ Bool: { 'a:a': true, 'b:b': true } }), { ...statement({ Bool: { 'c:c': true } }), Sid: 'Near' }] };
    expect(evaluate({ keyPolicy, request: { principal: ROLE, action: 'kms:Decrypt', resource: KEY } }).reason).toContain("Nearest: Statement 'Near'");
  });

  it('shows three of many values', () => {
    expect(reason({ StringEquals: { 'kms:ViaService': ['a', 'b', 'c', 'd', 'e'] } })).toContain('kms:ViaService "a" or "b" or "c" or 2 more does not hold');
  });

  it.each<[string, PolicyStatement['Condition'], object, string, string]>([
    ['a role sends no aws:SourceArn', { ArnLike: { 'aws:SourceArn': '*' } }, {}, ROLE, 'the request has no aws:SourceArn (only service principals send it)'],
    ['a service has no organization', { StringEquals: { 'aws:PrincipalOrgID': 'o' } }, {}, 's3.amazonaws.com', '(a service principal never has it)'],
    ['a negated operator excludes the value', { StringNotEquals: { 'a:b': 'x' } }, { 'a:b': 'x' }, ROLE, 'the request has a value that it excludes'],
    ['several values need a set operator', { StringEquals: { 'a:b': 'x' } }, { 'a:b': ['x', 'y'] }, ROLE, 'which only ForAnyValue: and ForAllValues: compare'],
    ['the key should be absent', { Null: { 'a:b': true } }, { 'a:b': 'x' }, ROLE, 'the request has it'],
  ])('says that %s', (_, condition, context, principal, expected) => {
    expect(reason(condition, context, principal)).toContain(expected);
  });
});

describe('a policy', () => {
  it('may have one statement that is not in a list', () => {
    const keyPolicy = { Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' } };
    expect(evaluate({ keyPolicy, request: { principal: ROLE, action: 'kms:Decrypt' } }).decision).toBe('allow');
  });

  it('that stands in several places is read for each', () => {
    const all = { Statement: [{ Sid: 'All', Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };
    const keyPolicy = { Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' }] };
    const request = { principal: ROLE, action: 'kms:Decrypt' };
    expect(evaluate({ keyPolicy, identityPolicies: [all], permissionsBoundary: all, serviceControlPolicies: [all], request }))
      .toMatchObject({ decision: 'allow', statement: { policy: 'identityPolicy', policyIndex: 0 } });
    expect(evaluate({ keyPolicy, identityPolicies: [{ Statement: [] }, all], request })).toMatchObject({ statement: { policyIndex: 1 } });
    const none = { Statement: [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }] };
    expect(evaluate({ keyPolicy, identityPolicies: [none], serviceControlPolicies: [none], request }))
      .toMatchObject({ decision: 'explicitDeny', statement: { policy: 'serviceControlPolicy' } });
  });
});

describe('the context of a request', () => {
  /** How often it is read when the key policy has these conditions. */
  function readings(Principal: PolicyStatement['Principal'], Condition?: PolicyStatement['Condition']): number {
    let times = 0;
    const request = { principal: ROLE, action: 'kms:Decrypt', get context() { times++; return { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }; } };
    evaluate({ keyPolicy: { Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*', Condition }] }, request });
    return times;
  }
  const condition = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': ACCOUNT } };

  it('is read once where a condition looks at it', () => {
    expect(readings({ AWS: ROLE }, condition)).toBe(1);
  });

  it('is not read where no statement that is about the request looks at it', () => {
    expect(readings({ AWS: ROLE })).toBe(0);
    expect(readings({ Service: 'logs.amazonaws.com' }, condition)).toBe(0);
  });
});
