import * as s3 from 'aws-cdk-lib/aws-s3';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AppParts } from './app-part';

export const S3: AppParts = {
  'bucket': (scope, key) => { new s3.Bucket(scope, 'Bucket', { encryptionKey: key }); },
  'L1 bucket': (scope, key) => { encryptedL1Bucket(scope, key.keyArn); },
  'other keys of a bucket': (scope, key) => {
    const kmsKeyArn = key.keyArn;
    const tables = { encryptionConfiguration: { kmsKeyArn, sseAlgorithm: 'aws:kms' } };
    new s3.CfnBucket(scope, 'Bucket', {
      metadataConfiguration: {
        journalTableConfiguration: { ...tables, recordExpiration: { expiration: 'DISABLED' } },
        inventoryTableConfiguration: { ...tables, configurationState: 'ENABLED' },
      },
      replicationConfiguration: {
        role: 'arn:aws:iam::111122223333:role/replication',
        rules: [{ status: 'Enabled', destination: { bucket: 'arn:aws:s3:::copies', encryptionConfiguration: { replicaKmsKeyId: kmsKeyArn } } }],
      },
    });
  },
  'notification to a queue': (scope, key) => {
    const queue = new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    new s3.Bucket(scope, 'Plain').addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue));
  },
  'notification to a queue, and the bucket under the same key': (scope, key) => {
    const queue = new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    const bucket = new s3.Bucket(scope, 'Bucket', { encryptionKey: key });
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue));
  },
  'notification to a topic': (scope, key) => {
    const topic = new sns.Topic(scope, 'Topic', { masterKey: key });
    new s3.Bucket(scope, 'Plain').addEventNotification(s3.EventType.OBJECT_REMOVED, new notifications.SnsDestination(topic));
  },
  'notification of an imported bucket': (scope, key) => {
    const queue = new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    const bucket = s3.Bucket.fromBucketName(scope, 'Imported', 'orders');
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue));
  },
  'L1 notification to a queue': (scope, key) => {
    const queue = new sqs.CfnQueue(scope, 'Queue', { kmsMasterKeyId: key.keyArn });
    const queueConfigurations = [{ event: 's3:ObjectCreated:*', queue: queue.attrArn }];
    new s3.CfnBucket(scope, 'Plain', { notificationConfiguration: { queueConfigurations } });
  },
  'L1 notification to a topic': (scope, key) => {
    const topic = new sns.CfnTopic(scope, 'Topic', { kmsMasterKeyId: key.keyArn });
    const topicConfigurations = [{ event: 's3:ObjectCreated:*', topic: topic.ref }];
    new s3.CfnBucket(scope, 'Plain', { notificationConfiguration: { topicConfigurations } });
  },
  'inventory': (scope, key) => {
    const bucket = new s3.Bucket(scope, 'Reports', { encryptionKey: key });
    new s3.Bucket(scope, 'Plain').addInventory({ destination: { bucket } });
  },
  'analytics': (scope, key) => {
    const destination = { bucketArn: encryptedL1Bucket(scope, key.keyArn).attrArn, format: 'CSV' };
    const storageClassAnalysis = { dataExport: { destination, outputSchemaVersion: 'V_1' } };
    new s3.CfnBucket(scope, 'Plain', { analyticsConfigurations: [{ id: 'all', storageClassAnalysis }] });
  },
  'buckets and queues that send nothing into each other': (scope, key) => {
    new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    new s3.Bucket(scope, 'Bucket', { encryptionKey: key }).addEventNotification(s3.EventType.OBJECT_CREATED,
      new notifications.SqsDestination(new sqs.Queue(scope, 'Plain')));
  },
  'access logs of another bucket': (scope, key) => {
    const serverAccessLogsBucket = new s3.Bucket(scope, 'Logs', { encryptionKey: key });
    new s3.Bucket(scope, 'Plain', { serverAccessLogsBucket });
  },
  'access logs of its own': (scope, key) => {
    new s3.CfnBucket(scope, 'Bucket', { bucketEncryption: encryption(key.keyArn), loggingConfiguration: { logFilePrefix: 'logs/' } });
  },
  'access logs in a bucket without a key': (scope, key) => {
    new s3.Bucket(scope, 'Bucket', { encryptionKey: key, serverAccessLogsBucket: new s3.Bucket(scope, 'Logs') });
  },
  'bucket that names its key by an alias': (scope, key) => {
    const alias = `alias/${scope.node.path}`;
    key.addAlias(alias);
    encryptedL1Bucket(scope, alias);
  },
  'bucket that names its key by a bare id': (scope, key) => { encryptedL1Bucket(scope, key.keyId); },
  'bucket that names its replica key by a bare id': (scope, key) => {
    const destination = { bucket: 'arn:aws:s3:::copies', encryptionConfiguration: { replicaKmsKeyId: key.keyId } };
    const role = 'arn:aws:iam::111122223333:role/replication';
    new s3.CfnBucket(scope, 'Bucket', { replicationConfiguration: { role, rules: [{ status: 'Enabled', destination }] } });
  },
};

function encryptedL1Bucket(scope: Construct, kmsMasterKeyId: string): s3.CfnBucket {
  return new s3.CfnBucket(scope, 'Bucket', { bucketEncryption: encryption(kmsMasterKeyId) });
}

function encryption(kmsMasterKeyId: string): s3.CfnBucket.BucketEncryptionProperty {
  return { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId } }] };
}
