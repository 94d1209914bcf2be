import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { Duration, Names, PhysicalName, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeFunctionRules, acknowledgeLogAccess, acknowledgeLogRules, acknowledgeRoleRules, Trigger } from './handler-rules';

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
  /** @default - made by CloudFormation; in a nested stack, made of the names of the stack */
  readonly roleName?: string;
  /** @default - outside of any VPC */
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
  /** @default - a log group of its own, which goes with the stack, and takes `logRetention` and `logEncryptionKey` */
  readonly logGroup?: logs.ILogGroup;
  /** @default logs.RetentionDays.ONE_MONTH */
  readonly logRetention?: logs.RetentionDays;
  /** @default - CloudWatch Logs encrypts with a key of its own */
  readonly logEncryptionKey?: kms.IKey;
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

  private readonly props: HandlerFunctionProps;

  /** @throws when the bundle is missing, or settings of its own log group are given with another one */
  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    this.props = withDefaults(props);
    this.role = new iam.Role(this, 'Role', {
      roleName: props.roleName ?? nameOfRole(this),
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    this.logGroup = this.addLogGroup();
    this.logGroup.grantWrite(this.role);
    acknowledgeLogAccess(this.role, this.logGroup);
    if (props.vpc) this.role.addToPolicy(networkInterfaces());
    acknowledgeRoleRules(this.role, !!props.vpc);
    this.function = this.addFunction(this, 'Function', 'deployment');
  }

  /** Another function with the same code, role and log: for what needs metrics of its own. */
  public addFunction(scope: Construct, id: string, trigger: Trigger): lambda.Function {
    const { description, timeout, memorySize, vpc, vpcSubnets, securityGroups } = this.props;
    const made = new lambda.Function(scope, id, {
      code: lambda.Code.fromAsset(bundlePath(this.props.bundle)),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X, // x86_64, the default, is in every Region of every partition
      role: this.role,
      logGroup: this.logGroup,
      ...{ description, timeout, memorySize, vpc, vpcSubnets, securityGroups },
    });
    made.node.addDependency(this.role);
    acknowledgeFunctionRules(made, trigger, !!vpc);
    return made;
  }

  private addLogGroup(): logs.ILogGroup {
    const { logGroup, logRetention: retention, logEncryptionKey: encryptionKey } = this.props;
    if (!logGroup) {
      const own = new logs.LogGroup(this, 'Logs', { retention, encryptionKey, removalPolicy: RemovalPolicy.DESTROY });
      if (!encryptionKey) acknowledgeLogRules(own);
      return own;
    }
    if (!retention && !encryptionKey) return logGroup;
    const given = retention ? 'logRetention' : 'logEncryptionKey';
    throw new Error(`'${given}' is for a log group of the function's own, and 'logGroup' is ${logGroup.node.path}. Set it there, or leave one of them out.`);
  }

  private requireSame(given: HandlerFunctionProps, scope: Construct): void {
    const props = withDefaults(given);
    const names = [...new Set([...Object.keys(this.props), ...Object.keys(props)])] as (keyof HandlerFunctionProps)[];
    const other = names.find((name) => fingerprint(props[name]) !== fingerprint(this.props[name]));
    if (!other) return;
    throw new Error(
      `'${other}' of ${scope.node.path} is not that of the first resource of its kind in stack ${Stack.of(scope).node.path}; ` +
      `all of them run in one Lambda function. Give each the same '${other}', or put this one into another stack.`);
  }
}

function withDefaults(props: HandlerFunctionProps): HandlerFunctionProps {
  const { memorySize = 256, logRetention = props.logGroup ? undefined : logs.RetentionDays.ONE_MONTH } = props;
  return { ...props, memorySize, logRetention };
}

/**
 * A name where one is needed: CDK makes one when a key of another environment names the role. CloudFormation names a nested stack when it
 * makes it, so that a key policy outside could not name a role within: such a role has its name from the start.
 */
function nameOfRole(handler: Construct): string {
  const stack = Stack.of(handler);
  if (!Token.isUnresolved(stack.stackName)) return PhysicalName.GENERATE_IF_NEEDED;
  let root = stack;
  while (root.nestedStackParent) root = root.nestedStackParent;
  const where = Token.isUnresolved(root.region) ? [root.stackName] : [root.stackName, root.region]; // names of roles hold in all Regions
  return `${Names.uniqueResourceName(handler, { maxLength: 55 })}-${createHash('sha256').update(where.join('\n')).digest('hex').slice(0, 8)}`;
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
