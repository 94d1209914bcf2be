import { Duration, Names, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DEFAULT_PAYLOAD_SIZES, MAX_PAYLOAD_SIZE, MAX_PAYLOAD_SIZES, PROBE_CONTEXT_KEY, RoundTripProperties } from './contract';
import type { EnvelopeRoundTripProps } from './envelope-round-trip';

/** What only this probe's encryption context says: letters and digits, so that a key policy can hold it. */
export function probeName(probe: Construct): string {
  return Names.uniqueResourceName(probe, { maxLength: 128 });
}

/** The properties of the custom resource. @throws when a prop is out of its limits */
export function roundTripProperties(probe: Construct, key: kms.IKey, props: EnvelopeRoundTripProps): RoundTripProperties & { [name: string]: unknown } {
  refuseOtherRegion(probe, key);
  requireTimeout(props.timeout);
  const propagation = props.propagationTimeout ?? Duration.minutes(3);
  return {
    KeyArn: key.keyArn,
    EncryptionContext: { ...checkedContext(props.encryptionContext ?? {}), [PROBE_CONTEXT_KEY]: probeName(probe) },
    PayloadSizes: checkedSizes(props.payloadSizes ?? DEFAULT_PAYLOAD_SIZES),
    PropagationSeconds: propagation.toSeconds(),
  };
}

function checkedSizes(sizes: number[]): number[] {
  const wrong = sizes.find((size) => !Token.isUnresolved(size) && !(Number.isInteger(size) && size >= 0 && size <= MAX_PAYLOAD_SIZE));
  if (wrong !== undefined) {
    throw new Error(`'payloadSizes' holds ${wrong}; a payload has 0 to ${MAX_PAYLOAD_SIZE} bytes, in whole numbers. Give sizes within.`);
  }
  if (sizes.length > 0 && sizes.length <= MAX_PAYLOAD_SIZES) return sizes;
  throw new Error(`'payloadSizes' holds ${sizes.length} sizes; a round trip takes 1 to ${MAX_PAYLOAD_SIZES}. Leave the prop out for ${DEFAULT_PAYLOAD_SIZES}.`);
}

function checkedContext(context: Record<string, string>): Record<string, string> {
  const reserved = Object.keys(context).find((name) => name.startsWith(PROBE_CONTEXT_KEY) || name.startsWith('aws-crypto-'));
  if (!reserved) return context;
  throw new Error(`'encryptionContext' holds '${reserved}'; names that begin with '${PROBE_CONTEXT_KEY}' or 'aws-crypto-' are taken. Use another name.`);
}

function requireTimeout(timeout: Duration | undefined): void {
  if (!timeout || (timeout.toSeconds() >= 30 && timeout.toMinutes({ integral: false }) <= 15)) return;
  throw new Error(`'timeout' is ${timeout.toHumanString()}; the proof takes 30 seconds to 15 minutes. Set Duration.seconds(30) or more.`);
}

/** AWS KMS calls stay in one Region: the ARN of a key elsewhere is not found. */
function refuseOtherRegion(probe: Construct, key: kms.IKey): void {
  const here = Stack.of(probe).region;
  const there = key.env.region;
  if (Token.isUnresolved(here) || Token.isUnresolved(there) || here === there) return;
  throw new Error(`${probe.node.path} is in ${here} and its key in ${there}; a key is proved where it is. Put the EnvelopeRoundTrip into a stack in ${there}.`);
}
