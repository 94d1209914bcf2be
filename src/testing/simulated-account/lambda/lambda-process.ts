import { ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LambdaOutcome } from './lambda-outcome';
import { Variable } from './lambda-resources';
import { LAMBDA_RUNNER } from './lambda-runner';
import { PhysicalResource } from '../physical-resource';

export interface LambdaRun {
  readonly outcome: LambdaOutcome;
  /** The end of what the function logged. */
  readonly log: string;
}

/** How long to wait for a function, beside its own `Timeout`. */
export interface Patience {
  readonly seconds: number;
  /** Ends the function at once. */
  readonly signal: AbortSignal;
}

/** Lambda's own defaults (AWS::Lambda::Function, Timeout and MemorySize). */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/** AWS Lambda Developer Guide, Understanding the Lambda execution environment lifecycle: loading has its own time, the `Timeout` begins after it. */
const INIT_SECONDS = 10;

/** What a function cannot have of AWS; its own variables win. */
const SIMULATION = {
  CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS: '0', // LocalKms is consistent at once: a refusal stays one, waiting would only cost minutes
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', // the Node.js here is the developer's, not the function's runtime
  NODE_NO_WARNINGS: '1',
};

/** What is kept of a log. */
const LOG_TAIL_CHARACTERS = 2048;

/**
 * Runs a function once, in a process of its own that has the environment of a Lambda function and nothing of this process but `PATH`.
 *
 * Its process is killed when the function's `Timeout` has passed since its handler was called, or nobody waits for it any more.
 */
export async function runLambda(
  fn: PhysicalResource, event: unknown, environment: Readonly<Record<string, string>>, requestId: string, patience: Patience,
): Promise<LambdaRun> {
  const { Handler: handler, directory, Timeout: timeout = DEFAULT_TIMEOUT_SECONDS } = fn.properties;
  const child = spawn(process.execPath, ['-e', LAMBDA_RUNNER], {
    cwd: directory,
    env: { ...SIMULATION, ...variables(fn), ...lambdaEnvironment(fn), ...environment, PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const watch = watchOver(child, Number(timeout), patience);
  const log = tailOf([child.stdout!, child.stderr!]);
  const report = textOf(child.stdio[3] as Readable);
  child.stdin!.on('error', () => undefined); // a process that dies early closes the pipe; its end says so
  child.stdin!.end(JSON.stringify({ handler, event, context: contextOf(fn, requestId), timeout: Number(timeout) * 1000, sdkPaths: module.paths }));
  try {
    const how = await endOf(child);
    return { outcome: watch.outcome() ?? outcomeOf(await report) ?? { kind: 'exited', error: `the process ended with ${how}` }, log: log() };
  } finally {
    watch.stop();
  }
}

/** How a process ended. One that left others behind, which hold on to its output, is not waited for. */
function endOf(child: ChildProcess): Promise<string> {
  child.once('exit', () => {
    const late = setTimeout(() => [child.stdout!, child.stderr!].forEach((stream) => stream.destroy()), 250);
    child.once('close', () => clearTimeout(late));
  });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve(String(signal ?? code))));
}

/**
 * Kills a process that takes too long to load, too long from the line on that says that its handler was called, that nobody waits for
 * any more, or that would outlive this one.
 */
function watchOver(child: ChildProcess, timeout: number, { seconds: patience, signal }: Patience) {
  let outcome: LambdaOutcome | undefined;
  const kill = (as: LambdaOutcome) => { if (child.kill('SIGKILL')) outcome = as; };
  const killAfter = (seconds: number, as: LambdaOutcome) => setTimeout(() => kill(as), seconds * 1000);
  const timers = [
    killAfter(INIT_SECONDS, { kind: 'notLoaded', error: `it took more than ${INIT_SECONDS} s` }),
    killAfter(patience, { kind: 'abandoned', seconds: patience }),
  ];
  (child.stdio[3] as Readable).once('data', () => {
    clearTimeout(timers[0]);
    timers.push(killAfter(timeout, { kind: 'timedOut', seconds: timeout }));
  });
  const close = () => kill({ kind: 'exited', error: 'the simulated account was closed' });
  signal.addEventListener('abort', close);
  process.once('exit', close);
  const stop = () => {
    timers.forEach(clearTimeout);
    signal.removeEventListener('abort', close);
    process.removeListener('exit', close);
  };
  return { outcome: () => outcome as LambdaOutcome | undefined, stop };
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

function tailOf(streams: readonly Readable[]): () => string {
  let tail = '';
  for (const stream of streams) stream.setEncoding('utf8').on('data', (text: string) => { tail = (tail + text).slice(-LOG_TAIL_CHARACTERS); });
  return () => tail.trim();
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
