import { LambdaContext, Clock, TimeIsOver, withinTime } from './clock';
import { Answer, answerBody, Attributes, CloudFormationEvent, CloudFormationRequest, CREATE_FAILED, physicalIdOf } from './cloudformation-contract';
import { CustomResourceError, reasonOf } from './custom-resource-error';
import { deliver } from './response-url';

/** What is left for answering CloudFormation, at most and as a share of the invocation's time. */
const ANSWER_RESERVE = 10_000;
const ANSWER_SHARE = 0.25;

/** What is left after the last attempt to answer. */
const LAST_MOMENT = 100;

/** What a piece of work has made. */
export interface Outcome {
  /** Another id than the request's makes CloudFormation delete the old resource afterwards: a replacement. */
  readonly physicalResourceId?: string;
  readonly attributes?: Attributes;
}

/**
 * The Create, Update or Delete of one resource. It may be delivered more than once, and may be told to roll back: an
 * Update with the two sets of properties swapped.
 */
export type Work<Properties> = (request: CloudFormationRequest<Properties>, clock: Clock) => Promise<Outcome>;

/**
 * Makes a Lambda handler out of `work` that answers CloudFormation itself, always, and in time.
 *
 * A `CustomResourceError` fails the resource with its message; any other error with its name. Work that takes longer than
 * the function's time-out fails a little before it. The Delete of a resource whose Create made nothing succeeds without work.
 */
export function customResource<Properties>(
  work: Work<Properties>,
): (event: CloudFormationEvent<Properties>, context: LambdaContext) => Promise<void> {
  return async (event, context) => {
    const answer = await answerOf(event, context, work);
    await deliver(event.ResponseURL, answerBody(event, answer), () => context.getRemainingTimeInMillis() - LAST_MOMENT);
  };
}

async function answerOf<Properties>(event: CloudFormationEvent<Properties>, context: LambdaContext, work: Work<Properties>): Promise<Answer> {
  if (event.RequestType === 'Delete' && event.PhysicalResourceId === CREATE_FAILED) {
    return { status: 'SUCCESS', physicalResourceId: CREATE_FAILED };
  }
  const { ResponseURL: _credential, ...rest } = event;
  const request = { ...rest, PhysicalResourceId: event.PhysicalResourceId ?? physicalIdOf(event) };
  const reserve = Math.min(ANSWER_RESERVE, context.getRemainingTimeInMillis() * ANSWER_SHARE);
  try {
    const outcome = await withinTime(context, reserve, (clock) => work(request, clock));
    return { status: 'SUCCESS', physicalResourceId: outcome.physicalResourceId ?? request.PhysicalResourceId, attributes: outcome.attributes };
  } catch (thrown) {
    const reason = reasonOf(thrown);
    console.error(JSON.stringify({ requestType: request.RequestType, logicalResourceId: request.LogicalResourceId, reason }));
    return { status: 'FAILED', reason, physicalResourceId: failedId(request, thrown) };
  }
}

/** Of a Create that timed out nobody knows what it made: its Delete has to look. */
function failedId(request: CloudFormationRequest<unknown>, thrown: unknown): string {
  const made = thrown instanceof CustomResourceError ? thrown.physicalResourceId : undefined;
  if (request.RequestType !== 'Delete' && made !== undefined) return made;
  return request.RequestType === 'Create' && !(thrown instanceof TimeIsOver) ? CREATE_FAILED : request.PhysicalResourceId;
}
