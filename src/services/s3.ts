import { ResourceHazard, ServiceFacts, ServiceUse } from './service-facts';

const OF_THIS_ACCOUNT = { StringEquals: { 'aws:SourceAccount': '${Account}' } };
const OF_THIS_ACCOUNTS_BUCKETS = { ...OF_THIS_ACCOUNT, ArnLike: { 'aws:SourceArn': 'arn:${Partition}:s3:::*' } };

// Amazon S3 User Guide, Granting permissions to publish event notification messages to a destination: the key of the queue or
// topic admits s3.amazonaws.com; a bucket's ARN names no account, so aws:SourceAccount is what keeps foreign buckets out.
const NOTIFICATIONS: ServiceUse = {
  id: 's3:notification',
  sid: 'Allow Amazon S3 to send event notifications of the buckets of this account',
  principal: 's3.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  conditions: OF_THIS_ACCOUNT,
  source: 'Amazon S3 User Guide, Granting permissions to publish event notification messages to a destination',
};

const INVENTORY: ServiceUse = {
  id: 's3:inventory',
  sid: 'Allow Amazon S3 to write the inventory and analytics reports of the buckets of this account',
  principal: 's3.amazonaws.com',
  actions: ['kms:GenerateDataKey'],
  conditions: OF_THIS_ACCOUNTS_BUCKETS,
  source: 'Amazon S3 User Guide, Granting Amazon S3 permission to use your AWS KMS key for encryption (Configuring Amazon S3 Inventory)',
};

const ACCESS_LOGS: ResourceHazard = {
  warning: 'cdk-customer-managed-keys:accessLogsIntoKmsBucket',
  message: 'server access logs go into a bucket whose default encryption is a KMS key; Amazon S3 delivers them only into buckets '
    + 'with SSE-S3, and drops them otherwise. Log into a bucket with encryption: BucketEncryption.S3_MANAGED.',
  source: 'Amazon S3 User Guide, Enabling Amazon S3 server access logging',
};

const REQUESTERS_ALIAS: ResourceHazard = {
  warning: 'cdk-customer-managed-keys:aliasResolvesForRequester',
  message: 'the bucket names its key by an alias, which Amazon S3 looks up in the account of whoever writes an object: a writer of '
    + 'another account uses another key, or fails. Name the key itself (encryptionKey: key), which renders its ARN.',
  source: 'Amazon S3 User Guide, Setting default server-side encryption behavior for Amazon S3 buckets',
};

const BUCKET = 'AWS::S3::Bucket';
const QUEUE = 'AWS::SQS::Queue';
const TOPIC = 'AWS::SNS::Topic';
// What the stock Bucket makes for addEventNotification, in place of the bucket's own property; it speaks the SDK's names.
const CDK_NOTIFICATIONS = 'Custom::S3BucketNotifications';

/** Amazon S3 forwards whoever reads or writes objects; it comes as itself only with notifications and reports. */
export const S3: ServiceFacts = {
  service: 'Amazon S3',
  forwards: {
    viaService: 's3',
    write: ['kms:Decrypt', 'kms:GenerateDataKey'], // Decrypt for multipart uploads
    read: ['kms:Decrypt'],
    contextKey: 'aws:s3:arn',
    source: 'Amazon S3 User Guide, Using server-side encryption with AWS KMS keys (SSE-KMS)',
  },
  slots: [
    {
      resourceType: BUCKET,
      property: 'BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.KMSMasterKeyID',
      aliasHazard: REQUESTERS_ALIAS,
    },
    {
      resourceType: BUCKET,
      property: 'ReplicationConfiguration.Rules[].Destination.EncryptionConfiguration.ReplicaKmsKeyID',
      elsewhere: true,
      aliasHazard: REQUESTERS_ALIAS,
    },
    { resourceType: BUCKET, property: 'MetadataConfiguration.JournalTableConfiguration.EncryptionConfiguration.KmsKeyArn' },
    { resourceType: BUCKET, property: 'MetadataConfiguration.InventoryTableConfiguration.EncryptionConfiguration.KmsKeyArn' },
    { resourceType: BUCKET, property: 'MetadataConfiguration.AnnotationTableConfiguration.EncryptionConfiguration.KmsKeyArn' }, // CDK after 2.257
    ...['DataExport', 'ExpandedPrefixesDataExport'].flatMap((data) => ['S3BucketDestination', 'StorageLensTableDestination'].map((destination) => ({
      resourceType: 'AWS::S3::StorageLens',
      property: `StorageLensConfiguration.${data}.${destination}.Encryption.SSEKMS.KeyId`,
      elsewhere: true,
    }))),
  ],
  edges: [
    { resourceType: BUCKET, property: 'NotificationConfiguration.QueueConfigurations[].Queue', into: QUEUE, needs: NOTIFICATIONS },
    { resourceType: BUCKET, property: 'NotificationConfiguration.TopicConfigurations[].Topic', into: TOPIC, needs: NOTIFICATIONS },
    { resourceType: CDK_NOTIFICATIONS, property: 'NotificationConfiguration.QueueConfigurations[].QueueArn', sender: 'BucketName', into: QUEUE, needs: NOTIFICATIONS },
    { resourceType: CDK_NOTIFICATIONS, property: 'NotificationConfiguration.TopicConfigurations[].TopicArn', sender: 'BucketName', into: TOPIC, needs: NOTIFICATIONS },
    { resourceType: BUCKET, property: 'InventoryConfigurations[].Destination.BucketArn', into: BUCKET, needs: INVENTORY },
    { resourceType: BUCKET, property: 'AnalyticsConfigurations[].StorageClassAnalysis.DataExport.Destination.BucketArn', into: BUCKET, needs: INVENTORY },
    { resourceType: BUCKET, property: 'LoggingConfiguration.DestinationBucketName', selfWith: 'LoggingConfiguration', into: BUCKET, needs: ACCESS_LOGS },
  ],
};
