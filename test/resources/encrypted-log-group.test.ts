import { App, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
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

describe('The key of an EncryptedLogGroup', () => {
  const ID = 'cdk-customer-managed-keys:keyDoesNotWire';
  const ARN = 'arn:aws:kms:eu-west-1:999999999999:key/one';
  const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(ID)).map(({ entry }) => entry.data);

  it.each<[string, (stack: Stack) => kms.IKeyRef]>([
    ['a stock key', (stack) => new kms.Key(stack, 'Key')],
    ['an imported key', (stack) => kms.Key.fromKeyArn(stack, 'Key', ARN)],
    ['a shared key', (stack) => SharedKey.fromSharedKeyArn(stack, 'Key', ARN)],
    ['the L1 of a key', (stack) => new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: [] } })],
  ])('does not let CloudWatch Logs in by itself, and its user is told: %s', (_, keyOf) => {
    const stack = stackOf();
    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: keyOf(stack) });
    expect(warnings(stack)).toEqual([expect.stringContaining(
      'Stack/Logs is encrypted under Stack/Key, which is no CustomerManagedKey of this app and does not wire itself. Its policy must let CloudWatch Logs '
      + '(the service principal logs.eu-west-1) use it, or the deployment fails. Make it a CustomerManagedKey, or let its owner add '
      + "key.authorize(KeyUse.of('logs:log-group', { account: '111122223333' })) or a statement like it.")]);
  });

  it.each<[string, (stack: Stack) => kms.IKeyRef | undefined]>([
    ['its own', () => undefined],
    ['a given one', (stack) => new CustomerManagedKey(stack, 'Key')],
    ['the L1 of a given one', (stack) => new CustomerManagedKey(stack, 'Key').node.defaultChild as kms.CfnKey],
  ])('lets CloudWatch Logs in where it is a CustomerManagedKey: %s', (_, keyOf) => {
    const stack = stackOf();
    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: keyOf(stack) });
    expect(warnings(stack)).toEqual([]);
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'Allow CloudWatch Logs to encrypt the log groups of this account and Region' })]) },
    });
  });

  it('warns no more once its user has acknowledged it', () => {
    const stack = stackOf();
    const logGroup = new EncryptedLogGroup(stack, 'Logs', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', ARN) });
    Validations.of(logGroup).acknowledge({ id: ID, reason: 'Its owner has let CloudWatch Logs in.' });
    expect(warnings(stack)).toEqual([]);
  });
});
