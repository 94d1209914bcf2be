import { Duration, Names, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DEFAULT_PAYLOAD_SIZES, MAX_PAYLOAD_SIZE, MAX_PAYLOAD_SIZES, PROBE_CONTEXT_KEY, PROBE_STEP, RoundTripProperties } from './contract';
import { encodeContext } from './engine/encryption-context';
import { DEFAULT_LIMITS, limitsOf } from './engine/limits';
import type { EnvelopeRoundTripProps } from './envelope-round-trip';

const PROPAGATION = Duration.minutes(3);

/** What only this probe's encryption context says: letters and digits, so that a key policy can hold it. */
export function probeName(probe: Construct): string {
  return Names.uniqueResourceName(probe, { maxLength: 128 });
}

/** The properties of the custom resource. @throws when a prop is out of its limits */
export function roundTripProperties(
  probe: Construct, key: kms.IKey, timeout: Duration, props: EnvelopeRoundTripProps,
): RoundTripProperties & { [name: string]: unknown } {
  const EncryptionContext = { ...props.encryptionContext, [PROBE_CONTEXT_KEY]: probeName(probe) };
  checkNames(Object.keys(props.encryptionContext ?? {}));
  checkSize(EncryptionContext);
  return {
    KeyArn: key.keyArn,
    EncryptionContext,
    PayloadSizes: checkedSizes(props.payloadSizes ?? DEFAULT_PAYLOAD_SIZES),
    PropagationSeconds: propagationSeconds(timeout, props.propagationTimeout),
  };
}

function checkedSizes(sizes: number[]): number[] {
  const wrong = sizes.find((size) => !(Number.isInteger(size) && size >= 0 && size <= MAX_PAYLOAD_SIZE));
  if (wrong !== undefined) {
    const given = Token.isUnresolved(wrong) ? 'a value that is known only at deployment' : wrong;
    throw new Error(`'payloadSizes' holds ${given}; a payload has 0 to ${MAX_PAYLOAD_SIZE} bytes, in whole numbers. Give sizes within.`);
  }
  if (sizes.length > 0 && sizes.length <= MAX_PAYLOAD_SIZES) return sizes;
  throw new Error(`'payloadSizes' holds ${sizes.length} sizes; a round trip takes 1 to ${MAX_PAYLOAD_SIZES}. Leave the prop out for ${DEFAULT_PAYLOAD_SIZES}.`);
}

/** Policies compare the names of condition keys, and so those of the pairs, without regard to case (IAM User Guide, Condition). */
function checkNames(names: string[]): void {
  const taken = names.find((name) => [PROBE_CONTEXT_KEY, 'aws-crypto-'].some((prefix) => name.toLowerCase().startsWith(prefix)));
  if (taken) {
    throw new Error(`'encryptionContext' holds '${taken}'; names that begin with '${PROBE_CONTEXT_KEY}' or 'aws-crypto-' are taken. Use another name.`);
  }
  if (names.includes('')) throw new Error("'encryptionContext' holds a pair without a name; a name has one character or more. Name it, or leave it out.");
}

/** With all pairs that a case adds. What is known only at deployment counts as nothing. */
function checkSize(context: Record<string, string>): void {
  const known = Object.entries({ ...context, ...PROBE_STEP }).filter((pair) => !Token.isUnresolved(pair));
  const bytes = encodeContext(Object.fromEntries(known), limitsOf({ encryptionContext: Infinity })).length;
  if (bytes <= DEFAULT_LIMITS.encryptionContext) return;
  throw new Error(`'encryptionContext' takes ${bytes} bytes with the pairs of the probe; a message takes ${DEFAULT_LIMITS.encryptionContext}. Give fewer or shorter pairs.`);
}

/** The time-out of the function. @throws when AWS Lambda does not allow it, or the proof does not fit into it */
export function checkedTimeout(timeout: Duration): Duration {
  refuseUnknown('timeout', timeout);
  if (timeout.toSeconds() >= 30 && timeout.toMinutes({ integral: false }) <= 15) return timeout;
  throw new Error(`'timeout' is ${timeout.toHumanString()}; the proof takes 30 seconds to 15 minutes. Set Duration.seconds(30) or more.`);
}

function propagationSeconds(timeout: Duration, given: Duration | undefined): number {
  if (!given) return Math.min(PROPAGATION.toSeconds(), timeout.toSeconds());
  refuseUnknown('propagationTimeout', given);
  if (given.toSeconds() <= timeout.toSeconds()) return given.toSeconds();
  throw new Error(`'propagationTimeout' is ${given.toHumanString()} and 'timeout' ${timeout.toHumanString()}; the function waits no longer than it runs. ` +
    "Set a shorter 'propagationTimeout', or a longer 'timeout', up to Duration.minutes(15).");
}

function refuseUnknown(prop: string, duration: Duration): void {
  if (!duration.isUnresolved()) return;
  throw new Error(`'${prop}' is known only at deployment; it is needed before, for limits that depend on it. Give a literal Duration.`);
}
