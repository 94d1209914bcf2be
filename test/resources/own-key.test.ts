import { types } from 'node:util';
import { App, Aspects, PropertyInjectors, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyProfile } from '../../src/key/key-profile';
import { EncryptedBucket } from '../../src/resources/encrypted-bucket';
import { EncryptedLogGroup } from '../../src/resources/encrypted-log-group';
import { EncryptedQueue } from '../../src/resources/encrypted-queue';
import { EncryptedStream } from '../../src/resources/encrypted-stream';
import { EncryptedTopic } from '../../src/resources/encrypted-topic';

const env = { account: '111122223333', region: 'eu-west-1' };
const stackOf = (app = new App()) => new Stack(app, 'Stack', { env });

describe('An own key', () => {
  it.each<[string, (scope: Construct) => unknown, (scope: Construct) => unknown]>([
    ['bucket', (scope) => new s3.Bucket(scope, 'It', { encryption: s3.BucketEncryption.KMS }), (scope) => new EncryptedBucket(scope, 'It')],
    ['queue', (scope) => new sqs.Queue(scope, 'It', { encryption: sqs.QueueEncryption.KMS }), (scope) => new EncryptedQueue(scope, 'It')],
    ['stream', (scope) => new kinesis.Stream(scope, 'It', { encryption: kinesis.StreamEncryption.KMS }), (scope) => new EncryptedStream(scope, 'It')],
  ])('takes the place of the one that the stock %s made, and is not another', (_, stock, golden) => {
    const idsOf = (make: (scope: Construct) => unknown) => {
      const stack = stackOf();
      make(stack);
      return Object.keys(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    };
    expect(idsOf(golden)).toEqual(idsOf(stock));
  });

  it('is granted to whom the stock constructor grants it', () => {
    const stack = stackOf();
    const { encryptionKey } = new EncryptedBucket(stack, 'It', {
      replicationRules: [{ destination: s3.Bucket.fromBucketName(stack, 'Copy', 'copy'), sseKmsEncryptedObjects: true }],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Resource: stack.resolve(encryptionKey!.keyArn) })]) },
    });
  });

  it('is itself what aspects visit and constructs hold: nothing else is left of what stood in for it', () => {
    const stack = stackOf();
    const classes = [EncryptedBucket, EncryptedLogGroup, EncryptedQueue, EncryptedStream, EncryptedTopic];
    const made = classes.map((Golden) => new Golden(stack, Golden.name));
    const visited: IConstruct[] = [];
    Aspects.of(stack).add({ visit: (node) => visited.push(node) });
    Template.fromStack(stack);
    expect(visited).toEqual(expect.arrayContaining(made.map(({ node }) => node.findChild('Key'))));
    const held = reachableFrom(stack);
    expect(held.has(made[0]!.node.findChild('Key'))).toBe(true);
    expect([...held].filter((value) => types.isProxy(value))).toEqual([]);
  });

  it.each([
    ['Retain', RemovalPolicy.RETAIN],
    ['Retain', RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE],
    ['Delete', RemovalPolicy.DESTROY],
    ['Delete', undefined],
  ])('has the deletion policy %s in a sandbox where its resource has %s: what is kept stays readable', (policy, removalPolicy) => {
    const stack = stackOf();
    KeyProfile.use(stack, KeyProfile.SANDBOX);
    new EncryptedBucket(stack, 'Bucket', { removalPolicy });
    new EncryptedLogGroup(stack, 'Logs', { removalPolicy });
    new EncryptedStream(stack, 'Stream', { removalPolicy });
    const keys = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    expect(keys.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([policy, policy, policy]);
  });
});

describe('An own key in the hands of a property injector', () => {
  const injecting = (inject: (props: s3.BucketProps) => s3.BucketProps) => {
    const stack = stackOf();
    PropertyInjectors.of(stack).add({ constructUniqueId: s3.Bucket.PROPERTY_INJECTION_ID, inject });
    return stack;
  };

  it('is a key, and can be tagged and passed on as jsii does to tell it another language', () => {
    const TAG = Symbol.for('tag');
    const stack = injecting((props) => {
      const key = props.encryptionKey as unknown as Record<symbol, unknown>;
      expect(key).toBeInstanceOf(kms.Key);
      expect(key.constructor).toBe(CustomerManagedKey);
      expect([TAG in key, key[TAG]]).toEqual([false, undefined]);
      Object.defineProperty(key, TAG, { value: 'reference' }); // neither writable nor configurable
      expect([TAG in key, key[TAG]]).toEqual([true, 'reference']);
      return { ...props };
    });
    const { encryptionKey } = new EncryptedBucket(stack, 'It');
    expect(encryptionKey).toBe(stack.node.findChild('It').node.findChild('Key'));
  });

  it('stays usable when the injector keeps it', () => {
    let kept: kms.IKey | undefined;
    const stack = injecting((props) => ({ ...props, encryptionKey: kept = props.encryptionKey }));
    const { encryptionKey } = new EncryptedBucket(stack, 'It');
    const queue = new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: kept });
    expect([kept!.keyArn, queue.encryptionMasterKey!.node]).toEqual([encryptionKey!.keyArn, encryptionKey!.node]);
  });

  it('cannot be used before it exists, and says so', () => {
    const stack = injecting((props) => ({ ...props, bucketName: props.encryptionKey!.keyId }));
    expect(() => new EncryptedBucket(stack, 'It')).toThrow('[Stack/It] A property injector uses the key that this resource makes for itself, '
      + 'which does not exist yet. Let the injector pass the key on as it is, or give the resource a key.');
  });
});

describe('A key that the service cannot use', () => {
  const KEY = 'arn:aws:kms:us-east-1:111122223333:key/one';

  it('is refused: one of another Region', () => {
    const stack = stackOf();
    expect(() => new EncryptedTopic(stack, 'It', { masterKey: kms.Key.fromKeyArn(stack, 'Key', KEY) })).toThrow(
      "[Stack/It] 'masterKey' is a key of us-east-1; a resource in eu-west-1 uses keys of eu-west-1 only. Make a key in that Region, "
      + 'or give the ARN of the replica there of a multi-Region key.');
  });

  it.each<[string, (stack: Stack) => kms.IKeyRef]>([
    ['a key', (stack) => new CustomerManagedKey(stack, 'Key', { keySpec: kms.KeySpec.RSA_2048 })],
    ['the L1 of a key', (stack) => new kms.CfnKey(stack, 'Key', { keySpec: 'RSA_2048', keyPolicy: {} })],
  ])('is refused: %s that is not symmetric', (_, keyOf) => {
    const stack = stackOf();
    expect(() => new EncryptedLogGroup(stack, 'It', { encryptionKey: keyOf(stack) })).toThrow("[Stack/It] 'encryptionKey' is a key of spec RSA_2048; "
      + "services encrypt under SYMMETRIC_DEFAULT keys only. Leave 'keySpec' of the key out.");
  });

  it('is not what is known only at deployment, or says that it is symmetric', () => {
    const anywhere = new Stack(new App(), 'Anywhere');
    expect(() => new EncryptedTopic(anywhere, 'It', { masterKey: kms.Key.fromKeyArn(anywhere, 'Key', KEY) })).not.toThrow();
    expect(() => new EncryptedTopic(anywhere, 'Own', { masterKey: new kms.Key(anywhere, 'Stock', { keySpec: kms.KeySpec.SYMMETRIC_DEFAULT }) })).not.toThrow();
  });
});

/** Every object that hangs on `root`, by whatever property. */
function reachableFrom(root: object): Set<object> {
  const seen = new Set<object>();
  for (const todo: unknown[] = [root]; todo.length > 0;) {
    const value = todo.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    if (types.isProxy(value)) continue;
    const properties = Object.values(Object.getOwnPropertyDescriptors(value)) as PropertyDescriptor[];
    todo.push(...properties.map((property) => property.value), ...(value instanceof Map ? [...value.values()] : []));
  }
  return seen;
}
