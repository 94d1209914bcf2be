import { ServiceFacts, ServiceUse } from './service-facts';

// Amazon SNS Developer Guide, Configuring Amazon SNS encryption with encrypted Amazon SQS queue subscription: aws:SourceArn is
// the topic. The topic's ARN names its account and Region, so the pattern keeps foreign topics out by itself.
const SUBSCRIPTIONS: ServiceUse = {
  id: 'sns:subscription',
  sid: 'Allow the Amazon SNS topics of this account and Region to send to their subscribers',
  principal: 'sns.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
  conditions: { ArnLike: { 'aws:SourceArn': 'arn:${Partition}:sns:${Region}:${Account}:*' } },
  source: 'Amazon SNS Developer Guide, Configuring Amazon SNS encryption with encrypted Amazon SQS queue subscription',
};

const QUEUE = 'AWS::SQS::Queue';
const SUBSCRIPTION = 'AWS::SNS::Subscription';

/** Amazon SNS forwards publishers; it sends to queues and dead-letter queues as itself. Subscribers need nothing on the topic's key. */
export const SNS: ServiceFacts = {
  service: 'Amazon SNS',
  forwards: {
    viaService: 'sns',
    write: ['kms:Decrypt', 'kms:GenerateDataKey'],
    read: [],
    contextKey: 'aws:sns:topicArn',
    source: 'Amazon SNS Developer Guide, Securing Amazon SNS data with server-side encryption',
  },
  slots: [{ resourceType: 'AWS::SNS::Topic', property: 'KmsMasterKeyId' }],
  edges: [
    { resourceType: SUBSCRIPTION, property: 'Endpoint', sender: 'TopicArn', into: QUEUE, needs: SUBSCRIPTIONS },
    { resourceType: SUBSCRIPTION, property: 'RedrivePolicy.deadLetterTargetArn', sender: 'TopicArn', into: QUEUE, needs: SUBSCRIPTIONS },
    { resourceType: 'AWS::SNS::Topic', property: 'Subscription[].Endpoint', into: QUEUE, needs: SUBSCRIPTIONS },
  ],
};
