import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyAccess } from '../../src/key/key-access';
import { SharedKey } from '../../src/key/shared-key';
import { EncryptedLogGroup } from '../../src/resources/encrypted-log-group';

const env = { account: '111122223333', region: 'eu-west-1' };
const stackOf = (id = 'Stack', app = new App()) => new Stack(app, id, { env });
const roleIn = (stack: Stack, id = 'Role') => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal(), roleName: id });
const ofKms = ({ Action }: { Action: string | string[] }) => [Action].flat().some((action) => action.startsWith('kms:'));

/** The statements about keys in the only IAM policy of a stack. */
function allowed(stack: Stack) {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return policy!['Properties'].PolicyDocument.Statement.filter(ofKms);
}

/** Those of the key policy that a grant wrote: all that have no Sid. */
function granted(stack: Stack) {
  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  return key!['Properties'].KeyPolicy.Statement.filter(({ Sid }: { Sid?: string }) => Sid === undefined);
}

describe('Grants of an EncryptedLogGroup', () => {
  const READ = { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: { StringEquals: { 'kms:ViaService': 'logs.eu-west-1.amazonaws.com' } } };
  const DESCRIBE = { Action: 'kms:DescribeKey' };

  it.each([
    ['grantRead', (it: EncryptedLogGroup, role: iam.IRole) => it.grantRead(role)],
    ['grantWrite', (it: EncryptedLogGroup, role: iam.IRole) => it.grantWrite(role)],
    ['grant', (it: EncryptedLogGroup, role: iam.IRole) => it.grant(role, 'logs:StartQuery')],
    ['grants.read', (it: EncryptedLogGroup, role: iam.IRole) => it.grants.read(role)],
    ['grants.write', (it: EncryptedLogGroup, role: iam.IRole) => it.grants.write(role)],
    ['grants.actions', (it: EncryptedLogGroup, role: iam.IRole) => it.grants.actions(role, ['logs:StartQuery'])],
  ])('(%s) give the use of the key through CloudWatch Logs only', (_, grant) => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    grant(new EncryptedLogGroup(stack, 'Logs', { encryptionKey: key }), roleIn(stack));
    const Resource = stack.resolve(key.keyArn);
    expect(allowed(stack)).toEqual([{ ...READ, Effect: 'Allow', Resource }, { ...DESCRIBE, Effect: 'Allow', Resource }]);
  });

  it('write both halves where IAM alone opens nothing', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    const role = roleIn(stack);
    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: key }).grantRead(role);
    expect(granted(stack)).toEqual([{ ...READ, Effect: 'Allow', Principal: { AWS: stack.resolve(role.roleArn) }, Resource: '*' }]);
    expect(allowed(stack)).toEqual([expect.objectContaining(READ), expect.objectContaining(DESCRIBE)]);
  });

  it('write the half of the key where the role takes no policies', () => {
    const stack = stackOf();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/audit', { mutable: false });
    new EncryptedLogGroup(stack, 'Logs').grantRead(role);
    expect(granted(stack)).toEqual([READ, DESCRIBE].map((each) => expect.objectContaining({ ...each, Principal: { AWS: role.roleArn } })));
  });

  it('to a role that takes no policies are refused where the key policy cannot be written either', () => {
    const stack = stackOf();
    const encryptionKey = SharedKey.fromSharedKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:999999999999:key/one');
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/audit', { mutable: false });
    expect(() => new EncryptedLogGroup(stack, 'Logs', { encryptionKey }).grantRead(role)).toThrow('it takes no IAM policy of this app');
  });

  it.each<[KeyAccess, boolean]>([[KeyAccess.IAM_AND_KEY_POLICY, true], [KeyAccess.KEY_POLICY_ONLY, false]])('with %s, a group is let in: %s', (access, expected) => {
    const stack = stackOf();
    const logGroup = new EncryptedLogGroup(stack, 'Logs', { encryptionKey: new CustomerManagedKey(stack, 'Key', { access }) });
    const grant = () => logGroup.grantRead(new iam.Group(stack, 'Auditors'));
    if (expected) expect(grant().success).toBe(true);
    else expect(grant).toThrow('Stack/Auditors is a group, and a key policy cannot name groups');
  });

  it('reach a central key without a cycle', () => {
    const app = new App();
    const [keys, logging] = [stackOf('Keys', app), stackOf('Logging', app)];
    const key = new CustomerManagedKey(keys, 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    new EncryptedLogGroup(logging, 'Logs', { encryptionKey: key }).grantRead(roleIn(logging));
    expect(() => app.synth()).not.toThrow();
    expect(logging.dependencies).toEqual([keys]);
  });

  it.each<[string, iam.IPrincipal]>([
    ['a service', new iam.ServicePrincipal('es.amazonaws.com')],
    ['a service under a condition', new iam.ServicePrincipal('es.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': env.account } } })],
    ['a service in a wrapper', new iam.PrincipalWithConditions(new iam.ServicePrincipal('es.amazonaws.com'), { Bool: { 'aws:SecureTransport': 'true' } })],
  ])('to %s give it no key: CloudWatch Logs encrypts as itself', (_, service) => {
    const stack = stackOf();
    new EncryptedLogGroup(stack, 'Logs').grantWrite(service);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::ResourcePolicy', 1);
    expect(granted(stack)).toEqual([]);
  });

  it.each<[string, (stack: Stack) => kms.IKeyRef]>([
    ['the L1 of a key', (stack) => new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: [] } })],
    ['a reference to a key', (stack) => kms.CfnKey.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/one')],
  ])('work with %s', (_, keyOf) => {
    const stack = stackOf();
    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: keyOf(stack) }).grantRead(roleIn(stack));
    expect(allowed(stack)).toEqual([expect.objectContaining(READ), expect.objectContaining(DESCRIBE)]);
  });
});
