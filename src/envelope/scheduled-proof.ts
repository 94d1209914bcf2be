import { Duration, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { RoundTripProperties } from './contract';
import { HandlerFunction } from '../custom-resource/handler-function';

/**
 * Proves the key on a schedule, with the handler that proves it on deployments, and returns the alarm on failures.
 *
 * It is a Lambda function of its own, because the alarm reads the function's metric of errors, which must tell of this key only.
 */
export function scheduledProof(
  scope: Construct, handler: HandlerFunction, schedule: events.Schedule, properties: RoundTripProperties,
): cloudwatch.Alarm {
  const proof = handler.addFunction(scope, 'ScheduledProof', 'schedule');
  proof.configureAsyncInvoke({ retryAttempts: 0 }); // a proof is patient itself, and AWS Lambda would repeat one that failed twice
  proof.node.addDependency(handler);
  const target = new targets.LambdaFunction(proof, { event: events.RuleTargetInput.fromObject(properties) });
  const rule = new events.Rule(scope, 'Schedule', { schedule, targets: [target], description: `Proves the key of ${scope.node.path}` });
  Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: 'A proof that did not start is made up for by the next one; kept, it would be stale.' });
  const alarm = proof.metricErrors({ period: Duration.minutes(5), statistic: cloudwatch.Stats.SUM }).createAlarm(scope, 'FailureAlarm', {
    alarmDescription: `Data may not encrypt or decrypt: the last proof of the key of ${scope.node.path} failed. Its log says why.`,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.IGNORE, // between two proofs the last one counts
  });
  Validations.of(alarm).acknowledge(...['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5'].map((pack) => ({
    id: `${pack}-CloudWatchAlarmAction`,
    reason: 'Whom to tell is the decision of the app: failureAlarm.addAlarmAction().',
  })));
  return alarm;
}
