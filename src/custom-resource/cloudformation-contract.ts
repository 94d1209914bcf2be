import { createHash } from 'node:crypto';

/*
 * AWS CloudFormation User Guide, "Custom resource request reference" and "Custom resource response objects":
 * an answer is at most 4,096 bytes, a physical resource id at most 1 KB.
 */
const MAX_BODY_BYTES = 4096;
const MAX_REASON_BYTES = 1024;
const MAX_PHYSICAL_ID_BYTES = 1024;

/** The physical id of a Create that made nothing: its Delete, which CloudFormation sends all the same, has nothing to do. */
export const CREATE_FAILED = 'cdk-customer-managed-keys:create-failed';

/** What CloudFormation asks for. Property values arrive as strings, whatever the template held. */
export interface CloudFormationRequest<Properties> {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  /** On Create the id that `physicalIdOf` derives: the same one when CloudFormation delivers the request twice. */
  readonly PhysicalResourceId: string;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Partial<Properties>;
}

/** The event of a CloudFormation invocation. The response URL is a credential: it goes no further than the answer. */
export interface CloudFormationEvent<Properties> extends Omit<CloudFormationRequest<Properties>, 'PhysicalResourceId'> {
  readonly PhysicalResourceId?: string;
  readonly ResponseURL: string;
}

/** Names and values for `Fn::GetAtt`. They are readable by everybody who may describe the stack: no secrets. */
export type Attributes = Record<string, string | number>;

/** What CloudFormation is told. */
export interface Answer {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalResourceId: string;
  readonly reason?: string;
  readonly attributes?: Attributes;
}

/** Whether CloudFormation is waiting for an answer; a direct or scheduled invocation has no response URL. */
export function isCloudFormationEvent<Properties>(event: unknown): event is CloudFormationEvent<Properties> {
  return typeof (event as { ResponseURL?: unknown } | null)?.ResponseURL === 'string';
}

/** One id per resource of a stack, made from the request alone: a second delivery of a Create finds the same one. */
export function physicalIdOf(request: Pick<CloudFormationRequest<unknown>, 'StackId' | 'LogicalResourceId' | 'ResourceType'>): string {
  const identity = [request.StackId, request.LogicalResourceId, request.ResourceType].join('\n');
  return `${request.LogicalResourceId}-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
}

/** The answer as CloudFormation accepts it. Attributes that do not fit make it a failure, which names the limit. */
export function answerBody(event: CloudFormationEvent<unknown>, answer: Answer): Buffer {
  const body = encode(event, answer);
  if (body.length <= MAX_BODY_BYTES && Buffer.byteLength(answer.physicalResourceId) <= MAX_PHYSICAL_ID_BYTES) return body;
  const reason = `The answer takes ${body.length} bytes; CloudFormation accepts ${MAX_BODY_BYTES}. Return fewer or shorter attributes.`;
  const physicalResourceId = truncate(answer.physicalResourceId, MAX_PHYSICAL_ID_BYTES);
  return encode(event, { status: 'FAILED', reason, physicalResourceId });
}

function encode(event: CloudFormationEvent<unknown>, answer: Answer): Buffer {
  return Buffer.from(JSON.stringify({
    Status: answer.status,
    Reason: answer.reason && truncate(answer.reason.replace(/[\x00-\x1f\x7f]+/g, ' '), MAX_REASON_BYTES),
    PhysicalResourceId: answer.physicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data: answer.attributes,
  }));
}

function truncate(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, maxBytes - 6)).replace(/\uFFFD$/, '') + '…';
}
