import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, prove, PolicyError, QuestionError } from '../../src/proof';
import type { PolicyDocument, PolicyStatement, Question } from '../../src/proof';

interface Corpus {
  readonly about: string;
  readonly policy: PolicyDocument;
  readonly claims: readonly { says: string; question: Question; answer: string; witness?: object; sids?: string[]; reasonHas?: string }[];
}

const FOLDER = join(__dirname, 'corpus');
const corpus = readdirSync(FOLDER).map((file): [string, Corpus] => [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))]);

describe.each(corpus)('%s', (_, { policy, claims }) => {
  it.each(claims.map((claim) => [claim.says, claim] as const))('%s', (_says, { question, answer, witness, sids, reasonHas = '' }) => {
    const proof = prove(policy, question);
    expect(proof).toMatchObject({ answer, ...witness && { witness } });
    expect(proof.reason).toContain(reasonHas);
    if (sids) expect(proof.statements?.map(({ sid }) => sid)).toEqual(sids);
    if (answer === 'yes') expect(evaluate({ keyPolicy: policy, ...proof.witness! }).decision).toBe('allow');
  });
});

const everybody = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
const when = (Condition: PolicyStatement['Condition'], Effect = 'Allow'): PolicyStatement => ({ ...everybody, Effect, Condition });
const policyOf = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const decrypt = { actions: 'kms:Decrypt' };

describe('an answer', () => {
  it('is unknown, with the key, where its values are compared as of two types', () => {
    const policy = policyOf(when({ NumericLessThan: { 'team:size': '5' }, StringLike: { 'team:size': '1*' } }));
    expect(prove(policy, decrypt)).toEqual({ answer: 'unknown', reason: 'Not decided: the policy has team:size, compared as number and as text.' });
  });

  it('is unknown where patterns multiply beyond the cap', () => {
    const stars = Array.from({ length: 12 }, (_, i) => `*${String.fromCharCode(97 + i)}${'?'.repeat(14)}z`);
    const policy = policyOf(...stars.map((pattern) => when({ StringNotLike: { 'kms:EncryptionContext:k': pattern } }, 'Deny')), when({ StringLike: { 'kms:EncryptionContext:k': '*' } }));
    expect(prove(policy, decrypt)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('patterns that take more than 20000 states') });
  });

  it('is yes in spite of what is not followed, where another statement allows it', () => {
    const policy = policyOf(when({ StringEquals: { 'aws:PrincipalTag/a': '${aws:PrincipalTag/b}' } }), { ...everybody, Sid: 'Open' });
    expect(prove(policy, decrypt)).toMatchObject({ answer: 'yes', statements: [{ index: 1, sid: 'Open' }] });
  });

  it('is yes beside a statement that only the deployment completes, which evaluate cannot read', () => {
    const policy = policyOf({ ...everybody, Principal: { AWS: { Ref: 'Role' } as any }, Action: 'kms:Sign' }, { ...everybody, Sid: 'Open' });
    expect(prove(policy, decrypt)).toMatchObject({ answer: 'yes', statements: [{ index: 1, sid: 'Open' }] });
  });

  it('is yes where a policy variable only looks open, if the witness is allowed when evaluated', () => {
    const policy = policyOf(everybody, when({ StringEquals: { 'aws:PrincipalTag/a': '${aws:PrincipalTag/b}' } }, 'Deny'));
    expect(prove(policy, decrypt).answer).toBe('yes');
  });

  it('depends on the account of the key, where the question names the key, for what no other account can do', () => {
    const resource = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
    const question = { actions: 'kms:PutKeyPolicy', except: { accounts: ['111122223333'] }, who: { accounts: ['*'] } };
    expect(prove(policyOf(everybody), question).answer).toBe('yes');
    expect(prove(policyOf(everybody), { ...question, resource }).answer).toBe('no');
    expect(prove(policyOf(everybody), { ...question, actions: 'kms:Decrypt', resource })).toMatchObject({ answer: 'yes', witness: { request: { resource } } });
  });

  it('names a key where the policy is about certain ones', () => {
    const policy = policyOf({ ...everybody, Resource: 'arn:aws:kms:eu-*:111122223333:key/*' });
    expect(prove(policy, decrypt).witness?.request.resource).toMatch(/^arn:aws:kms:eu-.*:111122223333:key\/.+/);
    expect(prove(policy, { ...decrypt, resource: 'arn:aws:kms:us-east-1:111122223333:key/x' }).answer).toBe('no');
  });

  it('holds in the partition of the policy', () => {
    const china = policyOf({ ...everybody, Principal: { AWS: 'arn:aws-cn:iam::111122223333:root' } });
    expect(prove(china, decrypt).witness?.request.principal).toBe('arn:aws-cn:iam::111122223333:role/x');
  });

  it('is not about a call over the public endpoint and over a VPC endpoint at once', () => {
    const both = { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' }, StringEquals: { 'aws:SourceVpce': 'vpce-1234' } };
    expect(prove(policyOf(when(both)), decrypt).answer).toBe('no');
    expect(prove(policyOf(when({ StringEquals: { 'aws:SourceVpce': 'vpce-1234' } })), decrypt).answer).toBe('yes');
  });
});

describe('a request', () => {
  const answerTo = (question: Question, ...statements: PolicyStatement[]) => prove(policyOf(...statements), question).answer;
  const resource = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  const service = { ...everybody, Principal: { Service: 'sns.amazonaws.com' } };

  it('says what does not follow from the rest of it, and nothing else', () => {
    expect(prove(policyOf(everybody), decrypt).witness?.request).toEqual({ principal: 'arn:aws:iam::999999999999:role/x', action: 'kms:Decrypt', context: {} });
    const { context } = prove(policyOf({ ...service, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:444455556666:*' }, Null: { 'aws:SourceAccount': 'false' } } }), decrypt).witness!.request;
    expect(context).toEqual({ 'aws:SourceArn': 'arn:aws:sns:x:444455556666:x', 'aws:SourceAccount': '444455556666' });
  });

  it('for a resource comes with its account, without, or says the account alone', () => {
    const ofTopic = (Condition: PolicyStatement['Condition'], Action: string) => ({ ...service, Action, Condition: { ...Condition, ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } } });
    const statements = [ofTopic({}, 'kms:Encrypt'), ofTopic({ Null: { 'aws:SourceAccount': 'true' } }, 'kms:Decrypt')];
    expect(answerTo({ actions: 'kms:Encrypt' }, ...statements)).toBe('yes');
    expect(answerTo(decrypt, ...statements)).toBe('yes');
    expect(answerTo({ actions: 'kms:Encrypt', context: { 'aws:SourceAccount': '444455556666' } }, statements[0]!)).toBe('no');
    expect(answerTo({ actions: 'kms:Encrypt', context: { 'aws:SourceAccount': '111122223333' } }, statements[0]!)).toBe('yes');
  });

  it('may go without a key that has one value at most', () => {
    const statement = when({ Null: { 'kms:GrantIsForAWSResource': 'true' } });
    const directly = { actions: 'kms:CreateGrant', who: { accounts: ['*'] }, context: { 'kms:ViaService': 'absent' } };
    expect(answerTo(directly, statement)).toBe('yes');
    expect(answerTo(directly, when({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }))).toBe('no');
  });

  it('may have two values of which each meets one condition', () => {
    const statement = when({ 'ForAnyValue:StringEquals': { 'saml:groups': 'a' } });
    expect(prove(policyOf(statement), { ...decrypt, context: { 'saml:groups': 'b' } }).witness?.request.context).toEqual({ 'saml:groups': ['b', 'a'] });
    expect(answerTo({ ...decrypt, context: { 'kms:KeySpec': 'b' } }, when({ 'ForAnyValue:StringEquals': { 'kms:KeySpec': 'a' } }))).toBe('no');
  });

  it('with two values meets no condition that compares one', () => {
    expect(answerTo({ ...decrypt, context: { 'saml:groups': 'b' } }, when({ StringLike: { 'saml:groups': 'a*' } }))).toBe('no');
  });

  it('has a user name if a user makes it', () => {
    const by = (kind: string) => answerTo({ ...decrypt, who: { principals: [`arn:aws:iam::*:${kind}/*`] } }, when({ StringLike: { 'aws:username': '*' } }));
    expect(['user', 'role'].map(by)).toEqual(['yes', 'no']);
  });

  it('of a session is of the role that the policy names, as no account has two of a name', () => {
    const session = { ...everybody, Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/Orders/s' } };
    const role = (path: string): PolicyStatement => ({ ...everybody, Effect: 'Deny', Principal: { AWS: `arn:aws:iam::111122223333:role/${path}` } });
    expect(answerTo(decrypt, session, role('team/Orders'))).toBe('no');
    expect(answerTo(decrypt, session, role('team/Others'))).toBe('yes');
  });

  it('has keys that a key policy does not see', () => {
    const seen = { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/a' } };
    expect(answerTo({ ...decrypt, context: { 'kms:ResourceAliases': 'alias/a' } }, everybody)).toBe('yes');
    expect(answerTo({ ...decrypt, context: { 'kms:ResourceAliases': 'alias/a' } }, when(seen))).toBe('no');
  });

  it('may come from an identity provider, which only such a session has', () => {
    const federated = { ...everybody, Principal: { Federated: 'cognito-identity.amazonaws.com' } };
    expect(prove(policyOf(federated), decrypt).witness?.request.context).toEqual({ 'aws:FederatedProvider': 'cognito-identity.amazonaws.com' });
    expect(answerTo({ ...decrypt, context: { 'aws:FederatedProvider': 'absent' } }, federated)).toBe('no');
    expect(answerTo({ ...decrypt, who: { services: ['*'] } }, federated)).toBe('no');
  });

  it('is of the service that a principal names, or of any where it names all, and patterns are none', () => {
    const of = (Service: string) => answerTo({ ...decrypt, who: { services: ['s?.amazonaws.com'] } }, { ...everybody, Principal: { Service } });
    expect(['*', 's3.amazonaws.com', 'sns.amazonaws.com', 's?.amazonaws.com'].map(of)).toEqual(['yes', 'yes', 'no', 'no']);
  });

  it('is for any key but those that NotResource names', () => {
    const statement = { ...everybody, Resource: undefined, NotResource: resource } as PolicyStatement;
    expect(answerTo({ ...decrypt, resource }, statement)).toBe('no');
    expect(answerTo({ ...decrypt, resource: `${resource}-b` }, statement)).toBe('yes');
  });

  it('has a value in any case where case does not count', () => {
    const statement = when({ StringEqualsIgnoreCase: { 'kms:EncryptionContext:k': 'ab' }, StringLike: { 'kms:EncryptionContext:k': '?B' } });
    expect(prove(policyOf(statement), decrypt).witness?.request.context).toEqual({ 'kms:EncryptionContext:k': 'aB' });
  });

  it('has the characters of ${*} in the older version of policies, and a star in the newer', () => {
    const Statement = when({ StringEquals: { 'kms:EncryptionContext:k': '${*}' } });
    const value = (Version: string) => prove({ Version, Statement }, decrypt).witness?.request.context?.['kms:EncryptionContext:k'];
    expect(['2008-10-17', '2012-10-17', '2008-10-17'].map(value)).toEqual(['${*}', '*', '${*}']);
  });

  it('comes from the partitions that a policy writes, as patterns too', () => {
    const china = when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws-*:iam::111122223333:role/*' } });
    expect(prove(policyOf(china), decrypt).witness?.request.principal).toMatch(/^arn:aws-(cn|us-gov):iam::111122223333:role\//);
  });

  it('of a service may be for what no other account can do', () => {
    expect(answerTo({ actions: 'kms:PutKeyPolicy', resource }, service)).toBe('yes');
  });

  it('is looked for action by action, where who calls or what they send tells them apart', () => {
    const others = { actions: 'kms:*', except: { accounts: ['111122223333'], services: ['*'] }, resource };
    expect(answerTo(others, everybody)).toBe('yes');
    expect(answerTo({ actions: 'kms:*', context: { 'kms:EncryptionContext:a': 'present' } }, everybody)).toBe('yes');
    expect(answerTo({ actions: ['kms:Decapsulate', 'kms:Decrypt'], context: { 'kms:EncryptionContext:a': 'present' } }, everybody)).toBe('yes');
    expect(answerTo({ actions: ['kms:CancelKeyDeletion', 'kms:DescribeKey'], context: { 'kms:EncryptionContext:a': 'present' } }, everybody)).toBe('no');
  });

  it('is looked for again, where what is not followed denies the first one found', () => {
    const oneOf = when({ StringNotEquals: { 'kms:EncryptionContext:a': 'v', 'kms:EncryptionContext:b': 'v' } }, 'Deny');
    const unlessSecond = when({ Null: { 'kms:EncryptionContext:b': 'true' }, StringNotEquals: { 'aws:PrincipalTag/t': '${aws:PrincipalTag/u}' } }, 'Deny');
    const ofTags = when({ StringEquals: { 'aws:PrincipalTag/t': '${aws:PrincipalTag/u}' } }, 'Deny');
    expect(prove(policyOf(everybody, oneOf, unlessSecond, ofTags), decrypt)).toMatchObject({ answer: 'yes', witness: { request: { context: { 'kms:EncryptionContext:b': 'v' } } } });
  });
});

describe('unknown, and what stopped the proof, is the answer to', () => {
  const context = (operator: string, ...values: unknown[]) => when({ [operator]: { 'kms:EncryptionContext:k': values } } as any);
  const otherwise = (elements: object) => ({ ...everybody, ...elements }) as PolicyStatement;
  const number = (value: string) => when({ NumericLessThan: { 'team:size': value } });

  it.each<[string, PolicyStatement, string]>([
    ['a policy variable', context('StringEquals', '${aws:username}'), 'the policy variable ${aws:username} of statement 1'],
    ['a policy variable with a default', context('StringLike', "${aws:PrincipalTag/a, 'b'}"), "the policy variable ${aws:PrincipalTag/a, 'b'} of statement 1"],
    ['a policy variable in a resource', otherwise({ Resource: 'arn:aws:kms:*:*:key/${aws:username}' }), 'the policy variable ${aws:username} of statement 1'],
    ['a token as a value', context('StringEquals', '${Token[TOKEN.7]}'), 'an unresolved token of statement 1'],
    ['a token within a value', context('StringLike', 'a${Token[TOKEN.7]}b'), 'an unresolved token of statement 1'],
    ['a list token', otherwise({ Principal: { AWS: ['#{Token[TOKEN.7]}'] } }), 'an unresolved token of statement 1'],
    ['a number token', when({ NumericLessThan: { 'aws:MultiFactorAuthAge': -1.8881545897087503e+289 } }), 'an unresolved token of statement 1'],
    ['an intrinsic function as a principal', otherwise({ Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } }), 'the intrinsic function Fn::GetAtt of statement 1'],
    ['an intrinsic function as an action', otherwise({ Action: [{ Ref: 'Action' }] }), 'the intrinsic function Ref of statement 1'],
    ['an intrinsic function as a resource', otherwise({ Resource: { 'Fn::Sub': 'a' } }), 'the intrinsic function Fn::Sub of statement 1'],
    ['an intrinsic function as a value', context('StringEquals', { Ref: 'Value' }), 'the intrinsic function Ref of statement 1'],
    ['an intrinsic function as conditions', otherwise({ Condition: { 'Fn::If': ['a', {}, {}] } }), 'the intrinsic function Fn::If of statement 1'],
    ['an intrinsic function as an Effect', otherwise({ Effect: { Ref: 'Effect' } }), 'an unresolved token in place of statement 1'],
    ['an intrinsic function as a statement', { 'Fn::If': ['a', {}, {}] } as any, 'an unresolved token in place of statement 1'],
    ['a number too large', number('10000000000000000'), 'the number 10000000000000000, too large or too small to reason about'],
    ['a number too small', number('0.0000001'), 'the number 1e-7, too large or too small to reason about'],
    ['a date before all years', when({ DateLessThan: { 'aws:TokenIssueTime': '0001-01-01' } }), 'a date outside of the years 1 to 9997'],
    ['a text where a number is', when({ NumericLessThan: { 'aws:MultiFactorAuthAge': '5' }, StringLike: { 'aws:MultiFactorAuthAge': '?' } }),
      'aws:MultiFactorAuthAge, compared as number and as text'],
  ])('%s', (_, statement, construct) => {
    const { answer, reason } = prove(policyOf(statement), decrypt);
    expect({ answer, reason }).toEqual({ answer: 'unknown', reason: `Not decided: the policy has ${construct}.` });
  });

  it('NotPrincipal, for whom it spares; whom it does not is found out by evaluating the witness', () => {
    const policy = policyOf(otherwise({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } }));
    const of = (account: string) => prove(policy, { ...decrypt, who: { principals: [`arn:aws:iam::${account}:root`] } });
    expect(of('111122223333')).toEqual({ answer: 'unknown', reason: 'Not decided: the policy has NotPrincipal of statement 1.' });
    expect(of('444455556666').answer).toBe('yes');
  });

  it('more names of encryption context beside their list than are told apart', () => {
    const names = Array.from({ length: 7 }, (_, i) => `kms:EncryptionContext:k${i}`);
    const pairs = (count: number) => Object.fromEntries(names.slice(0, count).map((name) => [name, 'v']));
    const asking = (count: number) => policyOf(when({ 'StringEquals': pairs(count), 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'k0' } }));
    expect(prove(asking(6), decrypt).answer).toBe('yes');
    expect(prove(asking(7), decrypt)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('beside more than 6 names of encryption context') });
  });

  it('one name of encryption context in two spellings', () => {
    const policy = policyOf(...['a', 'A'].map((name) => when({ 'ForAllValues:StringNotEquals': { 'kms:EncryptionContextKeys': name } }, 'Deny')), everybody);
    expect(prove(policy, decrypt)).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('two spellings of one name of encryption context') });
  });

  it('statements that combine in more ways than are tried', () => {
    // Eight pigeons in seven holes: each Deny by itself can be met, all together cannot, which only trying tells.
    const hole = (i: number, pigeon: number) => ({ [`kms:EncryptionContext:pigeon${pigeon}in${i}`]: 'a' });
    const [pigeons, holes] = [[...Array(8).keys()], [...Array(7).keys()]];
    const everyPigeonSits = pigeons.map((pigeon) => when({ StringNotEquals: Object.assign({}, ...holes.map((i) => hole(i, pigeon))) }, 'Deny'));
    const noTwoShare = holes.flatMap((i) => pigeons.flatMap((one) => pigeons.slice(0, one).map((other) =>
      when({ StringEquals: { ...hole(i, one), ...hole(i, other) } }, 'Deny'))));
    const proof = prove(policyOf(...everyPigeonSits, ...noTwoShare, everybody), decrypt);
    expect(proof).toEqual({ answer: 'unknown', reason: 'Not decided: the policy has statements that combine in more than 20000 ways.' });
  });
});

describe('a service principal that comes through another service', () => {
  const publish = (Condition: PolicyStatement['Condition']) => policyOf({ ...everybody, Principal: { Service: 'events.amazonaws.com' }, Condition });

  it('is a witness with a warning, where nothing else is allowed', () => {
    const { answer, witness, reason } = prove(publish({ StringEquals: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' } }), decrypt);
    expect({ answer, witness }).toMatchObject({ answer: 'yes', witness: { request: { context: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' } } } });
    expect(reason).toMatch(/Beware: the witness is a service principal that reaches the key through another service \(kms:ViaService\)/);
  });

  it('is no witness where the service can come by itself, which needs no warning', () => {
    const { answer, witness, reason } = prove(publish({ StringEqualsIfExists: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' } }), decrypt);
    expect(answer).toBe('yes');
    expect(witness?.request.context).not.toHaveProperty('kms:ViaService');
    expect(reason).not.toContain('Beware');
  });

  it('is no excuse for a no: it counts as possible', () => {
    const sns = publish({ StringLike: { 'kms:ViaService': 'sns.*' } });
    expect(prove(sns, { ...decrypt, context: { 'kms:ViaService': 'absent' } }).answer).toBe('no');
    expect(prove(sns, { ...decrypt, context: { 'kms:ViaService': 'sqs.*' } }).answer).toBe('no');
    expect(prove(sns, { ...decrypt, context: { 'kms:ViaService': 'sns.us-*' } }).answer).toBe('yes');
  });
});

describe('a question', () => {
  it.each<[unknown, string]>([
    [{ actions: 'kms:Decrpyt' }, 'is about no action of AWS KMS: "kms:Decrpyt"'],
    [{ actions: 's3:*' }, 'is about no action of AWS KMS'],
    [{ actions: 'kms:CreateKey' }, 'a key policy has no say over it'],
    [{ actions: [] }, 'names no action'],
    [{ actions: 'kms:Decrypt', who: { acounts: ['111122223333'] } }, 'a field that no question has: "who.acounts"'],
    [{ actions: 'kms:Decrypt', resources: '*' }, 'a field that no question has'],
    [{ actions: 'kms:Decrypt', who: {} }, 'names nobody'],
    [{ actions: 'kms:Decrypt', who: { accounts: [], services: undefined } }, 'names nobody'],
    [{ ...decrypt, who: { accounts: ['1234'] } }, 'names no account: "1234"'],
    [{ ...decrypt, except: { services: 's3.amazonaws.com' } }, "'except.services' of the question is no list"],
    [{ ...decrypt, resource: '1234abcd' }, 'is no key: "1234abcd"'],
  ])('%j is refused', (question, message) => {
    expect(() => prove(policyOf(everybody), question as Question)).toThrow(QuestionError);
    expect(() => prove(policyOf(everybody), question as Question)).toThrow(message);
  });

  it('compares an ARN of the context segment by segment, and other text as it stands', () => {
    const policy = policyOf(when({ ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:*:111122223333:log-group:*' } }));
    const of = (pattern: string) => prove(policy, { ...decrypt, context: { 'kms:EncryptionContext:aws:logs:arn': pattern } }).answer;
    expect([of('arn:*:*:*:444455556666:*'), of('arn:*:*:*:111122223333:*'), of('*:444455556666:*')]).toEqual(['no', 'yes', 'yes']);
  });

  it('about a policy that is none is refused as by evaluate', () => {
    expect(() => prove(policyOf({ ...everybody, Effect: 'allow' }), decrypt)).toThrow(PolicyError);
  });
});

