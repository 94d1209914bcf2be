import { diff, evaluate } from '../../src/proof';
import type { Access, PolicyDocument, PolicyStatement } from '../../src/proof';

const ROOT = 'arn:aws:iam::111122223333:root';
const plain = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:Decrypt', Resource: '*' };
const statement = (elements: Partial<PolicyStatement>): PolicyStatement => ({ ...plain, ...elements });
const policy = (...Statement: Partial<PolicyStatement>[]): PolicyDocument => ({ Version: '2012-10-17', Statement: Statement.map(statement) });
const account = policy({});
const ORGANIZATION = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } };

/** Each witness is allowed by the one policy and not by the other. */
function checked(before: PolicyDocument, after: PolicyDocument) {
  const result = diff(before, after);
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

  it('says what it does not follow, and finds what it does', () => {
    const after = policy({}, { Sid: 'Role', Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } as any } }, { Principal: { AWS: '444455556666' } });
    const { gained, undecided } = diff(account, after);
    expect(gained).toMatchObject([{ index: 2 }]);
    expect(undecided).toEqual(["the intrinsic function Fn::GetAtt of statement 'Role'"]);
  });
});
