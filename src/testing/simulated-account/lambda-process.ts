import { ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Variable } from './lambda-resources';
import { LAMBDA_RUNNER } from './lambda-runner';
import { PhysicalResource } from './physical-resource';

/** What became of a run. */
export type LambdaOutcome =
  | { readonly kind: 'returned' }
  | { readonly kind: 'threw' | 'notLoaded' | 'exited'; readonly error: string }
  | { readonly kind: 'timedOut'; readonly seconds: number };

/** Lambda's own defaults (AWS::Lambda::Function, Timeout and MemorySize). */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/** AWS Lambda Developer Guide, Understanding the Lambda execution environment lifecycle: loading has its own time, the `Timeout` begins after it. */
const INIT_SECONDS = 10;

/**
 * Runs a function once, in a process of its own that has the environment of a Lambda function and nothing of this process but `PATH`.
 *
 * Its process is killed when the function's `Timeout` has passed since its handler was called.
 */
export async function runLambda(
  fn: PhysicalResource, event: unknown, environment: Readonly<Record<string, string>>, requestId: string,
): Promise<LambdaOutcome> {
  const { Handler: handler, directory, Timeout: timeout = DEFAULT_TIMEOUT_SECONDS } = fn.properties;
  const child = spawn(process.execPath, ['-e', LAMBDA_RUNNER], {
    cwd: directory,
    env: { ...variables(fn), ...lambdaEnvironment(fn), ...environment, PATH: process.env['PATH'] },
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'], // what it logs may be secret, and is nobody's here
  });
  const clock = stopwatch(child, Number(timeout));
  const report = textOf(child.stdio[3] as Readable);
  const exit = new Promise<string>((resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve(String(signal ?? code))));
  child.stdin!.on('error', () => undefined); // a process that dies early closes the pipe; 'exit' says so
  child.stdin!.end(JSON.stringify({ handler, event, context: contextOf(fn, requestId), timeout: Number(timeout) * 1000 }));
  try {
    const how = await exit;
    return clock.outcome() ?? outcomeOf(await report) ?? { kind: 'exited', error: `the process ended with ${how}` };
  } finally {
    clock.stop();
  }
}

/** Kills a process that takes too long to load, or too long from the line on that says that its handler was called. */
function stopwatch(child: ChildProcess, seconds: number): { outcome(): LambdaOutcome | undefined; stop(): void } {
  let outcome: LambdaOutcome | undefined;
  const killAfter = (limit: number, late: LambdaOutcome) => setTimeout(() => { if (child.kill('SIGKILL')) outcome = late; }, limit * 1000);
  let timer = killAfter(INIT_SECONDS, { kind: 'notLoaded', error: `it took more than ${INIT_SECONDS} s` });
  const stop = () => clearTimeout(timer);
  (child.stdio[3] as Readable).once('data', () => {
    stop();
    timer = killAfter(seconds, { kind: 'timedOut', seconds });
  });
  return { outcome: () => outcome, stop };
}

/** AWS Lambda Developer Guide, Defined runtime environment variables. */
function lambdaEnvironment({ properties, physicalId, stack }: PhysicalResource): Record<string, string> {
  return {
    AWS_REGION: stack.region,
    AWS_DEFAULT_REGION: stack.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${properties['Runtime']}`,
    AWS_LAMBDA_FUNCTION_NAME: physicalId,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties['MemorySize'] ?? DEFAULT_MEMORY_MB),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${physicalId}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'simulated',
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_TASK_ROOT: properties['directory'],
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: properties['Handler'],
  };
}

function contextOf({ properties, physicalId, attributes }: PhysicalResource, requestId: string) {
  return {
    functionName: physicalId,
    functionVersion: '$LATEST',
    invokedFunctionArn: attributes['Arn'],
    memoryLimitInMB: String(properties['MemorySize'] ?? DEFAULT_MEMORY_MB),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${physicalId}`,
    logStreamName: 'simulated',
  };
}

function variables({ properties }: PhysicalResource): Record<string, string> {
  const entries = Object.entries<Variable>(properties['environment']);
  const unknown = entries.find(([, variable]) => variable.unknown !== undefined);
  if (unknown) throw new Error(unknown[1].unknown);
  return Object.fromEntries(entries.flatMap(([name, { value }]) => value === undefined ? [] : [[name, value]]));
}

function textOf(readable: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    readable.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('end', () => resolve(Buffer.concat(chunks).toString()));
  });
}

function outcomeOf(report: string): LambdaOutcome | undefined {
  return report.trim() === '' ? undefined : JSON.parse(report) as LambdaOutcome;
}
