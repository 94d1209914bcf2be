import { randomUUID } from 'node:crypto';
import { CustomResourceResponse, readResponse } from './custom-resource-response';
import { generatedName } from '../generated-name';
import { LambdaOutcome, toldOutcome } from '../lambda/lambda-outcome';
import { runLambda } from '../lambda/lambda-process';
import { isRunnable } from '../lambda/lambda-resources';
import { DesiredResource, PhysicalResource } from '../physical-resource';
import { references } from '../references';
import { ResourceFailure, ResourceType, World } from '../resource-type';
import { Resource } from '../stack';

/** AWS CloudFormation Template Reference, AWS::CloudFormation::CustomResource, ServiceTimeout. */
const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3600;

/** Those of the AWS CDK itself that work on services of which nothing is simulated, with an SDK that only Lambda has at hand. */
const CDK_OWN: ReadonlySet<string> = new Set([
  'Custom::AWS',
  'Custom::AWSCDKOpenIdConnectProvider',
  'Custom::CloudwatchLogResourcePolicy',
  'Custom::CrossAccountZoneDelegation',
  'Custom::DeleteExistingRecordSet',
  'Custom::DynamoDBReplica',
  'Custom::ECRAutoDeleteImages',
  'Custom::LogRetention',
  'Custom::OpenSearchAccessPolicy',
  'Custom::S3AutoDeleteObjects',
  'Custom::S3BucketNotifications',
  'Custom::SyntheticsAutoDeleteUnderlyingResources',
  'Custom::VpcRestrictDefaultSG',
]);

export function isCustomResource(type: string): boolean {
  return type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');
}

/** A resource that a Lambda function of the app makes: the function runs, CloudFormation's side of the contract is played here. */
export const CUSTOM_RESOURCE: ResourceType = {
  simulates: ({ type, definition, stack }: Resource) => !CDK_OWN.has(type)
    && [...references(definition.Properties?.['ServiceToken'], stack)].some((resource) => resource.type === 'AWS::Lambda::Function' && isRunnable(resource)),

  refuses: (desired, existing) =>
    desired.properties['ServiceToken'] === existing.properties['ServiceToken'] ? undefined : 'Modifying service token is not allowed.',

  create: (desired, world) => made('Create', desired, world),
  update: (desired, existing, world) => made('Update', desired, world, existing),
  delete: async (existing, world) => { await made('Delete', existing, world, existing); },
};

/** What the function made of it. */
async function made(type: RequestType, desired: DesiredResource, world: World, existing?: PhysicalResource): Promise<PhysicalResource> {
  const { response, fault, log } = await request(type, desired, world, existing);
  const physicalId = response?.PhysicalResourceId ?? existing?.physicalId ?? generatedName(desired.stack, desired.logicalId);
  const resource = { ...desired, physicalId, attributes: asTexts(response?.Data ?? {}), noEcho: response?.NoEcho ?? false };
  if (fault !== undefined) throw new ResourceFailure(fault, { remains: resource, log });
  return resource;
}

type RequestType = 'Create' | 'Update' | 'Delete';

interface Answer {
  readonly response?: CustomResourceResponse;
  /** Why the request failed. */
  readonly fault?: string;
  /** The end of what the function logged. */
  readonly log?: string;
}

async function request(type: RequestType, desired: DesiredResource, world: World, existing?: PhysicalResource): Promise<Answer> {
  const requestId = randomUUID();
  const { logicalId: LogicalResourceId, stack: { stackId: StackId }, properties } = desired;
  const echo = { StackId, RequestId: requestId, LogicalResourceId };
  const { responses, environmentFor, signal } = await world.endpoints.open();
  const event = {
    ...echo,
    RequestType: type,
    ServiceToken: properties['ServiceToken'],
    ResponseURL: responses.expect(requestId),
    ResourceType: desired.type,
    ResourceProperties: asTexts(properties),
    ...existing && { PhysicalResourceId: existing.physicalId },
    ...type === 'Update' && { OldResourceProperties: asTexts(existing!.properties) },
  };
  const fn = functionOf(desired, world);
  const patience = { seconds: serviceTimeout(desired), signal };
  const run = () => runLambda(fn, event, environmentFor(fn.properties['Role']), requestId, patience);
  const { outcome, log } = await run();
  if (world.deliversTwice) await run();
  const body = responses.collect(requestId);
  if (body === undefined) return { fault: silence(outcome, fn, desired), log };
  return { ...answerOf(readResponse(body, echo)), log };
}

function serviceTimeout({ properties }: DesiredResource): number {
  return Number(properties['ServiceTimeout'] ?? DEFAULT_SERVICE_TIMEOUT_SECONDS);
}

export function functionOf(desired: DesiredResource, { state }: World): PhysicalResource {
  const token = desired.properties['ServiceToken'];
  const fn = [...state.values()].find(({ type, attributes }) => type === 'AWS::Lambda::Function' && attributes['Arn'] === token);
  if (!fn) throw new ResourceFailure(`The function ${token} behind the custom resource does not exist.`);
  return fn;
}

function answerOf(response: CustomResourceResponse | { readonly fault: string }): Answer {
  if ('fault' in response) return response;
  if (response.Status === 'SUCCESS') return { response };
  return { response, fault: response.Reason ?? 'The custom resource answered FAILED without a Reason.' };
}

/** What AWS would show only after the service time-out. */
function silence(outcome: LambdaOutcome, fn: PhysicalResource, desired: DesiredResource): string {
  const wait = serviceTimeout(desired);
  return `${toldOutcome(outcome, fn.path)}, and sent no answer; CloudFormation would wait for it for ${wait} s (ServiceTimeout).`;
}

/** CloudFormation hands every number and boolean over as a text, in both directions. */
function asTexts(value: any): any {
  if (Array.isArray(value)) return value.map(asTexts);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTexts(inner)]));
  return String(value);
}
