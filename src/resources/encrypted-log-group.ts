import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { refuseAlias } from './encryption-key';
import { ForwardedPrincipal } from './forwarded-principal';
import { Opinions, opinionated } from './opinions';
import { ownKey, settleKey } from './own-key';
import { CustomerManagedKey } from '../key/customer-managed-key';
import { KeyProfile } from '../key/key-profile';
import { warn } from '../key/warning';
import { CLOUDWATCH_LOGS } from '../services/cloudwatch-logs';

const LOGS = CLOUDWATCH_LOGS.forwards!;

const OPINIONS: Opinions<logs.LogGroupProps> = {
  construct: 'EncryptedLogGroup',
  stock: 'logs.LogGroup',
  key: 'encryptionKey',
  defaults: { retention: logs.RetentionDays.ONE_YEAR },
  fixed: {},
};

/**
 * Properties of an `EncryptedLogGroup`: those of the stock `logs.LogGroup`.
 *
 * `encryptionKey` defaults to a `CustomerManagedKey` of the log group's own, its child 'Key'. `retention` defaults to one year,
 * which AWS Security Hub control CloudWatch.16 asks for at least. `removalPolicy` defaults to that of the `KeyProfile`.
 */
export interface EncryptedLogGroupProps extends logs.LogGroupProps {}

/**
 * An Amazon CloudWatch Logs log group that is encrypted under a customer-managed key.
 *
 * What was logged before a change of the key stays under the old one: keep that key for the retention. Grants let their grantee use
 * the key as well, through CloudWatch Logs only.
 *
 * @see Amazon CloudWatch Logs User Guide, Encrypt log data in CloudWatch Logs using AWS Key Management Service
 */
export class EncryptedLogGroup extends logs.LogGroup {
  /** The key that encrypts the log group. */
  public readonly encryptionKey: kms.IKeyRef;

  /**
   * Defines the log group, and its key unless one is given.
   *
   * @throws when a property injector takes the key away
   */
  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps = {}) {
    const removalPolicy = props.removalPolicy ?? KeyProfile.of(scope).removalPolicy;
    const encryptionKey = props.encryptionKey ?? ownKey(scope, id, removalPolicy);
    super(scope, id, opinionated(scope, id, OPINIONS, { ...props, encryptionKey, removalPolicy }));
    this.encryptionKey = encryptionKey;
    const { kmsKeyId } = this.node.defaultChild as logs.CfnLogGroup;
    settleKey(this, 'encryptionKey', encryptionKey, kmsKeyId === encryptionKey.keyRef.keyArn);
    refuseAlias(this, 'encryptionKey', this.encryptionKey);
    if (!isWired(this.encryptionKey)) this.warnOfKeyPolicy();
    this.letGrantsReachTheKey();
  }

  /** Gives the actions on this log group and its streams, and what they need of the key. */
  public override grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    return this.withKeyUse(grantee, super.grant(grantee, ...actions));
  }

  /** `grantRead` and `grantWrite` come through here too. */
  private letGrantsReachTheKey(): void {
    const { grants } = this;
    const stock = grants.actions.bind(grants);
    grants.actions = (grantee, actions, options) => this.withKeyUse(grantee, stock(grantee, actions, options));
  }

  /** CloudWatch Logs comes as itself: without a statement in the key policy, the deployment fails. */
  private warnOfKeyPolicy(): void {
    const { account, region } = this.env;
    const [here, there] = [Token.isUnresolved(account) ? '<account>' : account, Token.isUnresolved(region) ? '<region>' : region];
    warn(this, 'cdk-customer-managed-keys:keyDoesNotWire',
      `${this.node.path} is encrypted under ${this.encryptionKey.node.path}, which is no CustomerManagedKey of this app and does not wire itself. Its policy must `
      + `let CloudWatch Logs (the service principal logs.${there}) use it, or the deployment fails. Make it a CustomerManagedKey, or let its owner add `
      + `key.authorize(KeyUse.of('logs:log-group', { account: '${here}' })) or a statement like it. Then acknowledge this warning.`);
  }

  /** CloudWatch Logs checks its callers as well as itself; a service calls nothing by forwarding. */
  private withKeyUse(grantee: iam.IGrantable, grant: iam.Grant): iam.Grant {
    const caller = grantee.grantPrincipal;
    if ('Service' in caller.policyFragment.principalJson) return grant;
    const forwarded = new ForwardedPrincipal({ caller, by: LOGS, region: this.env.region, key: this.encryptionKey });
    return grant
      .combine(grantOnKey(this.encryptionKey, forwarded, LOGS.read))
      .combine(grantOnKey(this.encryptionKey, grantee, ['kms:DescribeKey']));
  }
}

function grantOnKey(key: kms.IKeyRef, grantee: iam.IGrantable, actions: readonly string[]): iam.Grant {
  return isKey(key) ? key.grant(grantee, ...actions) : kms.KeyGrants.fromKey(key).actions(grantee, ...actions);
}

/** Whether the key writes its own policy: a `CustomerManagedKey`, or the L1 within one. */
function isWired(key: kms.IKeyRef): boolean {
  return key instanceof CustomerManagedKey || key.node.scope instanceof CustomerManagedKey;
}

function isKey(key: kms.IKeyRef): key is kms.IKey {
  return 'grant' in key;
}
