import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { inspect } from 'node:util';
import { App, CfnOutput, CfnResource, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { EnvelopeRoundTrip } from '../../../src/envelope/envelope-round-trip';
import { SecureStringParameter } from '../../../src/resources/secure-string-parameter';
import { SecureStringValue } from '../../../src/resources/secure-string-value';
import { DeploymentEvent, DeploymentFailed } from '../../../src/testing/simulated-account/deployment/deployment-event';
import { SimulatedAccount } from '../../../src/testing/simulated-account/simulated-account';

const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'custom-resource-'));
const ASSET = path.join(TEMPORARY, 'asset');
const JOURNAL = path.join(TEMPORARY, 'journal');

const opened: SimulatedAccount[] = [];

jest.setTimeout(30_000); // processes start slowly on a busy machine

beforeAll(() => {
  execFileSync(require.resolve('esbuild/bin/esbuild'), [path.join(__dirname, 'handler.ts'), '--bundle', '--minify', '--platform=node', '--target=node20', `--outfile=${ASSET}/index.js`, '--log-level=error']);
});
beforeEach(() => fs.rmSync(JOURNAL, { force: true }));
afterEach(async () => { for (const account of opened.splice(0)) await account.close(); });
afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

type Properties = Readonly<Record<string, unknown>>;

/** Not to wait long for a function that hangs. */
const impatient = (_: Stack, fn: lambda.Function) => { (fn.node.defaultChild as lambda.CfnFunction).timeout = 1; };

/** An app with a key, and a custom resource for each entry. */
function appOf(resources: Readonly<Record<string, Properties>>, more?: (stack: Stack, fn: lambda.Function, key: kms.Key) => void): App {
  const app = new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) });
  const stack = new Stack(app, 'App');
  const key = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X,
    code: lambda.Code.fromAsset(ASSET),
    handler: 'index.handler',
    timeout: Duration.seconds(20),
    environment: { JOURNAL, KEY: key.keyArn },
  });
  let previous: CustomResource | undefined;
  for (const [id, { policy, ...properties }] of Object.entries(resources)) {
    const resource = new CustomResource(stack, id, {
      serviceToken: fn.functionArn,
      resourceType: 'Custom::Thing',
      serviceTimeout: Duration.seconds(120),
      removalPolicy: policy as RemovalPolicy | undefined,
      properties: { KeyArn: key.keyArn, ...properties },
    });
    if (previous) resource.node.addDependency(previous);
    previous = resource;
  }
  more?.(stack, fn, key);
  return app;
}

async function accountOf(app: App): Promise<SimulatedAccount> {
  const account = await SimulatedAccount.of(app);
  opened.push(account);
  return account;
}

async function failureOf(work: Promise<unknown>): Promise<DeploymentFailed> {
  const error = await work.then(() => undefined, (thrown) => thrown);
  expect(error).toBeInstanceOf(DeploymentFailed);
  return error;
}

function journal(): any[] {
  return fs.existsSync(JOURNAL) ? fs.readFileSync(JOURNAL, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
}

/** What the function was asked: `Create A`, `Delete A of <physical id>` … */
function requests(): string[] {
  return journal().flatMap(({ event }) => event ? [`${event.RequestType} ${event.LogicalResourceId}${event.PhysicalResourceId ? ` of ${event.PhysicalResourceId}` : ''}`] : []);
}

describe('a custom resource is created, updated and deleted', () => {
  it('hands its properties over as texts and takes its attributes', async () => {
    const app = appOf({ A: { Number: 7, Flag: true, Nested: { List: [1, false, 'x'] } } }, (stack) => new CfnOutput(stack, 'Out', { value: 'x' }));
    const account = await accountOf(app);
    await account.deploy();

    const [{ event }] = journal();
    expect(event).toMatchObject({
      RequestType: 'Create',
      ResourceType: 'Custom::Thing',
      LogicalResourceId: 'A',
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/App\/[0-9a-f-]{36}$/),
      ResponseURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
      ResourceProperties: { Number: '7', Flag: 'true', Nested: { List: ['1', 'false', 'x'] }, KeyArn: account.keyArn('App/Key'), ServiceTimeout: '120' },
    });
    expect(event).not.toHaveProperty('PhysicalResourceId');
    expect(event).not.toHaveProperty('OldResourceProperties');
    expect(account.attribute('App/A', 'Ref')).toBe('made-for-A');
  });

  it('updates with the old properties, in place', async () => {
    const account = await accountOf(appOf({ A: { Size: 1 }, B: {} }));
    await account.deploy();
    const keyArn = account.keyArn('App/Key');
    await account.update(appOf({ A: { Size: 2 }, B: {} }));

    expect(requests()).toEqual(['Create A', 'Create B', 'Update A of made-for-A']);
    expect(journal().at(-1).event).toMatchObject({ ResourceProperties: { Size: '2' }, OldResourceProperties: { Size: '1' } });
    expect(account.keyArn('App/Key')).toBe(keyArn);
  });

  it('deletes the old one after a replacement, with the old properties', async () => {
    const account = await accountOf(appOf({ A: { Id: 'one' }, B: { Size: 1 } }));
    await account.deploy();
    await account.update(appOf({ A: { Id: 'two' }, B: { Size: 2 } }));

    expect(requests().slice(2)).toEqual(['Update A of one', 'Update B of made-for-B', 'Delete A of one']);
    expect(journal().at(-1).event.ResourceProperties.Id).toBe('one');
    expect(account.attribute('App/A', 'Ref')).toBe('two');
  });

  it('deletes what the new template no longer has, and creates what is new', async () => {
    const account = await accountOf(appOf({ A: {}, B: {} }));
    await account.deploy();
    await account.update(appOf({ A: {}, C: {} }));
    expect(requests().slice(2)).toEqual(['Create C', 'Delete B of made-for-B']);
  });

  it('cleans up in reverse, so that a role keeps its policies until nothing needs them', async () => {
    const withPolicy = (name: string) => appOf({ A: { Id: name, Create: 'putParameter', Update: 'putParameter', Delete: 'deleteParameter', Name: `/orders/${name}` } }, (stack, fn, key) => {
      const policy = new iam.Policy(stack, `Access${name}`, {
        statements: [
          new iam.PolicyStatement({ actions: ['ssm:*'], resources: [stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: `orders/${name}` })] }),
          new iam.PolicyStatement({ actions: ['ssm:DescribeParameters', 'kms:Encrypt'], resources: ['*', key.keyArn] }),
        ],
        roles: [fn.role!],
      });
      stack.node.findChild('A').node.addDependency(policy);
    });
    const account = await accountOf(withPolicy('one'));
    await account.deploy();
    const events: DeploymentEvent[] = [];
    await account.update(withPolicy('two'), { onProgress: (event) => events.push(event) });
    expect(events.filter(({ status }) => status.endsWith('COMPLETE') || status.endsWith('FAILED')).map(({ path: at, status }) => `${status} ${at}`)).toEqual([
      'CREATE_COMPLETE App/Accesstwo/Resource',
      'UPDATE_COMPLETE App/A/Default',
      'DELETE_COMPLETE App/A/Default',
      'DELETE_COMPLETE App/Accessone/Resource',
    ]);

    await account.delete(); // which must take the younger policy away after the older resource that needs it
    expect(requests().at(-1)).toBe('Delete A of two');
  });

  it('deletes in reverse, but not what is retained', async () => {
    const account = await accountOf(appOf({ A: {}, B: { policy: RemovalPolicy.RETAIN }, C: {} }));
    await account.deploy();
    const [arn, before] = [account.keyArn('App/Key'), requests().length];
    await account.delete();

    expect(requests().slice(before)).toEqual(['Delete C of made-for-C', 'Delete A of made-for-A']);
    const administrator = { arn: 'arn:aws:iam::111122223333:root' };
    expect(await account.kms.as(administrator).describeKey({ KeyId: arn })).toMatchObject({ KeyMetadata: { KeyState: 'PendingDeletion' } });
    expect(() => account.keyArn('App/Key')).toThrow('none of the keys');
  });

  it('does what refers to a custom resource once that is there', async () => {
    const app = appOf({ A: { Id: 'orders-reader' } }, (stack, _, key) => {
      const role = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
      const document = new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({
          actions: ['kms:Encrypt'], resources: [key.keyArn], conditions: { StringEquals: { 'kms:EncryptionContext:id': stack.getLogicalId(stack.node.findChild('A').node.defaultChild as any) } },
        })],
      });
      const policy = new iam.CfnPolicy(stack, 'Late', { policyName: 'late', policyDocument: document, roles: [role.roleName] });
      policy.addPropertyOverride('PolicyDocument.Statement.0.Condition.StringEquals.kms:EncryptionContext:id', { Ref: 'A' });
    });
    const account = await accountOf(app);
    const encrypt = () => account.as('App/Reader').kms.encrypt({
      KeyId: account.keyArn('App/Key'), Plaintext: Buffer.from('x'), EncryptionContext: { id: 'orders-reader' },
    });
    await expect(encrypt()).rejects.toThrow('not authorized');
    await account.deploy();
    await expect(encrypt()).resolves.toHaveProperty('CiphertextBlob');
  });

  it('tells nobody what it wants kept secret but the resources that refer to it', async () => {
    const app = appOf({ A: { Create: 'keepSecret' } }, (stack, fn) => {
      const late = new CustomResource(stack, 'Late', { serviceToken: fn.functionArn, resourceType: 'Custom::Thing' });
      late.node.addDependency(stack.node.findChild('A'));
      (late.node.defaultChild as CfnResource).addPropertyOverride('Password', { 'Fn::GetAtt': ['A', 'password'] });
    });
    const account = await accountOf(app);
    await account.deploy();
    expect(journal().at(-1).event.ResourceProperties.Password).toBe('s3cret');
    expect(account.attribute('App/A', 'password')).toBe('*****');
    expect(account.attribute('App/A', 'Ref')).toBe('made-for-A');
  });

  it('is quoted with what it wants kept secret in no failure', async () => {
    const withAlias = (stack: Stack, _: lambda.Function, targetKey: kms.Key) => {
      const aliasName = `alias/${(stack.node.findChild('A') as CustomResource).getAttString('password')}!!`;
      new kms.Alias(stack, 'Alias', { aliasName, targetKey });
    };
    const told: unknown[] = [];
    const onProgress = (event: DeploymentEvent) => told.push(event);
    const account = await accountOf(appOf({ A: { Create: 'keepSecret' } }, withAlias));
    const alias = await failureOf(account.deploy({ onProgress }));
    const create = await failureOf((await accountOf(appOf({ A: { Create: 'leakSecret' } }))).deploy({ onProgress }));
    await account.update(appOf({ A: {} }));
    const update = await failureOf(account.update(appOf({ A: { Update: 'leakSecret' } }), { onProgress }));

    expect(alias.reason).toContain("'alias/*****!!'");
    for (const failure of [create, update]) {
      expect(failure).toMatchObject({ reason: 'not ***** enough', log: 'It is *****, as JSON {"password":"*****"}' });
    }
    expect(told).toContainEqual(expect.objectContaining({ status: 'CREATE_FAILED', reason: alias.reason }));
    expect(inspect([told, alias, create, update], { depth: Infinity, showHidden: true })).not.toMatch(/s3cret|quotes/);
  });

  it('gets each request twice, when AWS Lambda is told to deliver it so', async () => {
    const account = await accountOf(appOf({ A: { Id: 'one' }, B: {} }));
    await account.deploy({ deliverTwice: true });
    expect(requests()).toEqual(['Create A', 'Create A', 'Create B', 'Create B']);
    const [first, second] = journal().map(({ event }) => event);
    expect(second).toEqual(first);
    await account.update(appOf({ A: { Id: 'two' }, B: {} }), { deliverTwice: true });
    await account.delete({ deliverTwice: true });
    expect(requests().slice(4)).toEqual([
      'Update A of one', 'Update A of one', 'Delete A of one', 'Delete A of one',
      'Delete B of made-for-B', 'Delete B of made-for-B', 'Delete A of two', 'Delete A of two',
    ]);
  });

  it('of this library survives that', async () => {
    const withPassword = (revision: string) => appOf({}, (stack, _, encryptionKey) => {
      const parameter = new SecureStringParameter(stack, 'Password', { encryptionKey, parameterName: '/orders/db', value: SecureStringValue.generated({ revision }) });
      parameter.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
      new EnvelopeRoundTrip(stack, 'Proof', { encryptionKey });
    });
    const account = await accountOf(withPassword('1'));
    const read = () => account.as('App/Reader').ssm.getParameter({ Name: '/orders/db', WithDecryption: true });
    await account.deploy({ deliverTwice: true });
    const { Parameter: { Value: first } } = await read();
    expect(first).toHaveLength(32);
    await account.update(withPassword('2'), { deliverTwice: true });
    expect((await read()).Parameter.Value).toHaveLength(32);
    expect((await read()).Parameter.Value).not.toBe(first);
    await account.delete({ deliverTwice: true });
  });

  it('tells its progress in the words of CloudFormation', async () => {
    const events: DeploymentEvent[] = [];
    const account = await accountOf(appOf({ A: {}, B: { Create: 'fail' } }));
    await failureOf(account.deploy({ onProgress: (event) => events.push(event) }));
    expect(events.map(({ path: at, status }) => `${status} ${at}`)).toEqual([
      'CREATE_IN_PROGRESS App/A/Default', 'CREATE_COMPLETE App/A/Default',
      'CREATE_IN_PROGRESS App/B/Default', 'CREATE_FAILED App/B/Default',
      'DELETE_IN_PROGRESS App/B/Default', 'DELETE_COMPLETE App/B/Default',
      'DELETE_IN_PROGRESS App/A/Default', 'DELETE_COMPLETE App/A/Default',
    ]);
    expect(events[3]).toMatchObject({ stackName: 'App', logicalId: 'B', type: 'Custom::Thing', reason: 'no Create today', milliseconds: expect.any(Number) });
  });
});

describe('a failure is undone', () => {
  it('deletes what was made, in reverse, the failed one first', async () => {
    const account = await accountOf(appOf({ A: {}, B: {}, C: { Create: 'fail', Id: 'half' } }));
    const failure = await failureOf(account.deploy());

    expect(failure).toMatchObject({ logicalId: 'C', path: 'App/C/Default', type: 'Custom::Thing', verb: 'CREATE', reason: 'no Create today', rollbackFailures: [] });
    expect(failure.message).toBe("CREATE_FAILED Custom::Thing 'App/C/Default' (C): no Create today");
    expect(requests()).toEqual(['Create A', 'Create B', 'Create C', 'Delete C of half', 'Delete B of made-for-B', 'Delete A of made-for-A']);
    expect(account.keyArn('App/Key')).toMatch(/:key\//);
  });

  it('makes up a physical id for one that failed without', async () => {
    const account = await accountOf(appOf({ A: { Create: 'failWithoutId' } }));
    expect((await failureOf(account.deploy())).reason).toBe('nothing was made');
    expect(requests()).toEqual(['Create A', expect.stringMatching(/^Delete A of App-A-[0-9A-F]{12}$/)]);
  });

  it('can be deployed again afterwards', async () => {
    const account = await accountOf(appOf({ A: {}, B: { Create: 'fail' } }));
    await failureOf(account.deploy());
    await account.update(appOf({ A: {}, B: {} }));
    expect(requests().slice(-2)).toEqual(['Create A', 'Create B']);
  });

  it('runs no function once it is closed', async () => {
    const account = await accountOf(appOf({ A: {} }));
    await account.close();
    expect((await failureOf(account.deploy())).reason).toContain('The simulated account is closed');
    expect(requests()).toEqual([]);
    expect(account.keyArn('App/Key')).toMatch(/:key\//);
  });

  it('says when roll-back failed too', async () => {
    const account = await accountOf(appOf({ A: { Delete: 'fail' }, B: { Create: 'fail' } }));
    const failure = await failureOf(account.deploy());
    expect(failure.rollbackFailures.map(({ logicalId, reason }) => `${logicalId}: ${reason}`)).toEqual(['A: no Delete today']);
    expect(failure.message).toContain("Then: DELETE_FAILED Custom::Thing 'App/A/Default' (A): no Delete today");
  });

  it('rolls an update back with the properties swapped, the failed one too', async () => {
    const account = await accountOf(appOf({ A: { Size: 1 }, B: { Size: 1 } }));
    await account.deploy();
    const failure = await failureOf(account.update(appOf({ A: { Size: 2 }, B: { Size: 2, Update: 'fail' }, C: {} })));

    expect(failure).toMatchObject({ logicalId: 'B', verb: 'UPDATE', reason: 'no Update today' });
    expect(requests().slice(2)).toEqual(['Update A of made-for-A', 'Update B of made-for-B', 'Update A of made-for-A', 'Update B of made-for-B']);
    expect(journal().slice(-2).map(({ event }) => [event.ResourceProperties.Size, event.OldResourceProperties.Size])).toEqual([['1', '2'], ['1', '2']]);
  });

  it('puts a policy back before the resource that needs it', async () => {
    const withAccess = (action: string, size: number) => appOf({ A: { Size: size, Update: 'encrypt', Purpose: 'x' } }, (stack, fn, key) => {
      const access = new iam.Policy(stack, 'Access', { statements: [new iam.PolicyStatement({ actions: [action], resources: [key.keyArn] })], roles: [fn.role!] });
      stack.node.findChild('A').node.addDependency(access);
    });
    const account = await accountOf(withAccess('kms:Encrypt', 1));
    await account.deploy();
    const failure = await failureOf(account.update(withAccess('kms:Decrypt', 2)));
    expect(failure).toMatchObject({ reason: expect.stringContaining('not authorized to perform: kms:Encrypt'), rollbackFailures: [] });
  });

  it('undoes a replacement by deleting the new one', async () => {
    const account = await accountOf(appOf({ A: { Id: 'one' }, B: {} }));
    await account.deploy();
    await failureOf(account.update(appOf({ A: { Id: 'two' }, B: { Size: 2, Update: 'fail' }, C: {} })));
    expect(requests().slice(2)).toEqual(['Update A of one', 'Update B of made-for-B', 'Update B of made-for-B', 'Delete A of two']);
    expect(account.attribute('App/A', 'Ref')).toBe('one');
  });

  it('puts the old key policy back', async () => {
    const open = (_stack: Stack, _: unknown, key: kms.Key) => {
      key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.ServicePrincipal('logs.amazonaws.com')], actions: ['kms:Encrypt'], resources: ['*'] }));
    };
    const account = await accountOf(appOf({ A: {} }));
    await account.deploy();
    const encrypt = () => account.asService('logs.amazonaws.com').kms.encrypt({ KeyId: account.keyArn('App/Key'), Plaintext: Buffer.from('x') });
    await failureOf(account.update(appOf({ A: { Size: 2, Update: 'fail' } }, open)));
    await expect(encrypt()).rejects.toThrow('not authorized');
    await account.update(appOf({ A: {} }, open));
    await expect(encrypt()).resolves.toHaveProperty('CiphertextBlob');
  });

  it('deletes all but what could not be deleted and what that depends on', async () => {
    const account = await accountOf(appOf({ A: {}, B: { Delete: 'fail' }, C: {} }));
    await account.deploy();
    const keyArn = account.keyArn('App/Key');
    expect(await failureOf(account.delete())).toMatchObject({ logicalId: 'B', verb: 'DELETE', reason: 'no Delete today', rollbackFailures: [] });
    expect(requests().slice(3)).toEqual(['Delete C of made-for-C', 'Delete B of made-for-B']);
    await failureOf(account.delete());
    expect(requests().slice(5)).toEqual(['Delete B of made-for-B']);
    expect(account.keyArn('App/Key')).toBe(keyArn);
  });
});

describe('what breaks the contract fails the resource', () => {
  const silent = 'and sent no answer; CloudFormation would wait for it for 120 s (ServiceTimeout).';
  test.each([
    ['wrongStack', "'StackId' is not the one of the request"],
    ['oversize', /Response object is too long: \d+ bytes; allowed are 4096\./],
    ['stayMute', `The function 'App/Fn/Resource' returned, ${silent}`],
    ['throw', `The function 'App/Fn/Resource' threw TypeError: it broke, ${silent}`],
    ['exit', `The function 'App/Fn/Resource' did not finish (the process ended with 7), ${silent}`],
    ['hang', `The function 'App/Fn/Resource' was stopped after 1 s (its Timeout), ${silent}`],
  ])('%s', async (deed, reason) => {
    const account = await accountOf(appOf({ A: { Create: deed, policy: RemovalPolicy.RETAIN } }, impatient));
    expect((await failureOf(account.deploy())).reason).toMatch(reason);
    expect(requests()).toEqual(['Create A']); // what is retained, roll-back leaves alone
  });

  it('an answer is deleted again that came for something else', async () => {
    await failureOf((await accountOf(appOf({ A: { Create: 'wrongStack' } }))).deploy());
    expect(requests()).toEqual(['Create A', expect.stringMatching(/^Delete A of App-A-[0-9A-F]{12}$/)]);
  });

  it('a chunked answer is refused as Amazon S3 does', async () => {
    const failure = await failureOf((await accountOf(appOf({ A: { Create: 'chunked', policy: RemovalPolicy.RETAIN } }))).deploy());
    expect(failure.reason).toContain(silent);
    expect(journal()).toContainEqual({ statuses: [501] });
  });

  it('only the first of two answers counts', async () => {
    const account = await accountOf(appOf({ A: { Create: 'twice' } }));
    await account.deploy();
    expect(account.attribute('App/A', 'which')).toBe('first');
    expect(journal()).toContainEqual({ statuses: [200, 200] });
  });

  it('an answer counts although the function then hangs', async () => {
    const account = await accountOf(appOf({ A: { Create: 'answerThenHang' } }, impatient));
    await account.deploy();
    expect(account.attribute('App/A', 'Ref')).toBe('made-for-A');
  });

  it('an answer after the service time-out comes too late', async () => {
    const app = appOf({ A: { Create: 'answerLate', policy: RemovalPolicy.RETAIN } }, (stack) => {
      (stack.node.findChild('A').node.defaultChild as CfnResource).addPropertyOverride('ServiceTimeout', 1);
    });
    const { reason } = await failureOf((await accountOf(app)).deploy());
    expect(reason).toBe("The function 'App/Fn/Resource' was still at work after 1 s, and sent no answer; CloudFormation would wait for it for 1 s (ServiceTimeout).");
  });

  it('a function that dies while it answers has not answered', async () => {
    const failure = await failureOf((await accountOf(appOf({ A: { Create: 'dieUploading', policy: RemovalPolicy.RETAIN } }))).deploy());
    expect(failure.reason).toContain('(the process ended with 0)');
  });

  it('the end of the log is told with the failure', async () => {
    const failure = await failureOf((await accountOf(appOf({ A: { Create: 'logAndFail' } }))).deploy());
    expect(failure).toMatchObject({ reason: 'see the log', log: expect.stringMatching(/line 999\nthe last word$/) });
    expect(failure.log.length).toBeLessThanOrEqual(2048);
    expect(failure.message).toContain(`see the log\nThe end of its log:\n${failure.log}`);
  });

  it.each([
    ['repeatAndFail', 'no "key" today', ''],
    ['repeatAndWarnAndFail', 'no "key" today', '\nThe end of its log:\nThe key is disabled.\n'],
  ])('the log adds to the message only what the reason does not say (%s)', async (deed, reason, added) => {
    const failure = await failureOf((await accountOf(appOf({ A: { Create: deed, policy: RemovalPolicy.RETAIN } }))).deploy());
    expect(failure.message).toBe(`CREATE_FAILED Custom::Thing 'App/A/Default' (A): ${reason}${added}`);
    expect(failure.log).toContain(JSON.stringify({ reason }));
  });

  it('an attribute that the answer did not have cannot be used', async () => {
    const app = appOf({ A: { policy: RemovalPolicy.RETAIN } }, (stack) => {
      const late = new CustomResource(stack, 'Late', { serviceToken: 'x', resourceType: 'Custom::Thing' }).node.defaultChild as any;
      late.addPropertyOverride('ServiceToken', { 'Fn::GetAtt': ['Fn9270CBC0', 'Arn'] });
      late.addPropertyOverride('Wanted', { 'Fn::GetAtt': ['A', 'Missing'] });
    });
    expect((await failureOf((await accountOf(app)).deploy())).message).toMatch(/Late.*has no attribute 'Missing'/);
  });

  it('a function that cannot be loaded says why', async () => {
    const app = appOf({ A: { policy: RemovalPolicy.RETAIN } }, (_, fn) => { (fn.node.defaultChild as lambda.CfnFunction).handler = 'index.absent'; });
    expect((await failureOf((await accountOf(app)).deploy())).reason).toContain('could not be loaded (Error: index.absent is undefined or not exported)');
  });
});

describe('the process of a function', () => {
  test.each(['withCallback', 'untilIdle'])('ends when a handler without a promise does (%s)', async (name) => {
    const account = await accountOf(appOf({ A: {} }, (_, fn) => { (fn.node.defaultChild as lambda.CfnFunction).handler = `index.${name}`; }));
    await account.deploy();
    expect(account.attribute('App/A', 'Ref')).toBe('made-for-A');
  });

  it('is not waited for when only its own children are left', async () => {
    const account = await accountOf(appOf({ A: { Create: 'leaveAChild' } }));
    const start = performance.now();
    await account.deploy();
    process.kill(journal()[1].child);
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it('is ended when the account is closed', async () => {
    const account = await accountOf(appOf({ A: { Create: 'hang', policy: RemovalPolicy.RETAIN } }));
    const deployment = failureOf(account.deploy());
    while (journal().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await account.close();
    expect((await deployment).reason).toContain('(the simulated account was closed)');
  });

  it('has the environment of a Lambda function and nothing of its parent', async () => {
    process.env['SECRET_OF_THE_PARENT'] = 'x';
    const account = await accountOf(appOf({ A: { Create: 'environment' } }));
    await account.deploy();
    const { environment, context } = journal()[1];
    expect(Object.keys(environment).sort()).toEqual([
      'AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_EC2_METADATA_DISABLED', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_SSM',
      'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_REGION', 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
      'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS',
      'JOURNAL', 'KEY', 'LAMBDA_TASK_ROOT', 'LANG', 'NODE_NO_WARNINGS', 'PATH', 'TZ', '_HANDLER',
    ]);
    expect(environment).toMatchObject({
      CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS: '0', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', NODE_NO_WARNINGS: '1',
    });
    expect(context.remaining).toBeGreaterThan(10_000);
    expect(context.remaining).toBeLessThanOrEqual(20_000);
    expect(context).toMatchObject({ functionName: expect.stringMatching(/^App-Fn/), memoryLimitInMB: '128', invokedFunctionArn: account.attribute('App/Fn', 'Arn') });
  });

  const withKey = (stack: Stack, fn: lambda.Function, key: kms.Key) => {
    fn.addToRolePolicy(new iam.PolicyStatement({
      actions: ['kms:Encrypt'], resources: [key.keyArn], conditions: { StringEquals: { 'kms:EncryptionContext:purpose': 'probe' } },
    }));
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [stack.formatArn({ service: 'dynamodb', resource: 'table/x' })] }));
  };

  it('calls AWS KMS with an unmodified SDK, as its execution role', async () => {
    const account = await accountOf(appOf({ A: { Create: 'encrypt', Purpose: 'probe' } }, withKey));
    await account.deploy();
    expect(account.attribute('App/A', 'done')).toBe('yes');
  });

  it('is refused what its role may not do', async () => {
    const account = await accountOf(appOf({ A: { Create: 'encrypt', Purpose: 'other', policy: RemovalPolicy.RETAIN } }, withKey));
    const { reason } = await failureOf(account.deploy());
    expect(reason).toMatch(/^AccessDeniedException: User: arn:aws:iam::111122223333:role\/App-FnServiceRole\S+ is not authorized to perform: kms:Encrypt/);
  });

  it.each<[string, (stack: Stack, key: kms.Key) => void]>([
    ['EnvelopeRoundTrip', (stack, encryptionKey) => new EnvelopeRoundTrip(stack, 'Refused', { encryptionKey })],
    ['SecureStringParameter', (stack, encryptionKey) => new SecureStringParameter(stack, 'Refused', {
      encryptionKey, parameterName: '/orders/refused', value: SecureStringValue.generated(),
    })],
  ])('is refused at once, where AWS KMS might still come to know its key or policy (%s)', async (_, addTo) => {
    const app = appOf({}, (stack, _fn, key) => {
      key.addToResourcePolicy(new iam.PolicyStatement({
        effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: ['*'],
      }));
      addTo(stack, key);
    });
    const start = performance.now();
    const failure = await failureOf((await accountOf(app)).deploy());
    expect(failure.path).toContain('App/Refused');
    expect(failure.reason).toMatch(/denied/i);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('reaches no other service', async () => {
    const account = await accountOf(appOf({ A: { Create: 'callAnotherService', policy: RemovalPolicy.RETAIN } }));
    expect((await failureOf(account.deploy())).reason).toBe("The service 'sns' is not simulated; simulated are kms, secretsmanager and ssm.");
  });

  const withParameter = (stack: Stack, fn: lambda.Function, key: kms.Key) => {
    const arn = stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: 'orders/db' });
    fn.addToRolePolicy(new iam.PolicyStatement({
      actions: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:ListTagsForResource', 'ssm:DeleteParameter'], resources: [arn],
    }));
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['ssm:DescribeParameters'], resources: ['*'] }));
    fn.addToRolePolicy(new iam.PolicyStatement({
      actions: ['kms:Encrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': arn, 'kms:ViaService': `ssm.${stack.region}.amazonaws.com` } },
    }));
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
    reader.addToPolicy(new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arn] }));
    key.grantDecrypt(reader);
    const outsider = new iam.Role(stack, 'Outsider', { assumedBy: new iam.AccountRootPrincipal() });
    outsider.addToPolicy(new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arn] }));
  };

  it('keeps a SecureString in Parameter Store, which only readers with the key can read', async () => {
    const account = await accountOf(appOf({ A: { Create: 'putParameter', Delete: 'deleteParameter', Name: '/orders/db' } }, withParameter));
    await account.deploy();
    expect(account.attribute('App/A', 'Tier')).toBe('Standard');
    expect(account.attribute('App/A', 'Tags')).toBe('1');
    expect(account.attribute('App/A', 'Year')).toBe(String(new Date().getUTCFullYear()));

    const read = (who: string) => account.as(who).ssm.getParameter({ Name: '/orders/db', WithDecryption: true });
    expect(await read('App/Reader')).toMatchObject({ Parameter: { Value: 'p4ss', Version: 1, Type: 'SecureString' } });
    await expect(read('App/Outsider')).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('kms:Decrypt') });

    await account.delete();
    expect(requests().at(-1)).toBe('Delete A of made-for-A');
  });

  it('may keep it only where its role says', async () => {
    const account = await accountOf(appOf({ A: { Create: 'putParameter', Name: '/other/db', policy: RemovalPolicy.RETAIN } }, withParameter));
    expect((await failureOf(account.deploy())).reason).toMatch(/not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:us-east-1:111122223333:parameter\/other\/db/);
  });
});

it('a role that waits for a custom resource is missed in the matrix and as a caller, with the remedy, until it is deployed', async () => {
  const account = await accountOf(appOf({}, (stack, fn, key) => {
    const waitedFor = new CustomResource(stack, 'First', { serviceToken: fn.functionArn, resourceType: 'Custom::Thing', properties: { Create: 'keepSecret' } });
    key.grantDecrypt(new iam.Role(stack, 'Spy', { assumedBy: new iam.AccountRootPrincipal(), description: waitedFor.getAttString('password') }));
  }));
  expect(() => account.matrix()).toThrow(/^The matrix would leave out what waits for a custom resource: App\/Spy\/Resource, .*Call 'await deploy\(\)' first\.$/);
  expect(() => account.as('App/Spy')).toThrow("'App/Spy' is not deployed yet: it waits for a custom resource. Call 'await deploy()' first.");
  await account.deploy();
  const { cells } = account.matrix({ actions: ['kms:Decrypt'] });
  expect(cells.find(({ who }) => who === 'App/Spy')).toMatchObject({ decision: 'allow' });
});
