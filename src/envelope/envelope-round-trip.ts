import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BUNDLE, RESOURCE_TYPE, RoundTripEvidence } from './contract';
import { grantProbe } from './probe-permissions';
import { provableKey } from './provable-key';
import { checkedTimeout, probeName, roundTripProperties } from './round-trip-properties';
import { scheduledProof } from './scheduled-proof';
import { HandlerFunction } from '../custom-resource/handler-function';

/** Properties of an `EnvelopeRoundTrip`. */
export interface EnvelopeRoundTripProps {
  /**
   * The key to prove: a symmetric encryption key in the Region of this stack.
   *
   * For a key of another account that this app does not make, its owner has to let the role of the probe in: see `EnvelopeRoundTrip`.
   */
  readonly encryptionKey: kms.IKey;

  /**
   * When to prove the key again between deployments. A proof that fails raises `failureAlarm`.
   *
   * @default - on deployments only
   */
  readonly schedule?: events.Schedule;

  /**
   * The sizes of what is sealed and opened, in bytes: whole numbers from 0 to 16,777,216 (16 MiB), at most 16 of them.
   *
   * @default [0, 1, 4096, 4097, 1048576]
   */
  readonly payloadSizes?: number[];

  /**
   * More pairs for the encryption context of everything that the probe does, for keys whose policy asks for some.
   *
   * AWS CloudTrail logs them in clear, and so does the template show them: no secrets.
   *
   * @default - the probe's own pair `envelope-round-trip` alone
   */
  readonly encryptionContext?: { [name: string]: string };

  /**
   * How long refusals that a new key, role or policy explains, and throttling, are tried again before the key is called broken.
   * No longer than `timeout`.
   *
   * @default Duration.minutes(3), or `timeout` where that is shorter
   */
  readonly propagationTimeout?: Duration;

  /**
   * The time-out of the Lambda function, 30 seconds to 15 minutes. CloudFormation waits one minute longer.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * The name of the role that the function runs with, `role`. For keys whose owner has to name it in a key policy.
   *
   * @default - CloudFormation makes one; in a nested stack one is made of the names of the stack, for keys outside of it
   */
  readonly roleName?: string;

  /**
   * The VPC to run in. From its subnets the function must reach AWS KMS, and Amazon S3 to answer CloudFormation.
   *
   * @default - outside of any VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` to run in.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function in `vpc`.
   *
   * @default - a new one that lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Where the function logs: evidence and reasons, no data.
   *
   * @default - a log group of its own, deleted with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long the function's own log group keeps its events. Not together with `logGroup`.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The key of the function's own log group. A stock `kms.Key` must let CloudWatch Logs use it; a `CustomerManagedKey` sees to that.
   * Not together with `logGroup`.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: kms.IKey;
}

/**
 * Proves at deployment time that data really encrypts and decrypts under a key, and that the key refuses what it must. A stack whose key
 * does not work does not deploy; the reason names the key, the call and the missing permission.
 *
 * On Create and on Update a Lambda function proves, against the real key: envelopes of all payload sizes open to what was sealed; another
 * encryption context is refused; a tampered message is refused; Encrypt takes 4,096 bytes, and AWS KMS refuses 4,097; a data key made
 * without its plaintext opens; ReEncrypt moves a ciphertext to another encryption context. It makes nothing that lasts.
 *
 * CloudFormation updates the resource when its properties change. A change of the key policy alone does not run the proof again: set
 * `schedule`, or change `payloadSizes`. The roll-back of an update that failed proves nothing, so that a broken key never keeps a stack
 * from returning to where it was: `casesPassed` is 0 then, until the next update.
 *
 * The role of the function may use the key with the encryption context `envelope-round-trip` of this probe and with no other: it can never
 * read data of an application. The policy of a key that this app makes says so where it has to. The policy of an imported key must leave
 * the use of the key to IAM policies, or its owner must allow that role `kms:DescribeKey`, and with this context `kms:Encrypt`,
 * `kms:Decrypt`, `kms:GenerateDataKey`, `kms:GenerateDataKeyWithoutPlaintext`, `kms:ReEncryptFrom` and `kms:ReEncryptTo`: where the key may
 * be of another account, a warning holds the very statements.
 *
 * All round trips of a stack share one Lambda function, so they agree on role name, time-out, network and log props.
 *
 * @see AWS KMS Developer Guide, "Encryption context" and "Key policies in AWS KMS"
 */
export class EnvelopeRoundTrip extends Construct {
  /** The role of the Lambda function, shared by all round trips of the stack. */
  public readonly role: iam.IRole;

  /** How the payloads were sealed. */
  public readonly algorithm: string;

  /** How many bytes went through the envelope. */
  public readonly bytes: string;

  /** How long the proof took. */
  public readonly milliseconds: string;

  /** The material of the key that opened the data keys; it changes with every rotation. */
  public readonly keyMaterialId: string;

  /** How many cases were proved: all of them, or the deployment failed. */
  public readonly casesPassed: string;

  /** The cases as JSON: a list of objects with `case` and `milliseconds`. */
  public readonly cases: string;

  /**
   * The alarm on scheduled proofs that fail. It stays in alarm until one succeeds. Give it an action.
   *
   * It does not watch whether the schedule still runs: a rule that somebody disables raises no alarm. How long is too long, only the
   * author of the schedule knows; `AWS/Events` has the metric `Invocations` of the rule.
   *
   * @default - none without `schedule`
   */
  public readonly failureAlarm?: cloudwatch.Alarm;

  /**
   * @throws when a prop is out of its limits, the key is missing, in another Region, disabled or not for symmetric encryption, or an earlier
   * round trip of the stack runs elsewhere
   */
  constructor(scope: Construct, id: string, props: EnvelopeRoundTripProps) {
    super(scope, id);
    const key = provableKey(this, props?.encryptionKey);
    const timeout = checkedTimeout(props.timeout ?? Duration.minutes(5));
    const properties = roundTripProperties(this, key, timeout, props);
    const handler = handlerOf(this, timeout, props);
    this.role = handler.role;
    grantProbe(key, handler.role, probeName(this), this);
    const proof = new CustomResource(this, 'Resource', {
      resourceType: RESOURCE_TYPE,
      serviceToken: handler.function.functionArn,
      serviceTimeout: timeout.plus(Duration.minutes(1)),
      properties,
    });
    proof.node.addDependency(handler);
    const evidence = (name: keyof RoundTripEvidence & string) => proof.getAttString(name);
    this.algorithm = evidence('Algorithm');
    this.bytes = evidence('Bytes');
    this.milliseconds = evidence('Milliseconds');
    this.keyMaterialId = evidence('KeyMaterialId');
    this.casesPassed = evidence('CasesPassed');
    this.cases = evidence('Cases');
    if (props.schedule) this.failureAlarm = scheduledProof(this, handler, props.schedule, properties);
  }
}

function handlerOf(probe: Construct, timeout: Duration, props: EnvelopeRoundTripProps): HandlerFunction {
  const { roleName, vpc, vpcSubnets, securityGroups, logGroup, logRetention, logEncryptionKey } = props;
  return HandlerFunction.ofStack(probe, {
    bundle: BUNDLE,
    description: `Proves the keys of ${Stack.of(probe).stackName} by envelope round trips`,
    memorySize: 512, // a payload of 16 MiB is in memory several times over
    ...{ timeout, roleName, vpc, vpcSubnets, securityGroups, logGroup, logRetention, logEncryptionKey },
  });
}
