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

describe('a question', () => {
  it.each<[unknown, string]>([
    [{ actions: 'kms:Decrpyt' }, 'is about no action of AWS KMS: "kms:Decrpyt"'],
    [{ actions: 's3:*' }, 'is about no action of AWS KMS'],
    [{ actions: 'kms:CreateKey' }, 'a key policy has no say over it'],
    [{ actions: [] }, 'names no action'],
    [{ ...decrypt, who: { accounts: ['1234'] } }, 'names no account: "1234"'],
    [{ ...decrypt, except: { services: 's3.amazonaws.com' } }, "'except.services' of the question is no list"],
    [{ ...decrypt, resource: '1234abcd' }, 'is no key: "1234abcd"'],
  ])('%j is refused', (question, message) => {
    expect(() => prove(policyOf(everybody), question as Question)).toThrow(QuestionError);
    expect(() => prove(policyOf(everybody), question as Question)).toThrow(message);
  });

  it('about a policy that is none is refused as by evaluate', () => {
    expect(() => prove(policyOf({ ...everybody, Effect: 'allow' }), decrypt)).toThrow(PolicyError);
  });
});

