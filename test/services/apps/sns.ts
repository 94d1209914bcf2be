import { Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { AppParts } from './app-part';

export const SNS: AppParts = {
  'topic': (scope, key) => { new sns.Topic(scope, 'Topic', { masterKey: key }); },
  'subscribed queue': (scope, key) => {
    new sns.Topic(scope, 'Topic').addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key })));
  },
  'subscribed queue, and the topic under the same key': (scope, key) => {
    const queue = new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    new sns.Topic(scope, 'Topic', { masterKey: key }).addSubscription(new subscriptions.SqsSubscription(queue));
  },
  'dead-letter queue of a subscription': (scope, key) => {
    const deadLetterQueue = new sqs.Queue(scope, 'DeadLetters', { encryptionMasterKey: key });
    new sns.Topic(scope, 'Topic').addSubscription(new subscriptions.UrlSubscription('https://example.com/', { deadLetterQueue }));
  },
  'L1 dead-letter queue of a subscription': (scope, key) => {
    const deadLetters = new sqs.CfnQueue(scope, 'DeadLetters', { kmsMasterKeyId: key.keyArn });
    const topic = new sns.CfnTopic(scope, 'Topic');
    const redrivePolicy = { deadLetterTargetArn: deadLetters.attrArn };
    new sns.CfnSubscription(scope, 'Subscription', { topicArn: topic.ref, protocol: 'https', endpoint: 'https://example.com/', redrivePolicy });
  },
  'subscription in the topic': (scope, key) => {
    const queue = new sqs.CfnQueue(scope, 'Queue', { kmsMasterKeyId: key.keyArn });
    new sns.CfnTopic(scope, 'Topic', { subscription: [{ protocol: 'sqs', endpoint: queue.attrArn }] });
  },
  'topic of another account': (scope, key) => subscribe(scope, key, literalArn(Stack.of(scope)) ?? formattedArn(Stack.of(scope))),
  'topic of another account, its ARN made by CDK': (scope, key) => subscribe(scope, key, formattedArn(Stack.of(scope))),
  'topic of another account and Region': (scope, key) => {
    subscribe(scope, key, literalArn(Stack.of(scope), ELSEWHERE) ?? formattedArn(Stack.of(scope)));
  },
  'queue without a subscription': (scope, key) => {
    new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    new sns.Topic(scope, 'Topic').addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(scope, 'Plain')));
  },
};

const FOREIGN = '444455556666';
const ELSEWHERE: Record<string, string> = { 'eu-west-1': 'us-east-1', 'cn-north-1': 'cn-northwest-1', 'us-gov-west-1': 'us-gov-east-1' };

function subscribe(scope: Construct, key: kms.IKey, topicArn: string): void {
  const queue = new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
  sns.Topic.fromTopicArn(scope, 'Topic', topicArn).addSubscription(new subscriptions.SqsSubscription(queue));
}

function literalArn({ region }: Stack, regions: Record<string, string> = {}): string | undefined {
  return Token.isUnresolved(region) ? undefined : `arn:${RegionInfo.get(region).partition}:sns:${regions[region] ?? region}:${FOREIGN}:orders`;
}

function formattedArn(stack: Stack): string {
  return stack.formatArn({ service: 'sns', account: FOREIGN, resource: 'orders' });
}
