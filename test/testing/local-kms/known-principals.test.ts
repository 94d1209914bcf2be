import { ACCOUNT, accountStatement, exceptionOf, keyPolicy, OTHER_ACCOUNT, ROOT } from './scene';
import { LocalKms, type LocalKmsOptions } from '../../../src/testing';

const iam = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const sts = (resource: string) => `arn:aws:sts::${ACCOUNT}:${resource}`;

const PRINCIPALS = { A: { arn: iam('role/orders/Reader') }, B: { arn: iam('user/Ann') }, C: { arn: sts('assumed-role/Writer/one') } };

/** What becomes of a key policy, on a new key and on one that is there, and of grants, for somebody. */
async function answers(AWS: string, options: LocalKmsOptions = { principals: PRINCIPALS }) {
  const root = new LocalKms(options).as(ROOT);
  const { KeyMetadata: { Arn: KeyId } } = await root.createKey({});
  const Policy = keyPolicy(accountStatement(), { ...accountStatement(), Principal: { AWS } });
  const calls = [
    root.createKey({ Policy }),
    root.putKeyPolicy({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true }),
    root.createGrant({ KeyId, GranteePrincipal: AWS, Operations: ['Decrypt'] }),
    root.createGrant({ KeyId, GranteePrincipal: ROOT, RetiringPrincipal: AWS, Operations: ['Decrypt'] }),
  ];
  return Promise.all(calls.map(exceptionOf));
}

// AWS KMS API Reference, PutKeyPolicy: the principals of a key policy must exist; AWS KMS Developer Guide, Grants
describe('where some roles and users of an account are known', () => {
  it.each([
    iam('role/orders/Reader'), iam('user/Ann'), iam('role/Writer'), iam('role/some/path/Writer'), sts('assumed-role/Reader/any'), iam('root'),
    sts('federated-user/Bob'), iam('role/Reader', OTHER_ACCOUNT),
  ])('%s may be there', async (arn) => {
    expect(await answers(arn)).toEqual([{}, {}, {}, {}]);
  });

  it.each([
    iam('role/Stranger'), iam('role/Reader'), iam('role/sales/Reader'), iam('user/Reader'), iam('role/Ann'), sts('assumed-role/Stranger/one'),
    iam('role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'),
  ])('%s is not', async (arn) => {
    const [created, put, granted, retiring] = await answers(arn);
    expect(created).toEqual({
      name: 'MalformedPolicyDocumentException',
      message: 'Policy contains a statement with one or more invalid principals.'
        + ` (LocalKms: ${arn} is none of those it was told of.)`,
    });
    expect(put).toEqual(created);
    expect(granted).toEqual({ name: 'InvalidArnException', message: `ARN does not refer to a valid principal: ${arn}` });
    expect(retiring).toEqual(granted);
  });

  it('one more is known once it is added', async () => {
    const kms = new LocalKms({ principals: PRINCIPALS });
    const create = () => kms.as(ROOT).createKey({ Policy: keyPolicy(accountStatement(), { ...accountStatement(), Principal: { AWS: iam('role/New') } }) });
    expect((await exceptionOf(create())).name).toBe('MalformedPolicyDocumentException');
    kms.addPrincipal('D', { arn: iam('role/New') });
    await create();
  });
});

it.each<[string, LocalKmsOptions]>([
  ['there are no principals', {}],
  ['the list of them is empty', { principals: {} }],
  ['only root users and services are known', { principals: { A: { arn: ROOT }, B: { arn: 'logs.us-east-1.amazonaws.com' } } }],
])('nobody is unknown where %s', async (_, options) => {
  expect(await answers(iam('role/Stranger'), options)).toEqual([{}, {}, {}, {}]);
});

it('only roles, users and sessions are asked about', async () => {
  const asked: string[] = [];
  const options = { principalExists: (arn: string) => { asked.push(arn); return false; } };
  for (const AWS of [ROOT, sts('federated-user/Bob')]) { expect(await answers(AWS, options)).toEqual([{}, {}, {}, {}]); }
  const root = new LocalKms(options).as(ROOT);
  await root.createKey({ Policy: keyPolicy({ ...accountStatement(), Principal: '*' }) });
  await root.createKey({ Policy: keyPolicy({ ...accountStatement(), Principal: { AWS: ACCOUNT } }) });
  expect(asked).toEqual([]);
  await exceptionOf(root.createKey({ Policy: keyPolicy(accountStatement(), { ...accountStatement(), Principal: { AWS: iam('role/Reader') } }) }));
  expect(asked).toEqual([iam('role/Reader')]);
});

it('somebody else may know who exists', async () => {
  const options = { principals: PRINCIPALS, principalExists: (arn: string) => !arn.endsWith('Reader') };
  expect(await answers(iam('role/Stranger'), options)).toEqual([{}, {}, {}, {}]);
  expect((await answers(iam('role/orders/Reader'), options)).map(({ name }) => name)).toEqual([
    'MalformedPolicyDocumentException', 'MalformedPolicyDocumentException', 'InvalidArnException', 'InvalidArnException',
  ]);
});
