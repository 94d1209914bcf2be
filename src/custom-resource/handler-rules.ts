import { Stack, Validations } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';

const HIPAA = 'HIPAA.Security-';
const R4 = 'NIST.800.53.R4-';
const R5 = 'NIST.800.53.R5-';
const PCI = 'PCI.DSS.321-';
const SERVERLESS = 'Serverless-';

/** The rules of cdk-nag that do not fit a handler of custom resources, with the packs that hold them. */
const ROLE: Rule[] = [
  {
    packs: [HIPAA, R4, R5, PCI],
    name: 'IAMNoInlinePolicy',
    reason: 'The policy belongs to this one role, which only this handler assumes: it must not be attached to anything else.',
  },
];

const NETWORK: Rule[] = [
  {
    packs: ['AwsSolutions-'],
    name: 'IAM5[Resource::*]',
    reason: 'Lambda manages the network interfaces of a function in a VPC; these EC2 actions take no resource (AWS Lambda Developer Guide).',
  },
];

const LOGS: Rule[] = [
  {
    packs: [HIPAA, R4, R5, PCI],
    name: 'CloudWatchLogGroupEncrypted',
    reason: 'The log holds names and reasons, no data; CloudWatch Logs encrypts it with a key of its own. A log encryption key can be given.',
  },
];

/** What starts a function. */
export type Trigger = 'deployment' | 'schedule';

const FUNCTION: Record<Trigger, Rule[]> = {
  deployment: [
    {
      packs: [HIPAA, R5],
      name: 'LambdaConcurrency',
      reason: 'CloudFormation bounds how many run at once; a reserved share would be taken from the account, and its exhaustion would stall stacks.',
    },
    {
      packs: [HIPAA, R5, SERVERLESS],
      name: 'LambdaDLQ',
      reason: 'The handler tells CloudFormation about every failure itself; events hold a presigned URL, which must not be kept in a queue.',
    },
    {
      packs: [SERVERLESS],
      name: 'LambdaTracing',
      reason: 'The handler runs during deployments only; its evidence is in the attributes of the resource.',
    },
  ],
  schedule: [
    {
      packs: [HIPAA, R5],
      name: 'LambdaConcurrency',
      reason: 'The schedule starts one at a time; a reserved share would be taken from the account.',
    },
    {
      packs: [SERVERLESS],
      name: 'LambdaAsyncFailureDestination',
      reason: 'The alarm on failures is the destination: an event that is kept would tell no more than the schedule.',
    },
    {
      packs: [HIPAA, R5, SERVERLESS],
      name: 'LambdaDLQ',
      reason: 'A run that failed raises an alarm, its log says why, and the next one makes up for it: nobody would work a queue of old events.',
    },
    {
      packs: [SERVERLESS],
      name: 'LambdaTracing',
      reason: 'Nobody waits for a scheduled run; its log holds how long each step took.',
    },
  ],
};

const OUTSIDE_VPC: Rule[] = [
  {
    packs: [HIPAA, R4, R5, PCI],
    name: 'LambdaInsideVPC',
    reason: 'The handler calls endpoints of AWS only, over TLS, and listens to nothing. A VPC can be given.',
  },
];

interface Rule {
  readonly packs: readonly string[];
  readonly name: string;
  readonly reason: string;
}

/** Acknowledges what a handler's role does on purpose. */
export function acknowledgeRoleRules(scope: IConstruct, inVpc: boolean): void {
  acknowledge(scope, inVpc ? [...ROLE, ...NETWORK] : ROLE);
}

/** Acknowledges that the handler's own log group has no customer-managed key. */
export function acknowledgeLogRules(scope: IConstruct): void {
  acknowledge(scope, LOGS);
}

/** Acknowledges that a role may write the streams of an imported log group, whose ARN ends in `:*`. */
export function acknowledgeLogAccess(scope: IConstruct, logGroup: logs.ILogGroup): void {
  const arn = Stack.of(scope).resolve(logGroup.logGroupArn);
  const parts: (string | { Ref?: string })[] = arn['Fn::Join']?.[1] ?? [arn];
  const resource = parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join(''); // as cdk-nag writes it
  if (!resource.endsWith(':*')) return;
  const reason = 'The handler writes log streams of this one log group; a stream has its name from AWS Lambda.';
  // The record that acknowledge() makes: it refuses an id with a second '::', as in <AWS::Partition>.
  scope.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`AwsSolutions-IAM5[Resource::${resource}]`]: reason });
}

/** Acknowledges what a handler's function does on purpose. */
export function acknowledgeFunctionRules(scope: IConstruct, trigger: Trigger, inVpc: boolean): void {
  acknowledge(scope, inVpc ? FUNCTION[trigger] : [...FUNCTION[trigger], ...OUTSIDE_VPC]);
}

function acknowledge(scope: IConstruct, rules: readonly Rule[]): void {
  Validations.of(scope).acknowledge(...rules.flatMap(({ packs, name, reason }) => packs.map((pack) => ({ id: pack + name, reason }))));
}
