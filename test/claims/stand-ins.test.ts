import cases from './cases/stand-ins.json';
import { StandIns } from '../../src/claims/stand-ins';
import { PolicyDocument } from '../../src/proof';

interface Resource { readonly type: string; readonly name?: string }
const resources: Readonly<Record<string, Resource>> = cases.resources;
const TEMPLATE = { typeOf: (id: string) => resources[id]?.type, nameOf: (id: string) => resources[id]?.name };
const HERE = { account: '111122223333', region: 'eu-west-1', partition: 'aws', ...TEMPLATE };
const here = (beside: unknown = {}) => new StandIns(HERE, beside);

interface Case { readonly name: string; readonly value: unknown; readonly expected: unknown }
interface PrincipalCase extends Case { readonly opaque?: boolean; readonly account?: string }

describe('text stands for', () => {
  it.each((cases.values as Case[]).map((each) => [each.name, each] as const))('%s', (_, { value, expected }) => expect(here().value(value)).toEqual(expected));
});

describe('nothing stands for', () => {
  it.each(cases.unknown.map((each) => [each.name, each.value] as const))('%s', (_, value) => expect(here().value(value)).toEqual(value));
});

describe('of principals', () => {
  it.each((cases.principals as PrincipalCase[]).map((each) => [each.name, each] as const))('%s', (_, { value, expected, opaque, account }) => {
    const standIns = here();
    expect(standIns.principal(value)).toEqual(expected);
    expect(standIns.opaquePrincipals).toEqual(opaque ? [expected] : []);
    expect(standIns.unknownAccounts).toEqual(account ? [account] : []);
    if (opaque) { expect(standIns.texts.get(String(expected))).toBe(JSON.stringify(value)); }
  });

  it('the same one is the same, and two are two in accounts of their own', () => {
    const standIns = here();
    const arns = ['One', 'Two', 'One'].map((name) => standIns.principal({ 'Fn::ImportValue': name }));
    expect(arns).toEqual(['arn:aws:iam::000000000000:role/opaque-1', 'arn:aws:iam::000000000001:role/opaque-2', 'arn:aws:iam::000000000000:role/opaque-1']);
    expect(standIns.unknownAccounts).toEqual(['000000000000', '000000000001']);
  });
});

describe('a policy is read', () => {
  it.each((cases.policies as Case[]).map((each) => [each.name, each] as const))('with %s', (_, { value, expected }) =>
    expect(here().policy(value as PolicyDocument)).toEqual(expected));
});

describe('where the deployment alone tells', () => {
  const anywhere = (beside: unknown = {}) => new StandIns(TEMPLATE, beside);

  it('the account and the Region, each has a stand-in that is listed', () => {
    const standIns = anywhere();
    expect(standIns.value({ 'Fn::Sub': '${AWS::AccountId} in ${AWS::Region}' })).toBe('000000000000 in xx-region-1');
    expect([...standIns.texts]).toEqual([['000000000000', 'AWS::AccountId'], ['xx-region-1', 'AWS::Region']]);
    expect(standIns.account).toBe('000000000000');
  });

  it('an account, none stands in that the policy or a claim names', () => {
    const standIns = anywhere([{ Statement: [{ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }] }, { accounts: ['000000000001'] }]);
    expect(standIns.account).toBe('000000000002');
    expect(standIns.principal({ 'Fn::ImportValue': 'RoleArn' })).toBe('arn:aws:iam::000000000003:role/opaque-1');
  });

  it('an account, the ARN of the key names it as well, and has it nowhere else', () => {
    const { keyArn, account } = anywhere();
    expect(keyArn.split(account)).toHaveLength(2);
    expect(keyArn).toMatch(/^arn:aws:kms:xx-region-1:000000000000:key\//);
  });
});

it.each([['aws-cn', 'cn-north-1', 'amazonaws.com.cn'], ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com']])('partition %s has its own names', (partition, region, suffix) => {
  const standIns = new StandIns({ ...HERE, partition, region }, {});
  expect(standIns.value({ 'Fn::Sub': '${AWS::Partition} ${AWS::URLSuffix} ${Topic}' })).toBe(`${partition} ${suffix} arn:${partition}:sns:${region}:111122223333:Topic`);
  expect(standIns.keyArn).toMatch(`arn:${partition}:kms:${region}:111122223333:key/`);
});
