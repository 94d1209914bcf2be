import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyError, vacuous } from '../../src/proof';
import type { PolicyStatement } from '../../src/proof';

const ROLE = 'arn:aws:iam::111122223333:role/Orders';
const statement = (elements: object): PolicyStatement =>
  JSON.parse(JSON.stringify({ Sid: 'S', Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:Decrypt', Resource: '*', ...elements }));
const findings = (elements: object) => vacuous({ Version: '2012-10-17', Statement: [statement(elements)] });
const equal = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
const service = { Principal: { Service: 'sns.amazonaws.com' } };

describe('a statement that no request meets', () => {
  it.each<[string, object, string]>([
    ['asks DescribeKey for encryption context', { Action: 'kms:DescribeKey', ...equal('kms:EncryptionContext:a', 'b') },
      'Its condition StringEquals kms:EncryptionContext:a "b" never holds for kms:DescribeKey: only CreateGrant, Decrypt, Encrypt, '],
    ['asks a service principal for its organization', { ...service, ...equal('aws:PrincipalOrgID', 'o-exampleorg1') }, 'a service principal never has it'],
    ['asks a service principal for its account', { ...service, ...equal('kms:CallerAccount', '111122223333') }, 'it is for principals of accounts'],
    ['asks a role for a source', equal('aws:SourceAccount', '111122223333'), 'only service principals send it'],
    ['asks a cryptographic operation for a grant', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
      'only CreateGrant, ListGrants, RevokeGrant can have it.'],
    ['asks for the aliases of the key', { Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/a' } } }, 'in identity policies only'],
    ['writes a star where none counts', { ...equal('kms:ViaService', 's3.*.amazonaws.com') }, 'no request has such a value'],
    ['asks anybody for an account that is none', { Principal: '*', ...equal('aws:SourceAccount', 'orders') }, 'no request has such a value'],
    ['asks a role and a service for one', { Principal: { AWS: ROLE, ...service.Principal }, ...equal('aws:SourceAccount', 'orders') }, 'no request has such a value'],
    ['is a Deny that spares everybody', { Effect: 'Deny', ...equal('aws:SourceAccount', '111122223333') }, 'only service principals send it'],
    ['misspells its action', { Action: 'kms:Decrpyt' }, 'AWS KMS has no action kms:Decrpyt; kms:Decrypt was meant.'],
    ['names an action of another service', { Action: 's3:GetObject' }, 's3:GetObject is no action of AWS KMS.'],
    ['names an action without a key', { Action: 'kms:CreateKey' }, 'identity policies alone decide about it'],
    ['contradicts itself', { Condition: { StringEquals: { 'kms:KeySpec': 'SM2' }, Null: { 'kms:KeySpec': 'true' }, Bool: { 'aws:SecureTransport': 'true' } } },
      'Its conditions exclude each other: StringEquals kms:KeySpec "SM2" and Null kms:KeySpec "true".'],
  ])('%s', (_, elements, reason) => {
    expect(findings(elements)).toEqual([{ kind: 'neverMatches', index: 0, sid: 'S', reason: expect.stringContaining(reason) }]);
  });
});

describe('a part that no request meets', () => {
  it('is an action that has no encryption context beside one that has', () => {
    expect(findings({ Action: ['kms:Decrypt', 'kms:DescribeKey'], ...equal('kms:EncryptionContext:a', 'b') }))
      .toEqual([{ kind: 'neverMatches', index: 0, sid: 'S', entry: 'kms:DescribeKey', reason: expect.stringContaining('never holds for kms:DescribeKey') }]);
  });

  it('is a role beside a service that sends its source', () => {
    expect(findings({ Principal: { AWS: ROLE, Service: 'sns.amazonaws.com' }, ...equal('aws:SourceAccount', '111122223333') }))
      .toMatchObject([{ entry: ROLE, reason: expect.stringContaining('only service principals send it') }]);
  });

  it('is a misspelt action beside a right one', () => {
    expect(findings({ Action: ['kms:Decrypt', 'kms:Encrpyt'] })).toMatchObject([{ entry: 'kms:Encrpyt' }]);
  });
});

describe('PutKeyPolicy refuses', () => {
  it.each<[string, object, string]>([
    ['the ARN of a key', { Resource: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd' }, 'Its Resource is not *'],
    ['NotResource', { Resource: undefined, NotResource: '*' }, 'Its Resource is not *'],
    ['no resource', { Resource: undefined }, 'Its Resource is not *'],
    ['no action', { Action: undefined }, 'It has no Action'],
  ])('%s', (_, elements, reason) => {
    expect(findings(elements)).toMatchObject([{ kind: 'refused', reason: expect.stringContaining(reason) }]);
  });
});

describe('nothing is found in', () => {
  it.each<[string, object]>([
    ['a plain statement', {}],
    ['all actions', { Action: 'kms:*' }],
    ['what is not one action', { Action: undefined, NotAction: 'kms:Decrypt' }],
    ['a service with its source', { ...service, ...equal('aws:SourceAccount', '111122223333') }],
    ['a service that comes through another', { ...service, ...equal('kms:ViaService', 'sns.eu-west-1.amazonaws.com') }],
    ['a value that is known at the deployment', { Condition: { StringEquals: { 'aws:PrincipalOrgID': { Ref: 'Organization' } } } }],
    ['a principal that is known at the deployment', { Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } }],
    ['an action that is known at the deployment', { Action: { 'Fn::If': ['Sign', 'kms:Sign', 'kms:Decrypt'] } }],
    ['a resource that is known at the deployment', { Resource: { Ref: 'Resource' } }],
    ['conditions that are known at the deployment', { Condition: { 'Fn::If': ['Strict', equal('aws:SourceAccount', 'a').Condition, {}] } }],
    ['an Effect that is known at the deployment', { Effect: { Ref: 'Effect' } }],
    ['a Deny of a value that is known at the deployment', { Effect: 'Deny', ...service, ...equal('aws:PrincipalOrgID', '${Token[TOKEN.7]}') }],
    ['a principal beside one that is known at the deployment', { Principal: { AWS: [ROLE, { Ref: 'Role' }] } }],
    ['what is not decided', { Condition: { NumericLessThan: { 'team:size': '5' }, StringLike: { 'team:size': 'a*' } } }],
    ['a policy variable', equal('kms:EncryptionContext:user', '${aws:username}')],
  ])('%s', (_, elements) => {
    expect(findings(elements)).toEqual([]);
  });
});

it('numbers its findings by the statements of the policy, whatever is refused or unknown among them', () => {
  const idle = equal('aws:SourceAccount', '111122223333');
  const policy = [{ Resource: 'arn:aws:kms:eu-west-1:111122223333:key/a' }, idle, { Action: undefined, ...idle }, { Effect: 'Deny', ...idle }, {}].map(statement);
  const Statement = [...policy, { 'Fn::If': ['A', statement({}), statement(idle)] } as any, statement({ ...service, ...idle, Action: ['kms:Sign', 'kms:Nonsense'] })];
  expect(vacuous({ Version: '2012-10-17', Statement }).map(({ index, kind, entry }) => [index, kind, entry])).toEqual([
    [0, 'refused', undefined], [1, 'neverMatches', undefined], [2, 'refused', undefined], [3, 'neverMatches', undefined], [6, 'neverMatches', 'kms:Nonsense'],
  ]);
});

it('throws on what is no statement', () => {
  expect(() => vacuous({ Version: '2012-10-17', Statement: [null as any] })).toThrow(PolicyError);
  expect(() => vacuous({ Version: '2012-10-17', Statement: [statement({ Effect: 'allow' })] })).toThrow(PolicyError);
});

const FOLDER = join(__dirname, 'corpus');
const corpus = readdirSync(FOLDER).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))] as const);

it.each(corpus.filter(([, { vacuous: sids }]) => sids))('the policy %s has the idle statements that it says', (_, { policy, vacuous: sids }) => {
  expect(vacuous(policy).map(({ sid }) => sid)).toEqual(sids);
});
