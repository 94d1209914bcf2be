import { CLOUDWATCH_ALARMS } from './cloudwatch-alarms';
import { CLOUDWATCH_LOGS } from './cloudwatch-logs';
import { EVENTBRIDGE_RULES } from './eventbridge-rules';
import { KINESIS } from './kinesis';
import { S3 } from './s3';
import { isHazard, ProducerEdge, ServiceFacts, ServiceUse } from './service-facts';
import { SNS } from './sns';
import { SQS } from './sqs';
import { SSM_PARAMETER_STORE } from './ssm-parameter-store';

/** Every service that the library knows. The only list: a new service is one file and one line here. */
export const CATALOGUE: readonly ServiceFacts[] = [
  CLOUDWATCH_ALARMS,
  CLOUDWATCH_LOGS,
  EVENTBRIDGE_RULES,
  KINESIS,
  S3,
  SNS,
  SQS,
  SSM_PARAMETER_STORE,
];

/** Every way in which a service principal of the catalogue uses a key, by its id. */
export const SERVICE_USES: ReadonlyMap<string, ServiceUse> = new Map(CATALOGUE.flatMap(usesOf).map((use) => [use.id, use]));

function usesOf(facts: ServiceFacts): ServiceUse[] {
  return [...facts.slots.map((slot) => slot.needs), ...facts.edges.map(useOfEdge)].filter((use) => use !== undefined);
}

function useOfEdge(edge: ProducerEdge): ServiceUse | undefined {
  return isHazard(edge.needs) ? undefined : edge.needs;
}
