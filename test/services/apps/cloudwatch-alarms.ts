import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AppParts } from './app-part';

export const CLOUDWATCH_ALARMS: AppParts = {
  'alarm action': (scope, key) => {
    alarm(scope).addAlarmAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'OK action': (scope, key) => {
    alarm(scope).addOkAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'insufficient-data action': (scope, key) => {
    alarm(scope).addInsufficientDataAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'composite alarm action': (scope, key) => {
    compositeAlarm(scope).addAlarmAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'composite OK action': (scope, key) => {
    compositeAlarm(scope).addOkAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'composite insufficient-data action': (scope, key) => {
    compositeAlarm(scope).addInsufficientDataAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'L1 alarm': (scope, key) => {
    const topic = new sns.CfnTopic(scope, 'Topic', { kmsMasterKeyId: key.keyId });
    new cloudwatch.CfnAlarm(scope, 'Alarm', { comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1, alarmActions: [topic.ref] });
  },
  'alarm with a name beyond ASCII': (scope, key) => {
    alarm(scope, 'Aufträge → zu alt').addAlarmAction(new actions.SnsAction(new sns.Topic(scope, 'Topic', { masterKey: key })));
  },
  'alarm into another topic': (scope, key) => {
    new sns.Topic(scope, 'Topic', { masterKey: key });
    alarm(scope).addAlarmAction(new actions.SnsAction(new sns.Topic(scope, 'Plain')));
  },
};

function alarm(scope: Construct, alarmName?: string): cloudwatch.Alarm {
  const metric = new cloudwatch.Metric({ namespace: 'Orders', metricName: 'Age' });
  return new cloudwatch.Alarm(scope, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1, alarmName });
}

function compositeAlarm(scope: Construct): cloudwatch.CompositeAlarm {
  return new cloudwatch.CompositeAlarm(scope, 'Composite', { alarmRule: cloudwatch.AlarmRule.fromBoolean(true) });
}
