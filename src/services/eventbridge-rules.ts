import { ServiceFacts, ServiceUse } from './service-facts';

const RULE = 'AWS::Events::Rule';

// Amazon SQS Developer Guide, Configuring AWS KMS permissions (Enable compatibility between event sources from AWS services):
// EventBridge sends both source conditions to a queue.
const INTO_QUEUES: ServiceUse = {
  id: 'events:rule-to-queue',
  sid: 'Allow the EventBridge rules of this account and Region to send to queues',
  principal: 'events.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  conditions: {
    StringEquals: { 'aws:SourceAccount': '${Account}' },
    ArnLike: { 'aws:SourceArn': 'arn:${Partition}:events:${Region}:${Account}:rule/*' },
  },
  source: 'Amazon SQS Developer Guide, Key management (Configuring AWS KMS permissions)',
};

// Amazon SNS Developer Guide, Enable compatibility between event sources from AWS services and encrypted topics: on the way to an
// encrypted topic aws:SourceAccount, aws:SourceArn and aws:SourceOrgID are not supported, and a condition on them loses every
// event. IfExists costs nothing while the key is absent, and closes the gap on the day EventBridge sends it.
const INTO_TOPICS: ServiceUse = {
  id: 'events:rule-to-topic',
  sid: 'Allow EventBridge rules to publish to encrypted topics',
  principal: 'events.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
  conditions: { StringEqualsIfExists: { 'aws:SourceAccount': '${Account}' } },
  residual: 'EventBridge sends no source account to an encrypted topic, so the key policy cannot tell a foreign rule from your own; '
    + "the topic's own resource policy must, and the key alone gives access to no message.",
  source: 'Amazon SNS Developer Guide, Enable compatibility between event sources from AWS services and encrypted topics',
};

/** EventBridge rules hold no key; their targets do. A target with a role is reached as that role. */
export const EVENTBRIDGE_RULES: ServiceFacts = {
  service: 'Amazon EventBridge rules',
  slots: [],
  edges: [
    { resourceType: RULE, property: 'Targets[].Arn', unless: 'RoleArn', into: 'AWS::SQS::Queue', needs: INTO_QUEUES },
    { resourceType: RULE, property: 'Targets[].Arn', unless: 'RoleArn', into: 'AWS::SNS::Topic', needs: INTO_TOPICS },
    { resourceType: RULE, property: 'Targets[].DeadLetterConfig.Arn', into: 'AWS::SQS::Queue', needs: INTO_QUEUES },
  ],
};
