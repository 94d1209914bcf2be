import { ProducerEdge, ServiceFacts, ServiceUse } from './service-facts';

// Amazon SNS Developer Guide, Enable compatibility between event sources from AWS services and encrypted topics. A topic under
// the AWS managed key aws/sns, or a key that does not admit CloudWatch, loses alarms silently.
const ALARMS: ServiceUse = {
  id: 'cloudwatch:alarm',
  sid: 'Allow the CloudWatch alarms of this account and Region to publish',
  principal: 'cloudwatch.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
  conditions: {
    StringEquals: { 'aws:SourceAccount': '${Account}' },
    ArnLike: { 'aws:SourceArn': 'arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:*' },
  },
  asciiOnly: { nameProperty: 'AlarmName', drops: 'ArnLike' },
  source: 'Amazon SNS Developer Guide, Enable compatibility between event sources from AWS services and encrypted topics',
};

const ALARM_TYPES = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
const ACTION_LISTS = ['AlarmActions', 'OKActions', 'InsufficientDataActions'];

function edge(resourceType: string, list: string): ProducerEdge {
  return { resourceType, property: `${list}[]`, into: 'AWS::SNS::Topic', needs: ALARMS };
}

/** CloudWatch alarms hold no key; they publish to topics that do. */
export const CLOUDWATCH_ALARMS: ServiceFacts = {
  service: 'Amazon CloudWatch alarms',
  slots: [],
  edges: ALARM_TYPES.flatMap((type) => ACTION_LISTS.map((list) => edge(type, list))),
};
