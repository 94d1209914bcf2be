import { Clock } from '../../custom-resource/clock';
import { propagationSeconds } from '../../custom-resource/propagation';

/**
 * How long a refusal may still be a policy, or a key, that is not known everywhere yet: seconds as a rule, minutes at most
 * (AWS KMS Developer Guide, Eventual consistency).
 */
export const patienceSeconds = (): number => propagationSeconds(120);

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** Errors of Parameter Store and Secrets Manager that may be gone a moment later. */
const PASSING = new Set([
  'AccessDeniedException', 'InternalServerError', 'InternalServiceError', 'InvalidKeyId', 'ThrottlingException', 'TooManyUpdates',
]);

/** The same store, whose operations are tried again while their error may pass. */
export function patient<Store extends object>(store: Store, clock: Clock): Store {
  type Operation = (input: unknown) => Promise<unknown>;
  return new Proxy(store, {
    get: (target, name) => (input: unknown) => untilSettled(clock, () => (Reflect.get(target, name) as Operation).call(target, input)),
  });
}

async function untilSettled<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  const end = clock.now() + patienceSeconds() * 1000;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await call();
    } catch (error) {
      if (!PASSING.has((error as Error).name) || clock.now() + pause > end) throw error;
      await clock.sleep(pause);
    }
  }
}
