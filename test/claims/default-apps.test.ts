import { App, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ordersApp } from '../../examples/orders/orders-stack';
import {
  CustomerManagedKey, EncryptedBucket, EncryptedLogGroup, EncryptedQueue, EncryptedStream, EncryptedTopic, EnvelopeRoundTrip, KeyAccess,
  SecureStringParameter, SecureStringValue,
} from '../../src';
import { RULES } from '../../src/claims/rules';
import { Place, PLACES } from '../services/place';
import { SERVICE_CASES } from '../services/service-cases';

/** The ids of the rules that an app breaks; errors fail the synthesis. */
function broken(app: App): string[] {
  app.synth();
  const warnings = app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data)));
  return [...new Set(warnings.flatMap((message) => Object.values(RULES).filter(({ id }) => message.includes(`'${id}'`)).map(({ id }) => id.split(':')[1]!)))];
}

function brokenBy(place: Place, build: (stack: Stack) => void): string[] {
  const app = new App();
  build(new Stack(app, 'Stack', { env: place.env }));
  return broken(app);
}

/** A rule into an encrypted topic has a residual; CDK itself opens the key of a bucket's access logs too far. */
const EXPECTED: Record<string, string[]> = {
  'rule into a topic': ['residualAccess'],
  'L1 rule into a topic': ['residualAccess'],
  'access logs of another bucket': ['unscopedService'],
};

const PARTS = SERVICE_CASES.flatMap(({ cases, parts }) => Object.entries(parts).map(([name, part]) => ({ service: cases.service, name, part })));

describe('breaks no rule that it need not:', () => {
  it.each(PARTS.map(({ service, name, part }, i) => [service, name, PLACES[i % PLACES.length]!, part] as const))('%s, %s', (_, name, place, part) => {
    expect([place.name, brokenBy(place, (stack) => part(stack, new CustomerManagedKey(stack, 'Key', { admins: [admin(stack)] })))]).toEqual([place.name, EXPECTED[name] ?? []]);
  });

  it.each(PLACES.map((place) => [place.name, place] as const))('every service at once, in %s', (_, place) => {
    const build = (access: KeyAccess) => brokenBy(place, (stack) => {
      const key = new CustomerManagedKey(stack, 'Key', { access, admins: [admin(stack)] });
      PARTS.filter(({ name }) => !EXPECTED[name]).forEach(({ part }, i) => part(new Construct(stack, `Part${i}`), key));
    });
    expect(Object.values(KeyAccess).map(build)).toEqual([[], []]);
  });

  it.each(PLACES.map((place) => [place.name, place] as const))('the golden resources with keys of their own, in %s', (_, place) => expect(brokenBy(place, (stack) => {
    [EncryptedBucket, EncryptedLogGroup, EncryptedQueue, EncryptedStream, EncryptedTopic].forEach((Golden) => { new Golden(stack, Golden.name); });
  })).toEqual([]));

  it('the golden resources, a secret and a proof under one key, in a stack of their own each', () => {
    const app = new App();
    const key = new CustomerManagedKey(new Stack(app, 'Keys'), 'Key', { access: KeyAccess.KEY_POLICY_ONLY });
    const stackOf = (id: string) => new Stack(app, id);
    new EncryptedBucket(stackOf('Bucket'), 'Bucket', { encryptionKey: key });
    new EncryptedQueue(stackOf('Queue'), 'Queue', { encryptionMasterKey: key });
    new EncryptedLogGroup(new NestedStack(stackOf('Logs'), 'Nested'), 'Logs', { encryptionKey: key });
    new SecureStringParameter(stackOf('Parameter'), 'Parameter', {
      parameterName: '/orders/db', encryptionKey: key, value: SecureStringValue.generated({ passwordLength: 32 }),
    });
    new EnvelopeRoundTrip(stackOf('Proof'), 'Proof', { encryptionKey: key });
    expect(broken(app)).toEqual([]);
  });

  it('the example', () => expect(broken(ordersApp().app)).toEqual([]));

  it('a key that replaces a stock one under everything', () => expect(brokenBy(PLACES[0]!, (stack) => {
    const previous = new kms.Key(stack, 'Old');
    const key = new CustomerManagedKey(stack, 'Key', { previousKeys: [previous] });
    new EncryptedBucket(stack, 'Bucket', { encryptionKey: key }).grantReadWrite(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
  })).toEqual([]));
});

function admin(stack: Stack): iam.IRole {
  return iam.Role.fromRoleArn(stack, 'Admin', stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'KeyAdmin' }));
}
