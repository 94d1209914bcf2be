import { App, Duration, PropertyInjectors, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import uploads from './uploads.json';
import { CustomerManagedKey } from '../../src/key/customer-managed-key';
import { KeyProfile } from '../../src/key/key-profile';
import { evaluate } from '../../src/proof';
import { EncryptedBucket } from '../../src/resources/encrypted-bucket';
import { EncryptedLogGroup } from '../../src/resources/encrypted-log-group';
import { EncryptedQueue } from '../../src/resources/encrypted-queue';
import { EncryptedStream } from '../../src/resources/encrypted-stream';
import { EncryptedTopic } from '../../src/resources/encrypted-topic';

const env = { account: '111122223333', region: 'eu-west-1' };
const stackOf = (id = 'Stack', app = new App()) => new Stack(app, id, { env });

/** The five, by what they have in common: the stock class, the prop of the key, and where CloudFormation keeps it. */
const GOLDEN = [
  {
    type: 'AWS::S3::Bucket',
    stock: s3.Bucket,
    make: (scope: Construct, key?: kms.IKey) => new EncryptedBucket(scope, 'It', { encryptionKey: key }),
    keyOf: (it: unknown) => (it as EncryptedBucket).encryptionKey,
    keyProp: 'encryptionKey',
    properties: (key: unknown) => ({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
        }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  },
  {
    type: 'AWS::SQS::Queue',
    stock: sqs.Queue,
    make: (scope: Construct, key?: kms.IKey) => new EncryptedQueue(scope, 'It', { encryptionMasterKey: key }),
    keyOf: (it: unknown) => (it as EncryptedQueue).encryptionMasterKey,
    keyProp: 'encryptionMasterKey',
    properties: (key: unknown) => ({ KmsMasterKeyId: key, KmsDataKeyReusePeriodSeconds: 300 }),
  },
  {
    type: 'AWS::SNS::Topic',
    stock: sns.Topic,
    make: (scope: Construct, key?: kms.IKey) => new EncryptedTopic(scope, 'It', { masterKey: key }),
    keyOf: (it: unknown) => (it as EncryptedTopic).masterKey,
    keyProp: 'masterKey',
    properties: (key: unknown) => ({ KmsMasterKeyId: key }),
  },
  {
    type: 'AWS::Kinesis::Stream',
    stock: kinesis.Stream,
    make: (scope: Construct, key?: kms.IKey) => new EncryptedStream(scope, 'It', { encryptionKey: key }),
    keyOf: (it: unknown) => (it as EncryptedStream).encryptionKey,
    keyProp: 'encryptionKey',
    properties: (key: unknown) => ({ StreamEncryption: { EncryptionType: 'KMS', KeyId: key }, RetentionPeriodHours: 168 }),
  },
  {
    type: 'AWS::Logs::LogGroup',
    stock: logs.LogGroup,
    make: (scope: Construct, key?: kms.IKey) => new EncryptedLogGroup(scope, 'It', { encryptionKey: key }),
    keyOf: (it: unknown) => (it as EncryptedLogGroup).encryptionKey,
    keyProp: 'encryptionKey',
    properties: (key: unknown) => ({ KmsKeyId: key, RetentionInDays: 365 }),
  },
];

const arnOf = (stack: Stack, key: kms.IKeyRef): unknown => stack.resolve(key.keyRef.keyArn);

describe.each(GOLDEN)('A golden $type', ({ type, stock, make, keyOf, keyProp, properties }) => {
  it('is encrypted under the key it is given', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Given');
    const it = make(stack, key);
    expect(keyOf(it)).toBe(key);
    Template.fromStack(stack).hasResourceProperties(type, properties(arnOf(stack, key)));
    Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
  });

  it('makes a customer-managed key of its own where none is given', () => {
    const stack = stackOf();
    const it = make(stack);
    const key = keyOf(it)!;
    expect(key).toBe((it as Construct).node.findChild('Key'));
    expect(key).toBeInstanceOf(CustomerManagedKey);
    Template.fromStack(stack).hasResourceProperties(type, properties(arnOf(stack, key)));
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
  });

  it('differs between an own and a given key in nothing but the key', () => {
    const [own, given] = [stackOf(), stackOf()];
    const arn = (stack: Stack, it: unknown) => JSON.stringify(arnOf(stack, keyOf(it)!));
    const render = (stack: Stack, it: unknown) => {
      const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, { Type: string }> };
      const others = Object.entries(Resources).filter(([, { Type }]) => !Type.startsWith('AWS::KMS::'));
      return JSON.parse(JSON.stringify(others).replaceAll(arn(stack, it), '"the key"'));
    };
    expect(render(own, make(own))).toEqual(render(given, make(given, new CustomerManagedKey(given, 'Given'))));
  });

  it('passes all packs of cdk-nag', () => {
    const stack = stackOf();
    make(stack);
    for (const Pack of [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks]) {
      expect(new Pack().validateScope(stack).violations).toEqual([]);
    }
  });

  it('keeps its own key under a property injector that changes something else', () => {
    const stack = stackOf();
    PropertyInjectors.of(stack).add({ constructUniqueId: stock.PROPERTY_INJECTION_ID, inject: (props) => ({ ...props }) });
    const key = keyOf(make(stack))!;
    Template.fromStack(stack).hasResourceProperties(type, properties(arnOf(stack, key)));
  });

  it('refuses an alias of which only the name is known: its grants would say nothing about the key', () => {
    const stack = stackOf();
    expect(() => make(stack, kms.Alias.fromAliasName(stack, 'Alias', 'alias/orders'))).toThrow(
      `'${keyProp}' of Stack/It is an alias of which only the name is known; its key cannot be named in a policy. Give the key itself.`);
  });

  it('takes an alias whose key the app knows, unless its service must be told the ARN of the key', () => {
    const stack = stackOf();
    const alias = new kms.Alias(stack, 'Alias', { aliasName: 'orders', targetKey: new CustomerManagedKey(stack, 'Given') });
    const needsArn = ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'].includes(type);
    if (needsArn) expect(() => make(stack, alias)).toThrow(`'${keyProp}' of Stack/It is the alias Stack/Alias; the service must be told the ARN of the key.`);
    else expect(keyOf(make(stack, alias))).toBe(alias);
  });

  it('tells plain JavaScript the name of its key prop when it is given that of another class', () => {
    const others = ['encryptionKey', 'encryptionMasterKey', 'masterKey', 'kmsKey'].filter((prop) => prop !== keyProp);
    for (const prop of others) {
      const stack = stackOf();
      const Golden = make(stackOf()).constructor as new (scope: Construct, id: string, props: object) => unknown;
      expect(() => new Golden(stack, 'It', { [prop]: new CustomerManagedKey(stack, 'Given') })).toThrow(
        `[Stack/It] ${Golden.name} has no prop '${prop}'; its key is '${keyProp}', as in `);
    }
  });

  it('fails when a property injector takes the key away, or gives another', () => {
    const stack = stackOf();
    const other = new CustomerManagedKey(stack, 'Other');
    const inject = (key?: kms.IKey) => PropertyInjectors.of(stack).add({
      constructUniqueId: stock.PROPERTY_INJECTION_ID,
      inject: (props) => ({ ...props, encryption: undefined, bucketKeyEnabled: undefined, [keyProp]: key }),
    });
    inject(other);
    expect(() => make(new Construct(stack, 'A'))).toThrow(`[Stack/A/It] A property injector replaced '${keyProp}'`);
    inject();
    expect(() => make(new Construct(stack, 'B'), new CustomerManagedKey(stack, 'Given'))).toThrow(`Let the injector keep '${keyProp}'`);
  });
});

describe('Props that contradict the encryption', () => {
  const cases: [string, (scope: Construct) => unknown, string][] = [
    ['S3-managed encryption', (scope) => new EncryptedBucket(scope, 'It', { encryption: s3.BucketEncryption.S3_MANAGED }),
      "[Stack/It] 'encryption' is \"S3_MANAGED\"; EncryptedBucket accepts \"KMS\" only. Leave 'encryption' out, or use s3.Bucket."],
    ['no encryption', (scope) => new EncryptedBucket(scope, 'It', { encryption: s3.BucketEncryption.UNENCRYPTED }), '"UNENCRYPTED"; EncryptedBucket'],
    ['two layers', (scope) => new EncryptedBucket(scope, 'It', { encryption: s3.BucketEncryption.DSSE }), '"DSSE"; EncryptedBucket'],
    ['connections without TLS', (scope) => new EncryptedBucket(scope, 'It', { enforceSSL: false }), "'enforceSSL' is false; EncryptedBucket accepts true only"],
    ['public ACLs', (scope) => new EncryptedBucket(scope, 'It', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ACLS_ONLY }), "'blockPublicAccess' is {"],
    ['public objects', (scope) => new EncryptedBucket(scope, 'It', { publicReadAccess: true }), "'publicReadAccess' is true"],
    ['objects of their writers', (scope) => new EncryptedBucket(scope, 'It', { objectOwnership: s3.ObjectOwnership.OBJECT_WRITER }), '"BucketOwnerEnforced" only'],
    ['SQS-managed encryption', (scope) => new EncryptedQueue(scope, 'It', { encryption: sqs.QueueEncryption.SQS_MANAGED }),
      "'encryption' is \"SQS_MANAGED\"; EncryptedQueue accepts \"KMS\" only. Leave 'encryption' out, or use sqs.Queue."],
    ['the key of Amazon SQS', (scope) => new EncryptedQueue(scope, 'It', { encryption: sqs.QueueEncryption.KMS_MANAGED }), '"KMS_MANAGED"; EncryptedQueue'],
    ['a queue without encryption', (scope) => new EncryptedQueue(scope, 'It', { encryption: sqs.QueueEncryption.UNENCRYPTED }), '"NONE"; EncryptedQueue'],
    ['a queue without TLS', (scope) => new EncryptedQueue(scope, 'It', { enforceSSL: false }), "'enforceSSL' is false; EncryptedQueue"],
    ['a topic without TLS', (scope) => new EncryptedTopic(scope, 'It', { enforceSSL: false }), "'enforceSSL' is false; EncryptedTopic"],
    ['the key of Kinesis', (scope) => new EncryptedStream(scope, 'It', { encryption: kinesis.StreamEncryption.MANAGED }), '"MANAGED"; EncryptedStream'],
    ['a stream without encryption', (scope) => new EncryptedStream(scope, 'It', { encryption: kinesis.StreamEncryption.UNENCRYPTED }), '"NONE"; EncryptedStream'],
  ];

  it.each(cases)('are refused: %s', (_, make, message) => {
    expect(() => make(stackOf())).toThrow(message);
  });

  it('are no contradiction when they say what is so anyway, or are undefined', () => {
    const stack = stackOf();
    new EncryptedBucket(stack, 'Same', {
      encryption: s3.BucketEncryption.KMS, enforceSSL: true, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, minimumTLSVersion: 1.3,
    });
    new EncryptedQueue(stack, 'Undefined', { encryption: undefined, dataKeyReuse: undefined });
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', { KmsDataKeyReusePeriodSeconds: 300 });
  });
});

describe('Server access logs', () => {
  it('of a bucket cannot go into itself', () => {
    expect(() => new EncryptedBucket(stackOf(), 'It', { serverAccessLogsPrefix: 'logs/' })).toThrow(
      "[Stack/It] 'serverAccessLogsPrefix' is 'logs/' and there is no 'serverAccessLogsBucket', so that the bucket would log into itself; "
      + 'server access logs go only into buckets with SSE-S3.');
  });

  it('go into another bucket', () => {
    const stack = stackOf();
    const serverAccessLogsBucket = new s3.Bucket(stack, 'Logs', { encryption: s3.BucketEncryption.S3_MANAGED });
    new EncryptedBucket(stack, 'It', { serverAccessLogsPrefix: 'logs/', serverAccessLogsBucket });
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: stack.resolve(serverAccessLogsBucket.bucketName), LogFilePrefix: 'logs/' },
    });
  });
});

describe('Props that change an opinion', () => {
  it('win', () => {
    const stack = stackOf();
    new EncryptedBucket(stack, 'Bucket', { versioned: false, bucketKeyEnabled: false });
    new EncryptedQueue(stack, 'Queue', { fifo: true, dataKeyReuse: Duration.hours(1) });
    new EncryptedTopic(stack, 'Topic', { fifo: true });
    new EncryptedStream(stack, 'Stream', { retentionPeriod: Duration.hours(24) });
    new EncryptedLogGroup(stack, 'Logs', { retention: logs.RetentionDays.INFINITE });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: Match.absent(),
      BucketEncryption: { ServerSideEncryptionConfiguration: [Match.objectLike({ BucketKeyEnabled: false })] },
    });
    template.hasResourceProperties('AWS::SQS::Queue', { FifoQueue: true, KmsDataKeyReusePeriodSeconds: 3600 });
    template.hasResourceProperties('AWS::SNS::Topic', { FifoTopic: true });
    template.hasResourceProperties('AWS::Kinesis::Stream', { RetentionPeriodHours: 24 });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.absent() });
  });

  it('come from the profile of the keys for what is kept of a bucket, a stream and a log group', () => {
    const [production, sandbox] = [stackOf(), stackOf()];
    KeyProfile.use(sandbox, KeyProfile.SANDBOX);
    for (const stack of [production, sandbox]) {
      new EncryptedBucket(stack, 'Bucket');
      new EncryptedStream(stack, 'Stream');
      new EncryptedLogGroup(stack, 'Logs');
      new EncryptedLogGroup(stack, 'Kept', { removalPolicy: RemovalPolicy.RETAIN });
    }
    const policies = (stack: Stack) => ['AWS::S3::Bucket', 'AWS::Kinesis::Stream', 'AWS::Logs::LogGroup']
      .flatMap((type) => Object.values(Template.fromStack(stack).findResources(type)).map(({ DeletionPolicy }) => DeletionPolicy));
    expect(policies(production)).toEqual(['Retain', 'Retain', 'Retain', 'Retain']);
    expect(policies(sandbox)).toEqual(['Delete', 'Delete', 'Delete', 'Retain']);
  });
});

describe('TLS', () => {
  it('is enforced by the policies of bucket, queue and topic', () => {
    const stack = stackOf();
    new EncryptedBucket(stack, 'Bucket');
    new EncryptedQueue(stack, 'Queue');
    new EncryptedTopic(stack, 'Topic');
    const deny = Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    for (const type of ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy']) {
      Template.fromStack(stack).hasResourceProperties(type, { PolicyDocument: { Statement: Match.arrayWith([deny]) } });
    }
  });
});

describe('A dead-letter queue', () => {
  it('is the one that the user makes, and needs none itself', () => {
    const stack = stackOf();
    new EncryptedQueue(stack, 'Queue', { deadLetterQueue: { queue: new EncryptedQueue(stack, 'Dead'), maxReceiveCount: 3 } });
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 2);
  });
});

describe('An upload to an EncryptedBucket', () => {
  const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/of-the-bucket';
  const stack = stackOf();
  new EncryptedBucket(stack, 'Bucket', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY) });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy')) as [Record<string, any>];
  // The evaluator knows the ARNs of keys, not of objects.
  const denies = Properties.PolicyDocument.Statement.map((statement: object) => ({ ...statement, Resource: '*' }));
  const allow = { Sid: 'Anybody', Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:*', Resource: '*' };
  const keyPolicy = { Version: '2012-10-17', Statement: [allow, ...denies] };

  it.each(uploads)('$name: $expected', ({ headers, expected }) => {
    const context = JSON.parse(JSON.stringify({ 'aws:SecureTransport': true, ...headers }).replace('${Key}', KEY));
    const request = { principal: 'arn:aws:iam::111122223333:role/Writer', action: 's3:PutObject', context };
    const { decision, statement } = evaluate({ keyPolicy, request });
    expect(decision === 'allow' ? decision : statement?.sid).toBe(expected);
  });

  it('is refused without TLS', () => {
    const request = { principal: 'arn:aws:iam::111122223333:role/Writer', action: 's3:PutObject', context: { 'aws:SecureTransport': false } };
    expect(evaluate({ keyPolicy, request }).decision).toBe('explicitDeny');
  });

  it('may be refused for its key while downloads may not', () => {
    const context = { 'aws:SecureTransport': true, 's3:x-amz-server-side-encryption': 'AES256' };
    const request = { principal: 'arn:aws:iam::111122223333:role/Reader', action: 's3:GetObject', context };
    expect(evaluate({ keyPolicy, request }).decision).toBe('allow');
  });
});

describe('Grants', () => {
  const roleIn = (stack: Stack, id = 'Role') => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal(), roleName: id });
  const allowed = (stack: Stack, policy: string) => {
    const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const { Properties } = policies.find(([id]) => id.startsWith(policy))![1];
    const { Statement } = Properties.PolicyDocument as { Statement: { Action: string | string[] }[] };
    return Statement.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')));
  };

  it('of the stock methods give the use of an own key as of a given one', () => {
    const stack = stackOf();
    const [bucket, queue, topic, stream] = [
      new EncryptedBucket(stack, 'Bucket'), new EncryptedQueue(stack, 'Queue'), new EncryptedTopic(stack, 'Topic'), new EncryptedStream(stack, 'Stream'),
    ];
    bucket.grantReadWrite(roleIn(stack, 'BucketRole'));
    queue.grantConsumeMessages(roleIn(stack, 'QueueRole'));
    topic.grantPublish(roleIn(stack, 'TopicRole'));
    stream.grantWrite(roleIn(stack, 'StreamRole'));
    const use = Object.fromEntries(['BucketRole', 'QueueRole', 'TopicRole', 'StreamRole'].map((role) => [role, allowed(stack, role)]));
    const on = (key: kms.IKey | undefined, ...Action: string[]) => [expect.objectContaining({
      Action: Action.length > 1 ? expect.arrayContaining(Action) : Action[0], Resource: arnOf(stack, key!),
    })];
    expect(use).toEqual({
      BucketRole: on(bucket.encryptionKey, 'kms:Decrypt', 'kms:GenerateDataKey'),
      QueueRole: on(queue.encryptionMasterKey, 'kms:Decrypt'),
      TopicRole: on(topic.masterKey, 'kms:Decrypt', 'kms:GenerateDataKey'),
      StreamRole: on(stream.encryptionKey, 'kms:Encrypt', 'kms:GenerateDataKey'),
    });
  });
});

describe('One key', () => {
  it('serves all five, fed by each other, without a cycle', () => {
    const stack = stackOf();
    const key = new CustomerManagedKey(stack, 'Key');
    const queue = new EncryptedQueue(stack, 'Queue', { encryptionMasterKey: key });
    const topic = new EncryptedTopic(stack, 'Topic', { masterKey: key });
    new EncryptedBucket(stack, 'Bucket', { encryptionKey: key });
    new EncryptedStream(stack, 'Stream', { encryptionKey: key });
    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: key });
    topic.addSubscription(new subscriptions.SqsSubscription(queue));
    expect(() => Template.fromStack(stack)).not.toThrow(); // fromStack looks for cycles
  });
});
