import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Opinions, opinionated } from './opinions';
import { ownKey, settleKey } from './own-key';

const OPINIONS: Opinions<sns.TopicProps> = {
  construct: 'EncryptedTopic',
  stock: 'sns.Topic',
  key: 'masterKey',
  defaults: {},
  fixed: { enforceSSL: true },
};

/**
 * Properties of an `EncryptedTopic`: those of the stock `sns.Topic`.
 *
 * `masterKey` defaults to a `CustomerManagedKey` of the topic's own, its child 'Key'. `enforceSSL` can only be true.
 */
export interface EncryptedTopicProps extends sns.TopicProps {}

/**
 * An Amazon SNS topic, standard or FIFO, that is encrypted under a customer-managed key and refuses publishers without TLS.
 *
 * Amazon SNS uses a data key for up to 5 minutes; so long a publisher whose right to the key was taken away still publishes.
 *
 * @see Amazon SNS Developer Guide, Managing Amazon SNS encryption keys and costs
 */
export class EncryptedTopic extends sns.Topic {
  /**
   * Defines the topic, and its key unless one is given.
   *
   * @throws when a prop contradicts the encryption, or a property injector takes the key away
   */
  constructor(scope: Construct, id: string, props: EncryptedTopicProps = {}) {
    const masterKey = props.masterKey ?? ownKey(scope, id);
    super(scope, id, opinionated(scope, id, OPINIONS, { ...props, masterKey }));
    settleKey(this, 'masterKey', masterKey);
  }
}
