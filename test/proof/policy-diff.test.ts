import { diff, evaluate, QuestionError } from '../../src/proof';
import type { Access, PolicyDocument, PolicyStatement, Question } from '../../src/proof';

const ROOT = 'arn:aws:iam::111122223333:root';
const plain = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:Decrypt', Resource: '*' };
const statement = (elements: Partial<PolicyStatement>): PolicyStatement => ({ ...plain, ...elements });
const policy = (...Statement: Partial<PolicyStatement>[]): PolicyDocument => ({ Version: '2012-10-17', Statement: Statement.map(statement) });
const account = policy({});
const ORGANIZATION = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } };

/** Each witness is allowed by the one policy and not by the other. */
function checked(before: PolicyDocument, after: PolicyDocument, question?: Question) {
  const result = diff(before, after, question);
  const decide = (keyPolicy: PolicyDocument, witness: any) => evaluate({ keyPolicy, ...witness }).decision;
  const both = ({ witness }: Access) => [decide(before, witness), decide(after, witness)];
  for (const access of result.gained) expect(both(access)).toEqual([expect.stringMatching('Deny'), 'allow']);
  for (const access of result.lost) expect(both(access)).toEqual(['allow', expect.stringMatching('Deny')]);
  return result;
}

describe('diff', () => {
  it.each<[string, PolicyDocument, PolicyDocument]>([
    ['a policy and itself', account, account],
    ['other words for the same', policy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }), policy({ Principal: { AWS: '111122223333' } }, { Action: 'kms:ENCRYPT' })],
    ['what another statement gives already', account, policy({}, { Condition: ORGANIZATION })],
    ['a Deny of what nobody could', account, policy({}, { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt' })],
    ['a Deny and its condition', policy({}, { Effect: 'Deny', Condition: { StringNotEquals: ORGANIZATION.StringEquals } }), policy({ Condition: ORGANIZATION })],
  ])('finds nothing between %s', (_, before, after) => {
    expect(diff(before, after)).toEqual({ gained: [], lost: [], undecided: [] });
    expect(diff(after, before)).toEqual({ gained: [], lost: [], undecided: [] });
  });

  it('finds access that is new, with the statement that gives it', () => {
    const { gained, lost } = checked(account, policy({}, { Sid: 'Open', Principal: '*', Condition: ORGANIZATION }));
    expect(gained).toEqual([{
      actions: ['kms:Decrypt'],
      index: 1,
      sid: 'Open',
      witness: { request: expect.objectContaining({ principal: 'arn:aws:iam::999999999999:role/x', action: 'kms:Decrypt' }) },
    }]);
    expect(lost).toEqual([]);
  });

  it('finds access that a Deny takes away, and that its removal gives back', () => {
    const after = policy({}, { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:ViaAWSService': 'true' } } });
    const request = { action: 'kms:Decrypt', context: { 'kms:ViaService': 'x.x.amazonaws.com' } };
    expect(checked(account, after)).toMatchObject({ gained: [], lost: [{ actions: ['kms:Decrypt'], witness: { request } }] });
    expect(checked(after, account)).toMatchObject({ gained: [{ index: 0 }], lost: [] });
  });

  it('finds both ways', () => {
    const { gained, lost } = checked(policy({ Action: 'kms:Enc*' }), policy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }));
    expect(gained.flatMap(({ actions }) => actions)).toEqual(['kms:Decrypt']);
    expect(lost.flatMap(({ actions }) => actions)).toEqual(['kms:Encapsulate']);
  });

  describe('limited by a question', () => {
    const before = policy({ Principal: '*', Action: 'kms:Encrypt' });
    const after = policy({ Principal: '*', Action: ['kms:Decrypt', 'kms:Sign'] });
    const gained = (question?: Question) => checked(before, after, question).gained.map(({ actions }) => actions.join());
    const outside = { actions: 'kms:*', except: { accounts: ['111122223333'], services: ['*'] } };

    it('finds what others than an account gained, and no caller of the account', () => {
      const { gained: found, lost } = checked(before, after, outside);
      expect(found.map(({ actions }) => actions)).toEqual([['kms:Decrypt', 'kms:Sign']]);
      expect(lost.map(({ actions }) => actions)).toEqual([['kms:Encrypt']]);
      for (const { witness } of [...found, ...lost]) expect(witness.request.principal).toMatch(/^arn:aws:iam::(?!111122223333)/);
    });

    it('finds nothing for those who gained nothing', () => {
      expect(diff(account, policy({ Action: 'kms:*' }), outside)).toEqual({ gained: [], lost: [], undecided: [] });
      expect(diff(account, policy({ Action: 'kms:*' })).gained).not.toEqual([]);
    });

    it('finds the actions asked for', () => {
      expect(gained({ actions: 'kms:Si*' })).toEqual(['kms:Sign', 'kms:Sign']); // by a principal of an account, by a service
      expect(gained({ actions: 'kms:Sign', who: { accounts: ['*'] } })).toEqual(['kms:Sign']);
      expect(gained({ actions: 'kms:Encrypt' })).toEqual([]);
    });

    it('finds what the context leaves', () => {
      const organization = policy({ Principal: '*', Condition: ORGANIZATION });
      expect(checked(account, organization, { actions: 'kms:Decrypt', context: { 'aws:PrincipalOrgID': 'absent' } })).toMatchObject({ gained: [] });
      expect(checked(account, organization, { actions: 'kms:Decrypt', context: { 'aws:PrincipalOrgID': 'o-ex*' } })).toMatchObject({ gained: [{ index: 0 }] });
    });

    it('is undecided only where it asks', () => {
      const unknown = policy({}, { Sid: 'Role', Action: 'kms:Sign', Principal: { AWS: { Ref: 'Role' } as any } });
      expect(diff(account, unknown, { actions: 'kms:Decrypt' }).undecided).toEqual([]);
      expect(diff(account, unknown, { actions: 'kms:Sign' }).undecided).toEqual(["the intrinsic function Ref of statement 'Role'"]);
    });

    it('refuses a question that is none', () => {
      expect(() => diff(account, account, { actions: 'kms:Decrpyt' })).toThrow(QuestionError);
    });
  });

  it('says what it does not follow, and finds what it does', () => {
    const after = policy({}, { Sid: 'Role', Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } as any } }, { Principal: { AWS: '444455556666' } });
    const { gained, undecided } = diff(account, after);
    expect(gained).toMatchObject([{ index: 2 }]);
    expect(undecided).toEqual(["the intrinsic function Fn::GetAtt of statement 'Role'"]);
  });
});
