import { Annotations, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accountStatements } from './account-statements';
import { namedAdministrator } from './administrator';
import { ExplainedStatement } from './explained-statement';
import { KeyAccess } from './key-access';
import { checkedAliasName, checkKeyProps, derivedAliasName } from './key-checks';
import { findingsOf } from './key-findings';
import { GrantingKey, grantOnKey, narrowedActions } from './key-grants';
import { KeyProfile } from './key-profile';
import { KeySharing } from './key-sharing';
import { KeyUse } from './key-use';
import { KeyWiring } from './key-wiring';
import { acceptLowLevelGrants } from './low-level-grants';
import { WiredPolicy } from './wired-policy';
import { ADMINISTRATION_ACTIONS, explicitActions } from '../policy/actions';
import { canRotate, useActions } from '../policy/key-specs';

/** Properties of a `CustomerManagedKey`: those of the stock `kms.Key`, and four of its own. */
export interface CustomerManagedKeyProps extends kms.KeyProps {
  /**
   * The defaults for removal and deletion window.
   *
   * @default - the profile of the nearest scope (`KeyProfile.use`), else `KeyProfile.PRODUCTION`
   */
  readonly profile?: KeyProfile;

  /**
   * Whether IAM policies may open the key, or the key policy alone.
   *
   * @default KeyAccess.IAM_AND_KEY_POLICY
   */
  readonly access?: KeyAccess;

  /**
   * Whether the key finds its users in the app by itself.
   *
   * @default KeyWiring.AUTOMATIC
   */
  readonly wiring?: KeyWiring;

  /**
   * Keys that this one takes over from. What is stored under them stays readable: whoever may decrypt with this key may
   * decrypt with them.
   *
   * @default - none
   */
  readonly previousKeys?: kms.IKey[];
}

/**
 * An AWS KMS customer-managed key that writes its own policy.
 *
 * It is a stock `kms.Key` with opinions: rotation where AWS KMS can rotate, an alias, no `kms:*` for the account, grants of explicit
 * actions, and a statement for exactly the services whose resources in this app use it. In place of `new kms.Key(this, 'Key', …)` it
 * keeps the logical id, so an existing key is adopted, not replaced.
 *
 * The key policy is finished at synth; `wiring` lists it with the reason of each statement.
 */
export class CustomerManagedKey extends kms.Key {
  /** Whether IAM policies may open the key, or the key policy alone. */
  public readonly access: KeyAccess;

  private readonly wiredPolicy: WiredPolicy;
  private readonly supported: readonly string[];
  private readonly previousKeys: kms.IKey[];

  /** @throws when a prop is one that AWS KMS refuses, or when a property injector of the app replaces the key policy */
  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps = {}) {
    checkKeyProps(props);
    const profile = props.profile ?? KeyProfile.of(scope);
    const access = props.access ?? KeyAccess.IAM_AND_KEY_POLICY;
    const keySpec = props.keySpec ?? kms.KeySpec.SYMMETRIC_DEFAULT;
    const keyUsage = props.keyUsage ?? kms.KeyUsage.ENCRYPT_DECRYPT;
    const multiRegion = props.multiRegion ?? false;
    const accountRoot = `arn:${Aws.PARTITION}:iam::${Stack.of(scope).account}:root`;
    const policy = new WiredPolicy({
      wiring: props.wiring ?? KeyWiring.AUTOMATIC,
      multiRegion,
      base: props.policy ?? accountStatements({ accountRoot, access, keySpec, keyUsage, multiRegion }),
    });
    super(scope, id, {
      ...stockProps(props),
      policy,
      enabled: props.enabled ?? true, // scanners take a missing property for a disabled key
      enableKeyRotation: props.enableKeyRotation ?? (canRotate(keySpec) ? true : undefined),
      removalPolicy: props.removalPolicy ?? profile.removalPolicy,
      pendingWindow: props.pendingWindow ?? profile.pendingWindow,
    });
    this.refuseInjectedPolicy(policy);
    policy.attach(this.node.defaultChild as kms.CfnKey);
    this.access = access;
    this.wiredPolicy = policy;
    this.supported = useActions(keySpec, keyUsage);
    this.previousKeys = props.previousKeys ?? [];
    this.previousKeys.forEach((previous) => this.takeOver(previous));
    (props.admins ?? []).forEach((admin) => this.grantAdmin(admin));
    this.addAlias(props.alias ?? derivedAliasName(this));
    acceptLowLevelGrants(this.granting());
    this.node.addValidation({ validate: () => findingsOf(this, this.node.defaultChild as kms.CfnKey) });
    if (props.enableKeyRotation === false && canRotate(keySpec)) { this.warnRotationOff(); }
  }

  /** The grants of the stock key, as narrow as `grant`; constructs of CDK come through here. */
  public override get grants(): kms.KeyGrants {
    const grants = kms.KeyGrants.fromKey(this);
    grants.actions = (grantee, ...actions) => this.grant(grantee, ...actions);
    return grants;
  }

  /** Every statement of the key policy, why it is there, and which constructs asked for it, for the app as it stands now. */
  public get wiring(): ExplainedStatement[] {
    return this.wiredPolicy.explain();
  }

  /**
   * Allows `grantee` these actions on this key, wherever the grant takes effect: in IAM, in the key policy, or in both.
   *
   * Wildcards such as `kms:GenerateDataKey*` become the explicit actions that this kind of key supports; the resource is always
   * the ARN of the key. Where only the other account can complete the grant, a warning says which statement it must add.
   *
   * @throws when an action does not exist, or when the grant cannot take effect
   */
  public override grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    const grant = grantOnKey(this.granting(), grantee, actions);
    const decrypts = narrowedActions(this.granting(), actions).includes('kms:Decrypt');
    return (decrypts ? this.previousKeys : []).reduce((all, previous) => all.combine(previous.grantDecrypt(grantee)), grant);
  }

  /**
   * Lets a role or user administer the key, and never use it, whatever IAM says.
   *
   * An administrator can change the key policy, and so give itself more: watch `PutKeyPolicy`, and `ReplicateKey` on multi-Region
   * keys.
   *
   * @throws when `grantee` is no role or user: a Deny for an account or a service would shut out more than administrators
   */
  public override grantAdmin(grantee: iam.IGrantable): iam.Grant {
    const principal = namedAdministrator(this, grantee);
    const actions = explicitActions(ADMINISTRATION_ACTIONS);
    const resource = { env: this.env, addToResourcePolicy: () => this.wiredPolicy.addAdministrator(principal) };
    const inKeyPolicy = iam.Grant.addStatementToResourcePolicy({
      grantee, actions, resourceArns: [this.keyArn], resource, statement: new iam.PolicyStatement({ actions, principals: [principal], resources: ['*'] }),
    });
    const needsIam = Object.keys(principal.policyFragment.conditions).length > 0; // the account, under the name of the role
    return needsIam ? inKeyPolicy.combine(iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.keyArn] })) : inKeyPolicy;
  }

  /**
   * Shares the key with another account or an organization: the key's half of it.
   *
   * `SharedKey.fromSharedKeyArn` writes the other half, in an app of that account. The halves deploy in any order.
   */
  public shareWith(sharing: KeySharing): void {
    this.wiredPolicy.share(sharing._statement(Stack.of(this).region, this.node.path));
  }

  /** Allows a service the use that the construct tree does not show, with the statement that the wiring would write. */
  public authorize(use: KeyUse): void {
    this.wiredPolicy.authorize(use);
  }

  /** Adds an alias. @throws when the name is reserved for AWS, or not acceptable to AWS KMS */
  public override addAlias(aliasName: string): kms.Alias {
    return super.addAlias(checkedAliasName(aliasName));
  }

  private granting(): GrantingKey {
    return { key: this, access: this.access, supported: this.supported };
  }

  // CDK's property injectors run inside super() and may pass another policy on.
  private refuseInjectedPolicy(policy: WiredPolicy): void {
    if (this.policy !== policy) {
      throw new Error(`A property injector replaced the policy of ${this.node.path}; a CustomerManagedKey writes its own, or it could not be wired. `
        + `Exempt this class from the injector of ${kms.Key.PROPERTY_INJECTION_ID}, or give the statements in the 'policy' prop.`);
    }
  }

  private takeOver(previous: kms.IKey): void {
    if (previous instanceof CustomerManagedKey) {
      previous.wiredPolicy.yieldTo(this.wiredPolicy);
    } else {
      Annotations.of(this).addWarningV2('cdk-customer-managed-keys:previousKeyNotWired',
        `${previous.node.path} is no CustomerManagedKey, so the services that use this key now are not given Decrypt there. `
        + 'Make it one (the logical id stays), or add the statements to its policy by hand.');
    }
  }

  private warnRotationOff(): void {
    Annotations.of(this).addWarningV2('cdk-customer-managed-keys:rotationOff',
      "'enableKeyRotation' is false: the key material stays the same for the life of the key. Remove the prop to rotate every 365 days, "
      + "or acknowledge the warning: Validations.of(key).acknowledge({ id: 'cdk-customer-managed-keys:rotationOff', reason: '…' }).");
  }
}

// super() must neither see the props that it does not know, nor those that it would act on before this class is ready.
function stockProps(props: CustomerManagedKeyProps): kms.KeyProps {
  const { profile, access, wiring, previousKeys, admins, alias, policy, ...stock } = props;
  return stock;
}
