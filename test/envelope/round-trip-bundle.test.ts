import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EnvelopeRoundTrip } from '../../src/envelope/envelope-round-trip';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { LocalKms, SimulatedAccount } from '../../src/testing';
import { responseServer } from '../custom-resource/response-server';

const BUNDLE = path.join(__dirname, '../../lib/envelope/round-trip.lambda/index.js');
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const ADMIN = {
  arn: `arn:aws:iam::${ACCOUNT}:role/Deploy`,
  identityPolicies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] }],
};
const RUN = `
  const { event, milliseconds } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const end = Date.now() + milliseconds;
  require(process.argv[1]).handler(event, { getRemainingTimeInMillis: () => end - Date.now() }).then(() => process.exit(0));`;

/** The intrinsics of these templates. All they import is the ARN of the key; what resources they refer to does not matter here. */
function resolve(value: any, keyArn?: string): any {
  if (Array.isArray(value)) return value.map((each) => resolve(each, keyArn));
  if (value === null || typeof value !== 'object') return value;
  if (value.Ref === 'AWS::Partition') return 'aws';
  if (value['Fn::ImportValue']) return keyArn;
  if (value['Fn::GetAtt']) return value['Fn::GetAtt'].join('.');
  if (value['Fn::Join']) return resolve(value['Fn::Join'][1], keyArn).join(value['Fn::Join'][0]);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each, keyArn)]));
}

const only = (template: Template, type: string) => Object.entries(template.findResources(type))[0]!;

/** Deploys a key and its probe to a LocalKms as CloudFormation would, without calling the probe. */
async function deploy(access: KeyAccess, change: (keyPolicy: any, rolePolicy: any) => void = () => undefined) {
  const app = new App();
  const keys = new Stack(app, 'Keys', { env: { account: ACCOUNT, region: REGION } });
  const probes = new Stack(app, 'Probes', { env: { account: ACCOUNT, region: REGION } });
  new EnvelopeRoundTrip(probes, 'Proof', { encryptionKey: new CustomerManagedKey(keys, 'Key', { access }) });
  const [keyTemplate, probeTemplate] = [Template.fromStack(keys), Template.fromStack(probes)];
  const keyPolicy = resolve(only(keyTemplate, 'AWS::KMS::Key')[1]['Properties'].KeyPolicy);
  const rolePolicy = only(probeTemplate, 'AWS::IAM::Policy')[1]['Properties'].PolicyDocument;
  change(keyPolicy, rolePolicy);
  const local = new LocalKms({ region: REGION, principals: {} });
  const { KeyMetadata } = await local.as(ADMIN).createKey({ Policy: JSON.stringify(keyPolicy) });
  const arn = KeyMetadata!.Arn!;
  const roleName = `Probes-${only(probeTemplate, 'AWS::IAM::Role')[0].slice(0, 24)}-1A2B3C`; // as CloudFormation names it
  const principal = { arn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`, identityPolicies: [resolve(rolePolicy, arn)] };
  local.addPrincipal('PROBE', principal);
  const properties = resolve(only(probeTemplate, 'Custom::EnvelopeRoundTrip')[1]['Properties'], arn);
  return { local, arn, principal, properties: { ...properties, PropagationSeconds: '0' } };
}

async function run(local: LocalKms, properties: object, milliseconds = 30_000) {
  const [kms, answers] = [await local.listen(), await responseServer()];
  const event = {
    RequestType: 'Create',
    RequestId: 'request-1',
    StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Probes/0a1b`,
    LogicalResourceId: 'Proof',
    ResourceType: 'Custom::EnvelopeRoundTrip',
    ResponseURL: answers.url,
    ResourceProperties: properties,
  };
  const environment = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'PROBE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_ENDPOINT_URL_KMS: kms.url };
  const child = spawn(process.execPath, ['-e', RUN, BUNDLE], { env: environment as never, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(JSON.stringify({ event, milliseconds }));
  await new Promise((done) => child.on('close', done));
  await Promise.all([kms.close(), answers.close()]);
  expect(answers.deliveries).toHaveLength(1);
  return answers.deliveries[0]!.body;
}

describe('The bundled handler, with the synthesised policies, against a KMS that enforces them', () => {
  it.each([KeyAccess.IAM_AND_KEY_POLICY, KeyAccess.KEY_POLICY_ONLY])('proves a key of another stack with %s', async (access) => {
    const { local, properties } = await deploy(access);
    const answer = await run(local, properties);
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { CasesPassed: '12', Bytes: '1056770' } });
    expect(answer.Data.KeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['without its permission to use the key', (_: any, rolePolicy: any) => {
      rolePolicy.Statement = rolePolicy.Statement.filter(({ Condition }: any) => !Condition);
    }, 'kms:GenerateDataKey'],
    ['without its permission to describe the key', (_: any, rolePolicy: any) => {
      rolePolicy.Statement = rolePolicy.Statement.filter(({ Action }: any) => Action !== 'kms:DescribeKey');
    }, 'kms:DescribeKey'],
    ['when the key policy denies ReEncrypt', (keyPolicy: any) => {
      keyPolicy.Statement.push({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'kms:ReEncryptTo', Resource: '*' });
    }, 'kms:ReEncryptFrom and kms:ReEncryptTo'],
  ])('fails %s, and says so', async (_, change, action) => {
    const { local, arn, properties } = await deploy(KeyAccess.IAM_AND_KEY_POLICY, change);
    const answer = await run(local, properties);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`${action} on ${arn} failed with AccessDeniedException`);
  });

  it.each([KeyAccess.IAM_AND_KEY_POLICY, KeyAccess.KEY_POLICY_ONLY])('cannot read data of an application with %s', async (access) => {
    const { local, arn, principal, properties } = await deploy(access);
    const probe = local.as(principal);
    const foreign: Record<string, string>[] = [{}, { tenant: 'blue' }, { 'envelope-round-trip': 'another probe' }];
    for (const EncryptionContext of foreign) {
      await expect(probe.encrypt({ KeyId: arn, Plaintext: Buffer.from('x'), EncryptionContext })).rejects.toMatchObject({ name: 'AccessDeniedException' });
      await expect(probe.generateDataKey({ KeyId: arn, KeySpec: 'AES_256', EncryptionContext })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
    const own = { KeyId: arn, Plaintext: Buffer.from('x'), EncryptionContext: properties.EncryptionContext };
    await expect(probe.encrypt(own)).resolves.toMatchObject({ KeyId: arn });
    await expect(local.as({ ...principal, arn: `arn:aws:iam::${ACCOUNT}:role/Stranger`, identityPolicies: [] }).encrypt(own)).rejects.toThrow();
    await expect(probe.scheduleKeyDeletion({ KeyId: arn })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('takes at most 330 KB', () => {
    expect(statSync(BUNDLE).size).toBeLessThanOrEqual(330 * 1000);
  });
});

it('A deployment that fails because its key is disabled is rolled back although it still is', async () => {
  const appOf = (...payloadSizes: number[]) => {
    const stack = new Stack(new App(), 'Orders', { env: { account: ACCOUNT, region: REGION } });
    const encryptionKey = new CustomerManagedKey(stack, 'Key');
    encryptionKey.grantAdmin(new iam.Role(stack, 'Admin', { roleName: 'Admin', assumedBy: new iam.AccountRootPrincipal() }));
    new EnvelopeRoundTrip(stack, 'Proof', { encryptionKey, payloadSizes, propagationTimeout: Duration.seconds(1) });
    return stack.node.root as App;
  };
  const account = await SimulatedAccount.of(appOf(0));
  await account.deploy();
  await account.as('Admin').kms.disableKey({ KeyId: account.keyArn('Orders/Key') });
  const failed = await account.update(appOf(1)).catch((error) => error);
  expect(failed.message).toMatch(/UPDATE_FAILED Custom::EnvelopeRoundTrip .* failed with KeyState Disabled.*Enable the key/);
  expect(failed.rollbackFailures).toEqual([]);
  await account.as('Admin').kms.enableKey({ KeyId: account.keyArn('Orders/Key') });
  await account.update(appOf(1));
  expect(account.attribute('Orders/Proof/Resource', 'Bytes')).toBe('1');
  await account.close();
}, 30_000);
