import { setTimeout as delay } from 'node:timers/promises';

/** The part of a Lambda invocation's context that the handlers of this library use. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** The time that a piece of work has. */
export interface Clock {
  /** What the work is doing, such as a call and its target: told when the time is over meanwhile. No secrets. */
  doing?: string;

  /** Aborts when the time is over. */
  readonly signal: AbortSignal;

  /** Milliseconds since the epoch. */
  now(): number;

  /** Milliseconds until the work must be done; 0 when its time is over. */
  remaining(): number;

  /** Waits. Rejects when the time is over before. */
  sleep(milliseconds: number): Promise<void>;
}

/** The work's time was over, during what it was `doing`. */
export class TimeIsOver extends Error {
  constructor(doing?: string) {
    const during = doing ? `, during ${doing}` : '';
    super(`It was not done within the time-out of its Lambda function${during}. ` +
      'Set a longer time-out; in a VPC, see that its subnets reach the AWS services that the handler calls.');
    this.name = 'TimeIsOver';
  }
}

/** Runs `work` until `reserve` milliseconds before the Lambda function's time-out, then rejects with `TimeIsOver`. */
export async function withinTime<T>(context: LambdaContext, reserve: number, work: (clock: Clock) => Promise<T>): Promise<T> {
  const remaining = () => Math.max(0, context.getRemainingTimeInMillis() - reserve);
  const alarm = new AbortController();
  const sleep = (milliseconds: number) => delay(milliseconds, undefined, { signal: alarm.signal });
  const clock: Clock = { now: Date.now, remaining, sleep, signal: alarm.signal };
  const expired = new Promise<never>((_, reject) => {
    alarm.signal.addEventListener('abort', () => reject(new TimeIsOver(clock.doing)));
  });
  const timer = setTimeout(() => alarm.abort(), remaining());
  try {
    return await Promise.race([work(clock), expired]);
  } finally {
    clearTimeout(timer);
  }
}
