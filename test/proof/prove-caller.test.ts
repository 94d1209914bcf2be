import { evaluate } from '../../src/proof';
import type { EvaluateInput, PolicyDocument, PolicyStatement } from '../../src/proof';
import { proveCaller } from '../../src/proof/prove-caller';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const READER = 'arn:aws:iam::111122223333:role/Reader';
const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const decrypt = (Condition?: PolicyStatement['Condition'], more: Partial<PolicyStatement> = {}): PolicyStatement =>
  ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY, ...Condition && { Condition }, ...more });
const opening = (Principal: PolicyStatement['Principal'], Condition?: PolicyStatement['Condition'], more: Partial<PolicyStatement> = {}): PolicyStatement =>
  ({ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*', ...Condition && { Condition }, ...more });
const ACCOUNT = { AWS: '111122223333' };
const viaS3 = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } };
const forOrder7 = { StringEquals: { 'kms:EncryptionContext:order': '7' } };

function ask(input: Omit<EvaluateInput, 'request'>, request: Partial<EvaluateInput['request']> = {}) {
  const whole = { ...input, request: { principal: READER, action: 'kms:Decrypt', resource: KEY, ...request } };
  const proof = proveCaller(whole);
  if (proof.witness) expect(evaluate({ ...whole, request: proof.witness.request }).decision).toBe('allow');
  return proof;
}

describe('what a caller can do on some condition', () => {
  it('takes what the key policy and its own policies ask for together', () => {
    const proof = ask({ keyPolicy: policy(opening(ACCOUNT, viaS3)), identityPolicies: [policy(decrypt(forOrder7))] });
    expect(proof).toMatchObject({
      answer: 'yes',
      witness: { request: { context: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:EncryptionContext:order': '7' } } },
      statements: [{ policy: 'identityPolicy' }],
    });
  });

  it('has nothing to do with statements about other actions, whatever the case of its own', () => {
    const other = { Action: 'kms:Encrypt' };
    const keyPolicy = policy(opening('*', undefined, { ...other, Effect: 'Deny' }), opening({ AWS: READER }, forOrder7, other), opening({ AWS: READER }, viaS3));
    const proof = ask({ keyPolicy, identityPolicies: [policy(decrypt(undefined, { ...other, Effect: 'Deny' }))] }, { action: 'KMS:decrypt' });
    expect(proof).toMatchObject({ answer: 'yes', statements: [{ policy: 'keyPolicy', index: 2 }] });
    expect(proof.witness!.request.context).not.toHaveProperty('kms:EncryptionContext:order');
    expect(ask({ keyPolicy }, { action: 'kms:Encrypt' }).answer).toBe('no');
  });

  it('is nothing where these exclude each other', () => {
    const viaSqs = { StringEquals: { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' } };
    expect(ask({ keyPolicy: policy(opening(ACCOUNT, viaS3)), identityPolicies: [policy(decrypt(viaSqs))] }).answer).toBe('no');
  });

  it.each<[string, Omit<EvaluateInput, 'request'>]>([
    ['the account may decide, and has no policy for it', { keyPolicy: policy(opening(ACCOUNT)) }],
    ['its policies name another key', { keyPolicy: policy(opening(ACCOUNT)), identityPolicies: [policy(decrypt(undefined, { Resource: `${KEY}x` }))] }],
    ['only its own policies allow it', { keyPolicy: policy(opening({ AWS: 'arn:aws:iam::111122223333:role/Other' })), identityPolicies: [policy(decrypt())] }],
    ['its boundary leaves it out', {
      keyPolicy: policy(opening({ AWS: READER }, viaS3)), permissionsBoundary: policy(decrypt(undefined, { Action: 'kms:Encrypt' })),
    }],
    ['a service control policy leaves it out', {
      keyPolicy: policy(opening({ AWS: READER }, viaS3)), serviceControlPolicies: [policy(decrypt(undefined, { Action: 'kms:Encrypt' }))],
    }],
    ['its own policy denies it', { keyPolicy: policy(opening({ AWS: READER }, viaS3)), identityPolicies: [policy(decrypt(undefined, { Effect: 'Deny' }))] }],
    ['the key policy denies what it asks for', {
      keyPolicy: policy(opening({ AWS: READER }, viaS3), opening('*', { StringLike: { 'kms:ViaService': '*' } }, { Effect: 'Deny' })),
    }],
  ])('is nothing where %s', (_, input) => {
    expect(ask(input).answer).toBe('no');
  });

  it.each<[string, Omit<EvaluateInput, 'request'>]>([
    ['a key policy that names it', { keyPolicy: policy(opening({ AWS: READER }, viaS3)) }],
    ['a key policy that names everybody', { keyPolicy: policy(opening('*', viaS3)) }],
    ['a Deny that spares a service', {
      keyPolicy: policy(opening({ AWS: READER }), opening('*', { StringNotEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }, { Effect: 'Deny' })),
    }],
    ['a boundary with a condition', { keyPolicy: policy(opening({ AWS: READER })), permissionsBoundary: policy(decrypt(viaS3)) }],
    ['two levels of service control policies', {
      keyPolicy: policy(opening({ AWS: READER })), serviceControlPolicies: [[policy(decrypt(viaS3))], [policy(decrypt(forOrder7))]],
    }],
  ])('is found through %s', (_, input) => {
    expect(ask(input).answer).toBe('yes');
  });

  it.each([
    [{ EncryptionContextSubset: { order: '7' } }, { 'kms:EncryptionContext:order': '7' }],
    [{ EncryptionContextEquals: { order: '7' } }, { 'kms:EncryptionContext:order': '7' }],
    [{ SourceArn: 'arn:aws:s3:::orders' }, undefined],
  ])('is found through a grant with the constraint %j, unless nobody can meet it', (Constraints, context) => {
    const keyPolicy = policy(opening({ AWS: 'arn:aws:iam::111122223333:role/Other' }));
    const grants = [{ GranteePrincipal: READER, Operations: ['Decrypt'], Constraints }];
    expect(ask({ keyPolicy, grants })).toMatchObject(context ? { answer: 'yes', witness: { request: { context } } } : { answer: 'no' });
    expect(ask({ keyPolicy, grants }, { action: 'kms:Encrypt' }).answer).toBe('no');
  });

  it('is found through a grant whose constraints do not bind the operation, and beside grants to services', () => {
    const keyPolicy = policy(opening({ AWS: 'arn:aws:iam::111122223333:role/Other' }));
    const grants = [
      { GranteePrincipal: 'dynamodb.eu-west-1.amazonaws.com', Operations: ['DescribeKey'] },
      { GranteePrincipal: READER, Operations: ['DescribeKey'], Constraints: { EncryptionContextSubset: { order: '7' } } },
    ];
    expect(ask({ keyPolicy, grants }, { action: 'kms:DescribeKey' }).answer).toBe('yes');
    expect(ask({ keyPolicy, grants: grants.slice(0, 1) }, { action: 'kms:DescribeKey' }).answer).toBe('no');
  });

  it('takes tags of the key in a resource control policy as they are', () => {
    const unlessTagged = opening('*', { StringNotEquals: { 'aws:ResourceTag/team': 'orders' } }, { Effect: 'Deny' });
    const tagged = (team: string) => ask(
      { keyPolicy: policy(opening({ AWS: READER }, viaS3)), resourceControlPolicies: [policy(unlessTagged)] }, { context: { 'aws:ResourceTag/team': team } });
    expect(tagged('orders').answer).toBe('yes');
    expect(tagged('billing').answer).toBe('no');
  });

  it('is not denied for a tag of a session that it may have', () => {
    const ownTeam = [policy(decrypt({ StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } }))];
    const keyPolicy = policy(opening(ACCOUNT));
    const of = (context: Record<string, string>) => ask({ keyPolicy, identityPolicies: ownTeam }, { context: { 'aws:ResourceTag/team': 'orders', ...context } });
    expect(of({}).answer).toBe('unknown');
    expect(of({ 'aws:PrincipalTag/team': 'orders' }).answer).toBe('yes');
    expect(of({ 'aws:PrincipalTag/team': 'billing' }).answer).toBe('no');
  });

  it('may come from an identity provider', () => {
    const keyPolicy = policy(opening({ Federated: 'accounts.google.com' }));
    expect(ask({ keyPolicy })).toMatchObject({ answer: 'yes', witness: { request: { context: { 'aws:FederatedProvider': 'accounts.google.com' } } } });
    expect(ask({ keyPolicy }, { principal: 'arn:aws:iam::111122223333:user/Reader' }).answer).toBe('no');
  });

  it.each(['absent', 'present', '', 'arn:x', '*'])('takes %j in the context for a value', (order) => {
    const keyPolicy = policy(opening({ AWS: READER }, { StringEquals: { 'kms:EncryptionContext:order': order, ...viaS3.StringEquals } }));
    expect(ask({ keyPolicy }, { context: { 'kms:EncryptionContext:order': order } }).answer).toBe('yes');
  });

  it('leaves the context as it is given, and knows the tags and aliases of the key', () => {
    const keyPolicy = policy(opening(ACCOUNT));
    const byTag = [policy(decrypt({ StringEquals: { 'aws:ResourceTag/team': 'orders', ...forOrder7.StringEquals } }))];
    const tagged = (team: string) => ask({ keyPolicy, identityPolicies: byTag }, { context: { 'aws:ResourceTag/team': team } });
    expect(tagged('orders')).toMatchObject({ answer: 'yes', witness: { request: { context: { 'aws:ResourceTag/team': 'orders' } } } });
    expect(tagged('billing').answer).toBe('no');
    expect(ask({ keyPolicy: policy(opening({ AWS: READER }, viaS3)) }, { context: { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' } }).answer).toBe('no');
  });

  it('of another account needs that account too, and only where the operation works across accounts', () => {
    const principal = 'arn:aws:iam::444455556666:role/Theirs';
    const keyPolicy = policy(opening({ AWS: principal }, viaS3));
    const identityPolicies = [policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })];
    expect(ask({ keyPolicy }, { principal }).answer).toBe('no');
    expect(ask({ keyPolicy, identityPolicies }, { principal }).answer).toBe('yes');
    expect(ask({ keyPolicy, identityPolicies }, { principal, action: 'kms:PutKeyPolicy' }).answer).toBe('no');
  });

  it('of a service principal asks for what the service sends', () => {
    const principal = 'logs.eu-west-1.amazonaws.com';
    const keyPolicy = policy(opening({ Service: principal }, { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:111122223333:*' } }));
    expect(ask({ keyPolicy }, { principal })).toMatchObject({ answer: 'yes', statements: [{ policy: 'keyPolicy', index: 0 }] });
    expect(ask({ keyPolicy }, { principal: 'sns.amazonaws.com' }).answer).toBe('no');
  });

  it('is unknown where a policy variable decides', () => {
    const own = { StringEquals: { 'kms:EncryptionContext:tenant': '${aws:PrincipalTag/tenant}' } };
    expect(ask({ keyPolicy: policy(opening({ AWS: READER }, own)) })).toMatchObject({ answer: 'unknown', reason: expect.stringContaining('${aws:PrincipalTag/tenant}') });
  });

  it('is asked with a key policy', () => {
    expect(() => ask({})).toThrow('There is no key policy');
  });
});
