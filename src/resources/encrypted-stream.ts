import { Duration } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { Opinions, opinionated } from './opinions';
import { ownKey, settleKey } from './own-key';
import { acknowledgeRule } from './scanner-rules';
import { KeyProfile } from '../key/key-profile';

const OPINIONS: Opinions<kinesis.StreamProps> = {
  construct: 'EncryptedStream',
  stock: 'kinesis.Stream',
  key: 'encryptionKey',
  defaults: { retentionPeriod: Duration.days(7) },
  fixed: { encryption: kinesis.StreamEncryption.KMS },
};

const CUSTOMER_MANAGED = {
  names: { AwsSolutions: 'KDS3' },
  reason: 'The rule prefers aws/kinesis because it costs nothing. A policy of its own, sharing with other accounts and the proof '
    + 'of who can decrypt need a customer-managed key.',
};

/**
 * Properties of an `EncryptedStream`: those of the stock `kinesis.Stream`.
 *
 * `encryptionKey` defaults to a `CustomerManagedKey` of the stream's own, its child 'Key'. `retentionPeriod` defaults to 7 days,
 * where the stock stream keeps records for 24 hours: a key that was disabled by mistake over a weekend then loses no record
 * (AWS charges for what is kept beyond 24 hours; AWS Security Hub control Kinesis.3 asks for 168 hours). `removalPolicy` defaults
 * to that of the `KeyProfile`. `encryption` can only be `StreamEncryption.KMS`.
 */
export interface EncryptedStreamProps extends kinesis.StreamProps {}

/**
 * An Amazon Kinesis data stream that is encrypted under a customer-managed key.
 *
 * Records that were put before a change of the key stay under the key they were put with.
 *
 * @see Amazon Kinesis Data Streams Developer Guide, Data protection in Amazon Kinesis Data Streams
 */
export class EncryptedStream extends kinesis.Stream {
  /**
   * Defines the stream, and its key unless one is given.
   *
   * @throws when a prop contradicts the encryption, or a property injector takes the key away
   */
  constructor(scope: Construct, id: string, props: EncryptedStreamProps = {}) {
    const removalPolicy = props.removalPolicy ?? KeyProfile.of(scope).removalPolicy;
    const encryptionKey = props.encryptionKey ?? ownKey(scope, id, removalPolicy);
    super(scope, id, opinionated(scope, id, OPINIONS, { ...props, encryptionKey, removalPolicy }));
    settleKey(this, 'encryptionKey', encryptionKey);
    acknowledgeRule(this, CUSTOMER_MANAGED);
  }
}
