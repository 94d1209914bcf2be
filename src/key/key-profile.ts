import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const ATTACHED = Symbol.for('cdk-customer-managed-keys.KeyProfile');

/**
 * How long-lived the keys of an app, a stage or a stack are meant to be.
 *
 * A key's own props win over its profile.
 */
export class KeyProfile {
  /** Keys outlive their stack, and wait 30 days (the default of AWS KMS) when somebody does schedule their deletion. */
  public static readonly PRODUCTION = new KeyProfile('PRODUCTION', RemovalPolicy.RETAIN);

  /** Keys go with their stack and wait 7 days, the shortest window that AWS KMS accepts: for tests and sandbox accounts. */
  public static readonly SANDBOX = new KeyProfile('SANDBOX', RemovalPolicy.DESTROY, Duration.days(7));

  /**
   * Makes `profile` the default of every `CustomerManagedKey` that is created below `scope` from now on.
   *
   * The nearest scope wins. Without any, keys are made for production.
   */
  public static use(scope: IConstruct, profile: KeyProfile): void {
    Object.defineProperty(scope, ATTACHED, { value: profile, configurable: true });
  }

  /** The profile that a key below `scope` gets. */
  public static of(scope: IConstruct): KeyProfile {
    const nearest = [...scope.node.scopes].reverse().find((construct) => ATTACHED in construct);
    return nearest ? (nearest as unknown as Record<symbol, KeyProfile>)[ATTACHED]! : KeyProfile.PRODUCTION;
  }

  private constructor(
    /** The name of the profile. */
    public readonly name: string,
    /** What CloudFormation does with the key when it leaves the stack. */
    public readonly removalPolicy: RemovalPolicy,
    /**
     * Days between a scheduled deletion and the deletion.
     *
     * @default - left out of the template: AWS KMS waits 30 days
     */
    public readonly pendingWindow?: Duration,
  ) {}
}
