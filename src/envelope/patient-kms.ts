import { RoundTripProperties } from './contract';
import { FailedCall, retryOf } from './failed-call';
import { OPERATIONS, RoundTripKms } from './round-trip-kms';
import { Clock } from '../custom-resource/clock';
import { propagationSeconds } from '../custom-resource/propagation';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/**
 * The same client, but patient: a new key, a new role and their policies take time to reach every part of AWS.
 *
 * What a new policy may still cure, and what passes by itself, is tried again until the propagation time is over, or as long as
 * the invocation has time; then, and for everything else, the call fails with a `FailedCall`.
 */
export function patientKms(kms: RoundTripKms, clock: Clock, properties: RoundTripProperties): RoundTripKms {
  const spread = clock.now() + propagationSeconds(Number(properties.PropagationSeconds)) * 1000;
  const end = () => Math.min(spread, clock.now() + clock.remaining());
  const patient = ([operation, action]: [string, string]) => {
    const call = kms[operation as keyof RoundTripKms] as (request: unknown) => Promise<unknown>;
    return [operation, (request: unknown) => {
      clock.doing = `${action} on ${properties.KeyArn}`;
      return patiently(clock, end, action, () => call.call(kms, request));
    }] as const;
  };
  return Object.fromEntries(Object.entries(OPERATIONS).map(patient)) as unknown as RoundTripKms;
}

async function patiently<T>(clock: Clock, end: () => number, action: string, call: () => Promise<T>): Promise<T> {
  const started = clock.now();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await call();
    } catch (error) {
      const isHopeless = retryOf(error) === 'never' || clock.now() + pause > end();
      if (isHopeless) throw new FailedCall(action, (clock.now() - started) / 1000, error);
    }
    await clock.sleep(pause);
  }
}
