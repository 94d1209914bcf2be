import { generatedName, uuidOf } from './generated-name';
import { resolve } from './intrinsics';
import type { Resource } from './stack';

/** The names of a resource that nothing is simulated of; `{…}` stand for its name and its place. */
interface InertType {
  /** The property that names the resource. */
  readonly name?: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** AWS CloudFormation Template Reference, Return values of each type. */
const INERT_TYPES: Readonly<Record<string, InertType>> = {
  'AWS::CloudTrail::Trail': named('TrailName', 'cloudtrail:{region}:{account}:trail/{name}'),
  'AWS::CloudWatch::Alarm': named('AlarmName', 'cloudwatch:{region}:{account}:alarm:{name}'),
  'AWS::DynamoDB::Table': named('TableName', 'dynamodb:{region}:{account}:table/{name}'),
  'AWS::ECR::Repository': named('RepositoryName', 'ecr:{region}:{account}:repository/{name}'),
  'AWS::Events::EventBus': named('Name', 'events:{region}:{account}:event-bus/{name}', { Name: '{name}' }),
  'AWS::Events::Rule': { name: 'Name', ref: '{bus|}{name}', attributes: { Arn: 'arn:{partition}:events:{region}:{account}:rule/{bus/}{name}' } },
  'AWS::IAM::Group': named('GroupName', 'iam::{account}:group/{name}'),
  'AWS::IAM::InstanceProfile': named('InstanceProfileName', 'iam::{account}:instance-profile/{name}'),
  'AWS::KMS::Alias': { name: 'AliasName', ref: '{name}', attributes: {} },
  'AWS::KMS::Key': { ref: '{uuid}', attributes: { Arn: 'arn:{partition}:kms:{region}:{account}:key/{uuid}', KeyId: '{uuid}' } },
  'AWS::KMS::ReplicaKey': { ref: '{primary}', attributes: { Arn: 'arn:{partition}:kms:{region}:{account}:key/{primary}', KeyId: '{primary}' } },
  'AWS::Kinesis::Stream': named('Name', 'kinesis:{region}:{account}:stream/{name}'),
  'AWS::KinesisFirehose::DeliveryStream': named('DeliveryStreamName', 'firehose:{region}:{account}:deliverystream/{name}'),
  'AWS::Lambda::Function': named('FunctionName', 'lambda:{region}:{account}:function:{name}'),
  'AWS::Logs::LogGroup': named('LogGroupName', 'logs:{region}:{account}:log-group:{name}:*'),
  'AWS::S3::Bucket': named('BucketName', 's3:::{name}', {
    DomainName: '{name}.s3.{suffix}',
    RegionalDomainName: '{name}.s3.{region}.{suffix}',
  }),
  'AWS::SNS::Topic': {
    name: 'TopicName',
    ref: 'arn:{partition}:sns:{region}:{account}:{name}',
    attributes: { TopicArn: 'arn:{partition}:sns:{region}:{account}:{name}', TopicName: '{name}' },
  },
  'AWS::SQS::Queue': {
    name: 'QueueName',
    ref: 'https://sqs.{region}.{suffix}/{account}/{name}',
    attributes: {
      Arn: 'arn:{partition}:sqs:{region}:{account}:{name}',
      QueueName: '{name}',
      QueueUrl: 'https://sqs.{region}.{suffix}/{account}/{name}',
    },
  },
  'AWS::SSM::Parameter': { name: 'Name', ref: '{name}', attributes: {} },
  'AWS::SecretsManager::Secret': {
    name: 'Name',
    ref: 'arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-aBcDeF',
    attributes: { Id: 'arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-aBcDeF' },
  },
  'AWS::StepFunctions::StateMachine': {
    name: 'StateMachineName',
    ref: 'arn:{partition}:states:{region}:{account}:stateMachine:{name}',
    attributes: { Arn: 'arn:{partition}:states:{region}:{account}:stateMachine:{name}', Name: '{name}' },
  },
};

/** A type whose `Ref` is its name. */
function named(name: string, resource: string, others: Readonly<Record<string, string>> = {}): InertType {
  return { name, ref: '{name}', attributes: { Arn: `arn:{partition}:${resource}`, ...others } };
}

/** What `Ref` yields for a resource that nothing is simulated of. */
export function inertReference(resource: Resource): string {
  return fill(INERT_TYPES[resource.type]?.ref, resource, 'Ref');
}

/** What `Fn::GetAtt` yields for a resource that nothing is simulated of. */
export function inertAttribute(resource: Resource, name: string): string {
  return fill(INERT_TYPES[resource.type]?.attributes[name], resource, name);
}

function fill(pattern: string | undefined, resource: Resource, what: string): string {
  if (pattern === undefined) {
    throw new Error(`Nothing is known of ${what} of the ${resource.type} '${resource.path}': it is not deployed, or its type is not simulated.`);
  }
  const { stack } = resource;
  const property = (name: string) => resolve(resource.definition.Properties?.[name], stack);
  const values: Readonly<Record<string, () => string>> = {
    'account': () => stack.account,
    'region': () => stack.region,
    'partition': () => stack.partition,
    'suffix': () => String(stack.ref('AWS::URLSuffix')),
    'name': () => physicalName(resource, INERT_TYPES[resource.type]!.name),
    'uuid': () => uuidOf(resource.id),
    'primary': () => lastSegment(property('PrimaryKeyArn')), // a replica has the key ID of its primary
    'bus|': () => ownBus(property('EventBusName'), '|'),
    'bus/': () => ownBus(property('EventBusName'), '/'),
  };
  return pattern.replace(/\{([^}]+)\}/g, (_, key: string) => values[key]!());
}

/** Rules of another event bus than the default one have it in their names. */
function ownBus(bus: unknown, separator: string): string {
  const name = lastSegment(bus ?? 'default');
  return name === 'default' ? '' : name + separator;
}

function lastSegment(arnOrName: unknown): string {
  return String(arnOrName).split('/').at(-1)!;
}

/** The name that a property gives, else the one that CloudFormation makes up; here it is always the same. */
export function physicalName(resource: Resource, property?: string): string {
  const given = property && resolve(resource.definition.Properties?.[property], resource.stack);
  if (given !== undefined && given !== '') return String(given);
  const name = generatedName(resource.stack, resource.logicalId);
  const { FifoQueue: fifoQueue, FifoTopic: fifoTopic } = resource.definition.Properties ?? {};
  if (String(fifoQueue ?? fifoTopic) === 'true') return `${name}.fifo`;
  return resource.type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}
