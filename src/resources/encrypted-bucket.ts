import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuseAlias } from './encryption-key';
import { Opinions, opinionated } from './opinions';
import { ownKey, settleKey } from './own-key';
import { acknowledgeRule } from './scanner-rules';
import { KeyProfile } from '../key/key-profile';

const OPINIONS: Opinions<s3.BucketProps> = {
  construct: 'EncryptedBucket',
  stock: 's3.Bucket',
  key: 'encryptionKey',
  defaults: { bucketKeyEnabled: true, versioned: true },
  fixed: {
    encryption: s3.BucketEncryption.KMS,
    enforceSSL: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    publicReadAccess: false,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  },
};

const ALGORITHM = 's3:x-amz-server-side-encryption';
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const CUSTOMER_ALGORITHM = 's3:x-amz-server-side-encryption-customer-algorithm';

/**
 * Uploads that name an encryption must name the bucket's key. One that names none gets the bucket's default: the condition keys
 * are absent then, which is what each `Null` is for (Amazon S3 User Guide, Specifying server-side encryption with AWS KMS).
 */
const refusedUploads = (keyArn: string): Record<string, iam.Conditions> => ({
  DenyUploadsUnderAnotherKey: { Null: { [KEY_ID]: 'false' }, StringNotEquals: { [KEY_ID]: keyArn } },
  // SSE-S3, and SSE-KMS without a key, which means aws/s3
  DenyUploadsUnderAKeyOfAws: { Null: { [ALGORITHM]: 'false', [KEY_ID]: 'true' } },
  // SSE-C
  DenyUploadsUnderAKeyOfTheCaller: { Null: { [CUSTOMER_ALGORITHM]: 'false' } },
});

const NO_ACCESS_LOGS = {
  names: { AwsSolutions: 'S1', HIPAA: 'S3BucketLoggingEnabled', R4: 'S3BucketLoggingEnabled', R5: 'S3BucketLoggingEnabled', PCI: 'S3BucketLoggingEnabled' },
  reason: 'Server access logs go to another bucket, with SSE-S3, that whoever makes this one chooses (serverAccessLogsBucket); '
    + 'data events of AWS CloudTrail tell the same and more.',
};

const NO_REPLICATION = {
  names: { HIPAA: 'S3BucketReplicationEnabled', R4: 'S3BucketReplicationEnabled', R5: 'S3BucketReplicationEnabled', PCI: 'S3BucketReplicationEnabled' },
  reason: 'Whether objects are copied to another Region, where the data may live and at what cost, is decided by whoever makes the bucket (replicationRules).',
};

const NO_OBJECT_LOCK = {
  names: { R4: 'S3BucketDefaultLockEnabled' },
  reason: 'A lock keeps objects from being deleted by anybody until it ends; only whoever makes the bucket can decide that '
    + '(objectLockDefaultRetention).',
};

/**
 * Properties of an `EncryptedBucket`: those of the stock `s3.Bucket`.
 *
 * `encryptionKey` defaults to a `CustomerManagedKey` of the bucket's own, its child 'Key'. `bucketKeyEnabled` defaults to true:
 * fewer calls to AWS KMS, but the key policy is not evaluated for each request, and the encryption context holds the ARN of the
 * bucket and not of the object. `versioned` defaults to true, `removalPolicy` to that of the `KeyProfile`. `encryption` can only be
 * `BucketEncryption.KMS`, `enforceSSL` only true, `blockPublicAccess` only `BlockPublicAccess.BLOCK_ALL`, `objectOwnership` only
 * `ObjectOwnership.BUCKET_OWNER_ENFORCED`.
 */
export interface EncryptedBucketProps extends s3.BucketProps {}

/**
 * An Amazon S3 bucket whose uploads are all encrypted under one customer-managed key.
 *
 * An upload that names no encryption gets the bucket's; one that names an encryption must name this key, by its ARN, or it is
 * refused. The bucket is private, and refuses connections without TLS. What is in the bucket already stays as it is;
 * UpdateObjectEncryption of Amazon S3 takes it to this key, and whoever is allowed that action to any other.
 *
 * @see Amazon S3 User Guide, Using server-side encryption with AWS KMS keys (SSE-KMS)
 */
export class EncryptedBucket extends s3.Bucket {
  /**
   * Defines the bucket, and its key unless one is given.
   *
   * @throws when a prop contradicts the encryption, or a property injector takes the key away
   */
  constructor(scope: Construct, id: string, props: EncryptedBucketProps = {}) {
    refuseLogsIntoItself(`${scope.node.path}/${id}`, props);
    const removalPolicy = props.removalPolicy ?? KeyProfile.of(scope).removalPolicy;
    const encryptionKey = props.encryptionKey ?? ownKey(scope, id, removalPolicy);
    super(scope, id, opinionated(scope, id, OPINIONS, { ...props, encryptionKey, removalPolicy }));
    settleKey(this, 'encryptionKey', encryptionKey);
    refuseAlias(this, 'encryptionKey', this.encryptionKey!);
    this.refuseUploadsUnderOtherKeys(encryptionKey);
    if (!props.serverAccessLogsBucket) acknowledgeRule(this, NO_ACCESS_LOGS);
    if (!props.objectLockDefaultRetention) acknowledgeRule(this, NO_OBJECT_LOCK);
    if (!props.replicationRules) acknowledgeRule(this, NO_REPLICATION);
  }

  private refuseUploadsUnderOtherKeys(key: kms.IKey): void {
    for (const [sid, conditions] of Object.entries(refusedUploads(key.keyArn))) {
      this.addToResourcePolicy(new iam.PolicyStatement({
        sid,
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions,
      }));
    }
  }
}

/** Amazon S3 User Guide, Enabling Amazon S3 server access logging; stock CDK logs into the bucket itself where it gets a prefix alone. */
function refuseLogsIntoItself(path: string, { serverAccessLogsPrefix, serverAccessLogsBucket }: EncryptedBucketProps): void {
  if (!serverAccessLogsPrefix || serverAccessLogsBucket) return;
  throw new Error(`[${path}] 'serverAccessLogsPrefix' is '${serverAccessLogsPrefix}' and there is no 'serverAccessLogsBucket', so that the bucket would log into `
    + "itself; server access logs go only into buckets with SSE-S3. Give 'serverAccessLogsBucket', such as a stock s3.Bucket with BucketEncryption.S3_MANAGED.");
}
