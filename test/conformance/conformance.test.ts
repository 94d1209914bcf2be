import { readCallers } from './callers';
import { cleanUp, Leftovers } from './leftovers';
import { isGood, reportOf } from './report';
import { NO_POST_QUANTUM_KEYS, runSubject, type Result, type Run } from './runner';
import { readSubject, subjects, type Case, type Step } from './subject';
import { localTarget, Target } from './target';

const all = subjects();
let target: Target;
let close: () => Promise<void>;
const results = new Map<string, Result>();
const leftOver: string[] = [];

beforeAll(async () => {
  ({ target, close } = await localTarget());
  for (const subject of all) {
    const run = await runSubject(target, subject);
    leftOver.push(...run.leftOver);
    run.results.forEach((result) => results.set(`${subject.subject}: ${result.case.title}`, result));
  }
});
afterAll(() => close());

describe.each(all)('$subject', ({ subject, cases }) => {
  it.each(cases)('$title', ({ title, postQuantum }) => {
    const { failure, skipped } = results.get(`${subject}: ${title}`)!;
    expect(failure).toBeUndefined();
    expect(skipped).toBe(postQuantum && !target.options.hasPostQuantumKeys ? NO_POST_QUANTUM_KEYS : undefined);
  });
});

it('the cases have titles of their own, assert something, and are at least the 95 assertions that other emulators were measured by', () => {
  expect(results.size).toBe(all.flatMap(({ cases }) => cases).length);
  const ran = [...results.values()].filter(({ skipped }) => !skipped);
  expect(ran.filter(({ assertions }) => assertions === 0)).toEqual([]);
  const assertions = (policies: boolean) => ran.filter(({ subject }) => /polic|account/i.test(subject) === policies).reduce((sum, each) => sum + each.assertions, 0);
  expect(assertions(false)).toBeGreaterThanOrEqual(67);
  expect(assertions(true)).toBeGreaterThanOrEqual(28);
});

it.each<[string, object, string]>([
  ['a misspelt expectation', { steps: [{ operation: 'ListKeys', exeption: 'AccessDeniedException' }] }, "A step has no 'exeption'"],
  ['a misspelt mark', { unconfimed: 'x', steps: [] }, "A case has no 'unconfimed'"],
  ['a message of no exception', { steps: [{ operation: 'ListKeys', message: 'x' }] }, 'A step expects an answer or an exception, not both'],
  ['an answer and an exception', { steps: [{ operation: 'ListKeys', answer: {}, exception: 'x' }] }, 'A step expects an answer or an exception, not both'],
])('a case with %s is refused', (_, each, message) => {
  expect(() => readSubject(JSON.stringify({ subject: 's', page: 'p', cases: [each] }))).toThrow(message);
});

describe('what the runs made', () => {
  it('is removed after each', async () => {
    expect(leftOver).toEqual([]);
    expect(await cleanUp(target)).toEqual({ found: [], failures: [] });
  });

  it('is found by its tag and its name when a run broke off', async () => {
    const kms = target.client();
    const { results: [result] } = await withoutCleanUp(() => runSubject(target, subjectOf([
      { operation: 'CreateKey', as: 'key' },
      { operation: 'CreateAlias', request: { AliasName: '${prefix}x', TargetKeyId: '${key.KeyMetadata.Arn}' } },
      { operation: 'DescribeKey', request: { KeyId: '${prefix}x' }, answer: {} },
    ])));
    await kms.createKey({}); // not a run's
    expect(result!.failure).toBeUndefined();
    expect((await cleanUp(target)).found).toEqual([expect.stringMatching(/^alias\/cdk-customer-managed-keys-conformance\//), expect.stringContaining(':key/')]);
    expect(await cleanUp(target)).toEqual({ found: [], failures: [] });
  });
});

describe('the runner', () => {
  const describeKey = (expected: object): Step[] => [
    { operation: 'CreateKey', as: 'key' },
    { operation: 'DescribeKey', request: { KeyId: '${key.KeyMetadata.Arn}' }, ...expected },
  ];

  it.each<[string, Step[], string]>([
    ['another answer', describeKey({ answer: { KeyMetadata: { KeyState: 'Disabled' } } }), 'answer.KeyMetadata.KeyState is "Enabled", not "Disabled"'],
    ['an answer that lacks something', describeKey({ answer: { KeyMetadata: { ValidTo: { $present: true } } } }), 'answer.KeyMetadata.ValidTo is absent'],
    ['an answer that holds what must be absent', describeKey({ answer: { KeyMetadata: { Arn: { $absent: true } } } }), 'not $absent true'],
    ['an answer where an exception is expected', describeKey({ exception: 'DisabledException' }), 'it worked, where DisabledException is expected'],
    ['an exception where an answer is expected', [{ operation: 'DescribeKey', request: { KeyId: 'x' }, answer: {} }], "NotFoundException: Invalid keyId 'x', not an answer"],
    ['another exception', [{ operation: 'DescribeKey', request: { KeyId: 'x' }, exception: 'InvalidArnException' }], 'not InvalidArnException'],
    ['another message', [{ operation: 'DescribeKey', request: { KeyId: 'x' }, exception: 'NotFoundException', message: 'gone' }], "without 'gone'"],
    ['a reference to nothing', [{ operation: 'DescribeKey', request: { KeyId: '${kee}' }, answer: {} }], '${kee} refers to nothing'],
    ['an operation that the SDK does not have', [{ operation: 'DescribeKay', answer: {} }], 'not an answer'],
  ])('reports %s', async (_, steps, failure) => {
    const run = await runSubject(target, subjectOf(steps));
    expect(run.results[0]!.failure).toContain(failure);
    expect(reportOf([run]).join('\n')).toContain(`FAILED   a subject: a title\n         ${run.results[0]!.failure}\n         a page`);
    expect(isGood([run])).toBe(false);
  });

  it('skips, and says so and counts it, what a target has no caller or no clock for', async () => {
    const { callers: { administrator }, ...options } = target.options;
    const alone = new Target({ ...options, callers: { administrator }, advanceDays: undefined, isLocal: false });
    const steps: Step[][] = [[{ caller: 'outsider', operation: 'ListKeys', answer: {} }], [{ advanceDays: 1 }], [{ operation: 'ListKeys', answer: {} }]];
    const runs = await Promise.all(steps.map((each) => runSubject(alone, subjectOf(each))));
    expect(reportOf(runs)).toEqual([
      'skipped  a subject: a title: there is no outsider among the callers',
      'skipped  a subject: a title: this KMS cannot be told that days went by',
      expect.stringContaining('3 cases, 1 passed with 1 assertions, 0 failed, 2 skipped'),
      expect.stringContaining('0 cases'),
    ]);
  });

  it('fails every case of a subject whose setup fails', async () => {
    const setup: Step[] = [{ operation: 'DescribeKey', request: { KeyId: 'x' } }];
    const run = await runSubject(target, { ...subjectOf([{ operation: 'ListKeys', answer: {} }]), setup });
    expect(run.results[0]!.failure).toContain("the subject's setup: step 1, DescribeKey by administrator: NotFoundException");
  });

  it('waits for what takes its time, as long as the target may take', async () => {
    const { KeyMetadata } = await target.client().createKey({});
    const disabled: Step = { operation: 'DescribeKey', request: { KeyId: KeyMetadata!.KeyId }, answer: { KeyMetadata: { KeyState: 'Disabled' } } };
    const slow = runSubject(new Target({ ...target.options, patienceSeconds: 1.2 }), subjectOf([disabled]));
    const hasty = await runSubject(target, subjectOf([disabled]));
    await target.client().disableKey({ KeyId: KeyMetadata!.KeyId });
    expect([isGood([hasty]), isGood([await slow])]).toEqual([false, true]);
  });

  it('counts apart what nobody has confirmed', async () => {
    const run = await runSubject(target, subjectOf([{ operation: 'ListKeys', answer: {} }], { unconfirmed: 'no page says' }));
    expect(reportOf([run])).toEqual([expect.stringContaining(': 0 cases'), expect.stringContaining('to settle: 1 cases, 1 passed')]);
  });
});

it('AWS KMS itself is asked, whatever the environment says', async () => {
  const before = process.env;
  process.env = { ...before, AWS_ENDPOINT_URL: target.options.endpoint, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
  const client = new Target({ ...target.options, endpoint: undefined }).client();
  const asked: string[] = [];
  client.middlewareStack.add((_, { clientName }) => async ({ request }) => {
    asked.push(`${clientName} ${(request as { hostname: string }).hostname}`);
    throw new Error('not sent');
  }, { step: 'build' });
  await expect(client.listKeys()).rejects.toThrow('not sent');
  process.env = before;
  expect(asked).toEqual(['KMSClient kms.us-east-1.amazonaws.com']);
});

describe('the file of callers', () => {
  const ARN = 'arn:aws:iam::111122223333:role/Administrator';

  it.each([
    ['without an administrator', { user: { arn: ARN } }, "There is no 'administrator' among the callers"],
    ['with somebody unknown', { administrator: { arn: ARN }, boss: { arn: ARN } }, 'Nobody in the cases is called boss. There are administrator, user,'],
    ['with a session', { administrator: { arn: 'arn:aws:sts::111122223333:assumed-role/A/b' } }, "The 'arn' of 'administrator' is arn:aws:sts"],
  ])('%s is refused', (_, callers, message) => {
    expect(() => readCallers(JSON.stringify(callers))).toThrow(message);
  });

  it('tells the accounts apart', () => {
    const callers = readCallers(JSON.stringify({ administrator: { arn: ARN }, outsider: { arn: ARN.replace('111122223333', '444455556666') } }));
    expect(new Target({ ...target.options, callers }).names).toMatchObject({ account: '111122223333', otherAccount: '444455556666', partition: 'aws' });
  });
});

function subjectOf(steps: Step[], marks: Partial<Case> = {}) {
  return { subject: 'a subject', page: 'a page', cases: [{ title: 'a title', steps, ...marks }] };
}

async function withoutCleanUp(run: () => Promise<Run>): Promise<Run> {
  const remove = jest.spyOn(Leftovers.prototype, 'remove').mockResolvedValue([]);
  const result = await run();
  remove.mockRestore();
  return result;
}
