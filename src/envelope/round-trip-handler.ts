import { LambdaContext, withinTime } from '../custom-resource/clock';
import { isCloudFormationEvent } from '../custom-resource/cloudformation-contract';
import { customResource } from '../custom-resource/custom-resource-handler';
import { CustomResourceError, reasonOf } from '../custom-resource/custom-resource-error';
import { RoundTripProperties } from './contract';
import { proveRoundTrip } from './round-trip';
import { RoundTripKms } from './round-trip-kms';

/** Milliseconds left for logging when a scheduled proof runs out of time. */
const LOG_RESERVE = 500;

/**
 * The handler of `EnvelopeRoundTrip`: proves on Create and on Update, and, invoked with the properties as its event, on a
 * schedule. A proof makes nothing that a Delete or a roll-back would have to remove.
 */
export function roundTripHandler(kms: RoundTripKms): (event: unknown, context: LambdaContext) => Promise<void> {
  const onDeployment = customResource<RoundTripProperties>(async ({ RequestType, ResourceProperties }, clock) =>
    RequestType === 'Delete' ? {} : { attributes: await proveRoundTrip(kms, ResourceProperties, clock) });
  return (event, context) => isCloudFormationEvent<RoundTripProperties>(event)
    ? onDeployment(event, context)
    : onSchedule(kms, event as RoundTripProperties, context);
}

/** Throws when the key is broken, which Lambda counts in the metric that the alarm watches. */
async function onSchedule(kms: RoundTripKms, properties: RoundTripProperties, context: LambdaContext): Promise<void> {
  try {
    if (typeof properties?.KeyArn !== 'string') throw new CustomResourceError('The event has no KeyArn; it is neither of CloudFormation nor of a schedule of EnvelopeRoundTrip.');
    const evidence = await withinTime(context, LOG_RESERVE, (clock) => proveRoundTrip(kms, properties, clock));
    console.log(JSON.stringify({ keyArn: properties.KeyArn, ...evidence }));
  } catch (error) {
    throw new Error(reasonOf(error)); // without its cause, which Lambda would log
  }
}
