import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppParts } from './apps/app-part';
import { CLOUDWATCH_ALARMS } from './apps/cloudwatch-alarms';
import { CLOUDWATCH_LOGS } from './apps/cloudwatch-logs';
import { EVENTBRIDGE_RULES } from './apps/eventbridge-rules';
import { KINESIS } from './apps/kinesis';
import { S3 } from './apps/s3';
import { SNS } from './apps/sns';
import { SQS } from './apps/sqs';
import { SSM_PARAMETER_STORE } from './apps/ssm-parameter-store';

/** Condition keys; null takes one away from the case that it varies. */
export type Context = Readonly<Record<string, string | null>>;

/** A caller that is let in, and the nearest ones that must not be: each differs in what it names. */
export interface UseCase {
  readonly id: string;
  readonly name: string;
  readonly apps: readonly string[];
  readonly onlyKnownPlaces?: boolean;
  readonly source: string;
  readonly principal: string;
  readonly actions: readonly string[];
  readonly context: Context;
  readonly nearest: readonly (Partial<Pick<UseCase, 'principal' | 'actions' | 'context'>> & { readonly name: string })[];
}

/** A service that comes with the credentials of its callers. */
export interface ForwardsCase {
  readonly apps: readonly string[];
  readonly viaService: string;
  readonly write: readonly string[];
  readonly read: readonly string[];
  readonly context: Context;
  readonly source: string;
}

export interface ServiceCases {
  readonly service: string;
  readonly forwards?: ForwardsCase;
  readonly uses: readonly UseCase[];
  readonly unused: readonly string[];
  readonly warnings: readonly { readonly app: string; readonly warning: string; readonly source: string }[];
}

/** A service: what its cases expect, and the parts of an app that they speak of. */
export const SERVICE_CASES: readonly { readonly cases: ServiceCases; readonly parts: AppParts }[] = [
  { cases: readCases('cloudwatch-alarms'), parts: CLOUDWATCH_ALARMS },
  { cases: readCases('cloudwatch-logs'), parts: CLOUDWATCH_LOGS },
  { cases: readCases('eventbridge-rules'), parts: EVENTBRIDGE_RULES },
  { cases: readCases('kinesis'), parts: KINESIS },
  { cases: readCases('s3'), parts: S3 },
  { cases: readCases('sns'), parts: SNS },
  { cases: readCases('sqs'), parts: SQS },
  { cases: readCases('ssm-parameter-store'), parts: SSM_PARAMETER_STORE },
];

export function readCases<T>(file: string): T {
  return JSON.parse(readFileSync(join(__dirname, 'cases', `${file}.json`), 'utf8'));
}
