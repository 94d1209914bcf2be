import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Opinions, opinionated } from './opinions';
import { ownKey, settleKey } from './own-key';
import { acknowledgeRule } from './scanner-rules';

const OPINIONS: Opinions<sqs.QueueProps> = {
  construct: 'EncryptedQueue',
  stock: 'sqs.Queue',
  key: 'encryptionMasterKey',
  defaults: { dataKeyReuse: Duration.minutes(5) },
  fixed: { encryption: sqs.QueueEncryption.KMS, enforceSSL: true },
};

const NO_DEAD_LETTER_QUEUE = {
  names: { AwsSolutions: 'SQS3', Serverless: 'SQSRedrivePolicy' },
  reason: 'Whether messages that cannot be processed are kept, and where, is decided by whoever makes the queue: deadLetterQueue.',
};

/**
 * Properties of an `EncryptedQueue`: those of the stock `sqs.Queue`.
 *
 * `encryptionMasterKey` defaults to a `CustomerManagedKey` of the queue's own, its child 'Key'. `dataKeyReuse` defaults to
 * 5 minutes, as in Amazon SQS: so long a principal's data key is used again, and so long a revoked one still reads and writes.
 * `encryption` can only be `QueueEncryption.KMS`, `enforceSSL` only true.
 */
export interface EncryptedQueueProps extends sqs.QueueProps {}

/**
 * An Amazon SQS queue, standard or FIFO, that is encrypted under a customer-managed key and refuses connections without TLS.
 *
 * A dead-letter queue is made by the user, who chooses its key: whoever reads it may also need this queue's key, because
 * moving a message does not encrypt it again.
 *
 * @see Amazon SQS Developer Guide, Key management
 */
export class EncryptedQueue extends sqs.Queue {
  /**
   * Defines the queue, and its key unless one is given.
   *
   * @throws when a prop contradicts the encryption, or a property injector takes the key away
   */
  constructor(scope: Construct, id: string, props: EncryptedQueueProps = {}) {
    const encryptionMasterKey = props.encryptionMasterKey ?? ownKey(scope, id);
    super(scope, id, opinionated(scope, id, OPINIONS, { ...props, encryptionMasterKey }));
    settleKey(this, 'encryptionMasterKey', encryptionMasterKey);
    if (!props.deadLetterQueue) acknowledgeRule(this, NO_DEAD_LETTER_QUEUE);
  }
}
