import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AppParts } from './app-part';

export const EVENTBRIDGE_RULES: AppParts = {
  'rule into a topic': (scope, key) => {
    rule(scope, new targets.SnsTopic(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'L1 rule into a topic': (scope, key) => {
    const topic = new sns.CfnTopic(scope, 'Topic', { kmsMasterKeyId: key.keyArn });
    new events.CfnRule(scope, 'Rule', { eventPattern: { source: ['orders'] }, targets: [{ id: 'Topic', arn: topic.ref }] });
  },
  'rule into a queue': (scope, key) => {
    rule(scope, new targets.SqsQueue(new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key })));
  },
  'dead-letter queue of a target': (scope, key) => {
    const deadLetterQueue = new sqs.Queue(scope, 'DeadLetters', { encryptionMasterKey: key });
    rule(scope, new targets.SqsQueue(new sqs.Queue(scope, 'Plain'), { deadLetterQueue }));
  },
  'L1 dead-letter queue of a target with a role': (scope, key) => {
    const deadLetters = new sqs.CfnQueue(scope, 'DeadLetters', { kmsMasterKeyId: key.keyArn });
    const target = { id: 'Bus', arn: new events.EventBus(scope, 'Bus').eventBusArn, roleArn: role(scope).roleArn };
    new events.CfnRule(scope, 'Rule', { eventPattern: { source: ['orders'] }, targets: [{ ...target, deadLetterConfig: { arn: deadLetters.attrArn } }] });
  },
  'targets with a role': (scope, key) => {
    rule(scope, new targets.SnsTopic(new sns.Topic(scope, 'Topic', { masterKey: key }), { role: role(scope) }));
    const queue = new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    const target = { id: 'Queue', arn: queue.queueArn, roleArn: role(scope, 'QueueRole').roleArn };
    new events.CfnRule(scope, 'L1Rule', { eventPattern: { source: ['orders'] }, targets: [target] });
  },
  'rule into another queue': (scope, key) => {
    new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key });
    rule(scope, new targets.SqsQueue(new sqs.Queue(scope, 'Plain')));
  },
};

function rule(scope: Construct, target: events.IRuleTarget): void {
  new events.Rule(scope, 'Rule', { eventPattern: { source: ['orders'] }, targets: [target] });
}

function role(scope: Construct, id = 'Role'): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.ServicePrincipal('events.amazonaws.com') });
}
