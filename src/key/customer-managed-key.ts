import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accountStatements } from './account-statements';
import { administrator } from './administrator';
import { ExplainedStatement } from './explained-statement';
import { granteeBehind } from './grantee';
import { KeyAccess } from './key-access';
import { checkAliasName, checkKeyProps, derivedAliasName } from './key-checks';
import { findingsOf } from './key-findings';
import { GrantingKey, grantOnKey, nameOf, narrowedActions } from './key-grants';
import { KeyProfile } from './key-profile';
import { KeySharing } from './key-sharing';
import { KeyUse } from './key-use';
import { KeyWiring } from './key-wiring';
import { acceptLowLevelGrants } from './low-level-grants';
import { SeparationOfDuties } from './separation-of-duties';
import { warn } from './warning';
import { WiredPolicy } from './wired-policy';
import { KeyClaim } from '../claims/key-claim';
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
  private readonly duties = new SeparationOfDuties(this);
  private readonly supported: readonly string[];
  private readonly previousKeys: kms.IKey[];
  private readonly claims: KeyClaim[] = [];

  /** @throws when a prop is one that AWS KMS refuses, or when a property injector of the app replaces the key policy */
  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps = {}) {
    checkKeyProps(props);
    const { keySpec = kms.KeySpec.SYMMETRIC_DEFAULT, keyUsage = kms.KeyUsage.ENCRYPT_DECRYPT, access = KeyAccess.IAM_AND_KEY_POLICY } = props;
    const multiRegion = props.multiRegion ?? false;
    const accountRoot = `arn:${Aws.PARTITION}:iam::${Stack.of(scope).account}:root`;
    const base = props.policy ?? accountStatements({ accountRoot, access, keySpec, keyUsage, multiRegion });
    const policy = new WiredPolicy({ wiring: props.wiring ?? KeyWiring.AUTOMATIC, multiRegion, base });
    super(scope, id, { ...stockProps(props, KeyProfile.of(scope)), policy });
    refuseInjectedPolicy(this, this.policy, policy);
    policy.attach(this.node.defaultChild as kms.CfnKey);
    this.access = access;
    this.wiredPolicy = policy;
    this.supported = useActions(keySpec, keyUsage);
    this.previousKeys = props.previousKeys ?? [];
    this.previousKeys.forEach((previous) => this.takeOver(previous));
    (props.admins ?? []).forEach((admin) => this.grantAdmin(admin));
    this.name(props.alias);
    acceptLowLevelGrants(this.granting());
    this.node.addValidation({ validate: () => findingsOf(this, this.node.defaultChild as kms.CfnKey, policy, this.claims) });
  }

  /** The grants of the stock key, as narrow as `grant`; constructs of CDK come through here. */
  public override get grants(): kms.KeyGrants {
    const grants = kms.KeyGrants.fromKey(this);
    grants.actions = (grantee, ...actions) => this.grant(grantee, ...actions);
    grants.admin = (grantee) => this.grantAdmin(grantee);
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
   * `kms:CreateGrant` is left to AWS services that act for the grantee (`kms:GrantIsForAWSResource`); a role that is to make grants
   * by itself needs a statement of its own, added with `addToResourcePolicy`.
   *
   * @throws when an action does not exist, when the grant cannot take effect, or when an administrator is to use the key
   */
  public override grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    const explicit = narrowedActions(this.granting(), actions);
    this.duties.mayDo(nameOf(granteeBehind(grantee.grantPrincipal).identity), explicit);
    const grant = grantOnKey(this.granting(), grantee, explicit);
    const decrypts = explicit.includes('kms:Decrypt');
    return (decrypts ? this.readableBy(grantee) : []).reduce((all, previous) => all.combine(previous.grantDecrypt(grantee)), grant);
  }

  /**
   * Lets a role or user administer the key, and never use it, whatever IAM says.
   *
   * An administrator can change the key policy, and so give itself more: watch `PutKeyPolicy`, and `ReplicateKey` on multi-Region
   * keys.
   *
   * @throws when `grantee` is no role or user: a Deny for an account or a service would shut out more than administrators; or when it was
   * granted the use of the key
   */
  public override grantAdmin(grantee: iam.IGrantable): iam.Grant {
    if (!this.wiredPolicy) { throw new Error(`A property injector gave ${this.node.path} 'admins'; give them in the props of the key, or call grantAdmin(role).`); }
    const { allowed, denied } = administrator(this, grantee);
    this.duties.administers(nameOf(granteeBehind(grantee.grantPrincipal).identity));
    const actions = explicitActions(ADMINISTRATION_ACTIONS);
    const resource = { env: this.env, addToResourcePolicy: () => this.wiredPolicy.addAdministrator({ allowed, denied }) };
    const inKeyPolicy = iam.Grant.addStatementToResourcePolicy({
      grantee, actions, resourceArns: [this.keyArn], resource, statement: new iam.PolicyStatement({ actions, principals: [allowed], resources: ['*'] }),
    });
    const isNamedDirectly = Object.keys(denied.policyFragment.conditions).length === 0; // else as the account, which leaves it to IAM
    return isNamedDirectly ? inKeyPolicy : inKeyPolicy.combine(iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.keyArn] }));
  }

  /**
   * Shares the key with another account or an organization: the key's half of it. Previous keys are shared to decrypt.
   *
   * `SharedKey.fromSharedKeyArn` writes the other half, in an app of that account. The halves deploy in any order.
   *
   * @throws when the account is the key's own, whose principals are granted to
   */
  public shareWith(sharing: KeySharing): void {
    this.wiredPolicy.share(sharing._statement(this));
    const toRead = sharing._toRead();
    if (toRead) { this.customerManagedPreviousKeys().forEach((previous) => previous.shareWith(toRead)); }
  }

  /** Allows a service the use that the construct tree does not show, with the statement that the wiring would write. */
  public authorize(use: KeyUse): void {
    this.wiredPolicy.authorize(use);
  }

  /**
   * Claims something that must be true of the key in this app, whatever is added to its policy later.
   *
   * A claim that is false, or that cannot be decided, fails the synthesis, with a request that shows it. Without any claim it is proved
   * already that the key is not public, nobody is locked out, and that services which use it can, for resources of the account only.
   */
  public claim(...claims: KeyClaim[]): void {
    this.claims.push(...claims);
  }

  /** Adds an alias. @throws when the name is reserved for AWS, or not acceptable to AWS KMS */
  public override addAlias(aliasName: string): kms.Alias {
    checkAliasName(aliasName);
    return super.addAlias(aliasName);
  }

  /**
   * Whether IAM policies of the account suffice for these actions.
   *
   * @internal
   */
  public _isLeftToIam(actions: string[]): boolean {
    return this.wiredPolicy.isLeftToIam(actions);
  }

  // A derived alias has an id of its own: the first that a user adds keeps the logical id that the stock key gives it.
  private name(alias?: string): void {
    if (alias !== undefined) {
      this.addAlias(alias);
    } else {
      new kms.Alias(this, 'DerivedAlias', { aliasName: derivedAliasName(this), targetKey: this });
    }
  }

  private granting(): GrantingKey {
    const { wiredPolicy } = this;
    return {
      key: this,
      supported: this.supported,
      isLeftToIam: (actions) => wiredPolicy.isLeftToIam(actions),
      remember: (statement, grantee) => wiredPolicy.remember(statement, grantee),
    };
  }

  private takeOver(previous: kms.IKey): void {
    if (previous instanceof CustomerManagedKey) {
      previous.wiredPolicy.yieldTo(this.wiredPolicy);
    } else {
      const remedy = previous instanceof kms.Key ? 'Make it a CustomerManagedKey (the logical id stays), or add' : 'Where it is made, add';
      warn(this, 'cdk-customer-managed-keys:previousKeyNotWired',
        `${previous.node.path} does not wire itself, so roles that are granted Decrypt here get it there, but not services that use this key, `
        + `nor accounts that it is shared with. ${remedy} the statements that let them decrypt to its policy, if there are any such.`);
    }
  }

  // An imported key takes no statement for a service; the warning of takeOver says so.
  private readableBy({ grantPrincipal }: iam.IGrantable): kms.IKey[] {
    const isService = granteeBehind(grantPrincipal).identity instanceof iam.ServicePrincipal;
    return this.previousKeys.filter((previous) => previous instanceof kms.Key || !isService);
  }

  private customerManagedPreviousKeys(): CustomerManagedKey[] {
    return this.previousKeys.filter((previous) => previous instanceof CustomerManagedKey);
  }
}

// super() must neither see the props that it does not know, nor those that it would act on before this class is ready.
function stockProps(props: CustomerManagedKeyProps, inherited: KeyProfile): kms.KeyProps {
  const { profile = inherited, access, wiring, previousKeys, admins, alias, policy, ...stock } = props;
  return {
    ...stock,
    enabled: props.enabled ?? true, // scanners take a missing property for a disabled key
    enableKeyRotation: props.enableKeyRotation ?? (canRotate(props.keySpec ?? kms.KeySpec.SYMMETRIC_DEFAULT) ? true : undefined),
    removalPolicy: props.removalPolicy ?? profile.removalPolicy,
    pendingWindow: props.pendingWindow ?? profile.pendingWindow,
  };
}

// CDK's property injectors run inside super() and may pass other props on.
function refuseInjectedPolicy(key: CustomerManagedKey, policy: unknown, expected: WiredPolicy): void {
  if (policy !== expected) {
    throw new Error(`A property injector replaced the policy of ${key.node.path}; a CustomerManagedKey writes its own, or it could not be wired. `
      + `Exempt this class from the injector of ${kms.Key.PROPERTY_INJECTION_ID}, or give the statements in the 'policy' prop.`);
  }
}
