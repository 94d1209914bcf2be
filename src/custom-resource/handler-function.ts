import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeFunctionRules, acknowledgeLogRules, acknowledgeRoleRules } from './handler-rules';

/** From `src` in tests as from `lib` in the package: the bundles are always in `lib`. */
const LIB = path.join(__dirname, '..', '..', 'lib');

/** Where and how a handler runs. */
export interface HandlerFunctionProps {
  /** The bundle, as its source is named: `envelope/round-trip` for `src/envelope/round-trip.lambda.ts`. */
  readonly bundle: string;
  readonly description: string;
  readonly timeout: Duration;
  /** @default 256 MiB */
  readonly memorySize?: number;
  /** @default - outside of any VPC */
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
  /** @default - a log group of its own, which goes with the stack */
  readonly logGroup?: logs.ILogGroup;
  /** @default logs.RetentionDays.ONE_MONTH */
  readonly logRetention?: logs.RetentionDays;
  /** @default - CloudWatch Logs encrypts with a key of its own */
  readonly logEncryptionKey?: kms.IKey;
  /** @default - Lambda encrypts with a key of its own */
  readonly environmentEncryption?: kms.IKey;
}

/**
 * The Lambda function behind the custom resources of one kind: the bundled handler, a role that may do nothing but write
 * its own log, and the log group.
 *
 * A resource adds what it needs to `role`, takes `function.functionArn` as its service token, and depends on the whole
 * construct, so that it is created after and deleted before its permissions.
 */
export class HandlerFunction extends Construct {
  /**
   * The one function of this stack that runs `props.bundle`; made on first use.
   *
   * Its id never depends on the other props: CloudFormation refuses to change the service token of a resource.
   *
   * @throws if an earlier resource of the stack asked for other props
   */
  public static ofStack(scope: Construct, props: HandlerFunctionProps): HandlerFunction {
    const stack = Stack.of(scope);
    const id = idOf(props.bundle);
    const made = stack.node.tryFindChild(id) as HandlerFunction | undefined;
    made?.requireSame(props, scope);
    return made ?? new HandlerFunction(stack, id, props);
  }

  public readonly role: iam.Role;
  public readonly logGroup: logs.ILogGroup;
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, private readonly props: HandlerFunctionProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), description: props.description });
    this.logGroup = props.logGroup ?? new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      encryptionKey: props.logEncryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup.grantWrite(this.role);
    if (props.vpc) this.role.addToPolicy(networkInterfaces());
    this.function = this.addFunction(this, 'Function');
    acknowledgeRoleRules(this.role, !!props.vpc);
    if (!props.logGroup && !props.logEncryptionKey) acknowledgeLogRules(this.logGroup);
  }

  /** Another function with the same code, role and log: for what needs metrics of its own. */
  public addFunction(scope: Construct, id: string): lambda.Function {
    const { description, timeout, vpc, vpcSubnets, securityGroups, environmentEncryption } = this.props;
    const made = new lambda.Function(scope, id, {
      code: lambda.Code.fromAsset(bundlePath(this.props.bundle)),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X, // x86_64, the default, is in every Region of every partition
      memorySize: this.props.memorySize ?? 256,
      role: this.role,
      logGroup: this.logGroup,
      ...{ description, timeout, vpc, vpcSubnets, securityGroups, environmentEncryption },
    });
    made.node.addDependency(this.role);
    acknowledgeFunctionRules(made, !!vpc);
    return made;
  }

  private requireSame(props: HandlerFunctionProps, scope: Construct): void {
    const names = [...new Set([...Object.keys(this.props), ...Object.keys(props)])] as (keyof HandlerFunctionProps)[];
    const other = names.find((name) => fingerprint(props[name]) !== fingerprint(this.props[name]));
    if (!other) return;
    throw new Error(
      `'${other}' of ${scope.node.path} is not that of the first resource of its kind in stack ${Stack.of(scope).node.path}; ` +
      `all of them run in one Lambda function. Give each the same '${other}', or put this one into another stack.`);
  }
}

/** `CustomerManagedKeysRoundTrip` for `envelope/round-trip`. */
function idOf(bundle: string): string {
  const words = path.posix.basename(bundle).split('-');
  return `CustomerManagedKeys${words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')}`;
}

function bundlePath(bundle: string): string {
  const directory = path.join(LIB, `${bundle}.lambda`);
  if (existsSync(path.join(directory, 'index.js'))) return directory;
  throw new Error(`The Lambda handler ${directory} is missing; it is made at build time. Run 'npm run bundle'.`);
}

/** AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC": none of these takes a resource. */
function networkInterfaces(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [
      'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });
}

/** A value that is equal for equal props; constructs are named by their paths. */
function fingerprint(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part) => {
    if (Construct.isConstruct(part)) return part.node.path;
    return part instanceof Duration ? part.toMilliseconds() : part;
  });
}
