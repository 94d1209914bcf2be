import { createHash } from 'node:crypto';
import { ROLLED_BACK, RoundTripProperties } from './contract';
import { proveRoundTrip } from './round-trip';
import { RoundTripKms } from './round-trip-kms';
import { LambdaContext, withinTime } from '../custom-resource/clock';
import { CloudFormationRequest, isCloudFormationEvent, physicalIdOf } from '../custom-resource/cloudformation-contract';
import { CustomResourceError, reasonOf } from '../custom-resource/custom-resource-error';
import { customResource } from '../custom-resource/custom-resource-handler';

/** Milliseconds left for logging when a scheduled proof runs out of time. */
const LOG_RESERVE = 500;

/**
 * The handler of `EnvelopeRoundTrip`: proves on Create and on Update, and, invoked with the properties as its event, on a
 * schedule. A proof makes nothing that a Delete would have to remove.
 *
 * The physical id tells what was proved. An Update to just that is the roll-back of one that failed, and succeeds without the
 * key: it may be the broken one, and would keep the stack from ever coming back. Other properties are a replacement, whose
 * roll-back is the Delete of the new id (AWS CloudFormation User Guide, "Replacing a custom resource during an update").
 */
export function roundTripHandler(kms: RoundTripKms): (event: unknown, context: LambdaContext) => Promise<void> {
  const onDeployment = customResource<RoundTripProperties>(async (request, clock) => {
    if (request.RequestType === 'Delete') return {};
    const physicalResourceId = provedId(request);
    const isRolledBack = request.PhysicalResourceId === physicalResourceId;
    return { physicalResourceId, attributes: isRolledBack ? ROLLED_BACK : await proveRoundTrip(kms, request.ResourceProperties, clock) };
  });
  return (event, context) => isCloudFormationEvent<RoundTripProperties>(event)
    ? onDeployment(event, context)
    : onSchedule(kms, event as RoundTripProperties, context);
}

function provedId(request: CloudFormationRequest<RoundTripProperties>): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
  const digest = createHash('sha256').update(JSON.stringify(request.ResourceProperties, sorted)).digest('hex').slice(0, 16);
  return `${physicalIdOf(request)}-${digest}`;
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
