import * as iam from 'aws-cdk-lib/aws-iam';
import { ForwardedAccess } from '../services/service-facts';

/** What a forwarded call must look like. */
export interface ForwardedCall {
  readonly by: ForwardedAccess;
  readonly region: string;

  /** What the service sends as its encryption context. */
  readonly context?: string;
}

/**
 * A principal that is let in only where a service forwards its credentials (forward access session).
 *
 * The condition is on both halves of a grant: the statement in the principal's own policy, and the one in the key policy.
 * (`kms.ViaServicePrincipal` has the second half only.) It does not fit DescribeKey, which has no encryption context.
 */
export class ForwardedPrincipal extends iam.PrincipalBase {
  public override readonly principalAccount: string | undefined;
  private readonly required: Readonly<Record<string, string>>;

  constructor(private readonly caller: iam.IPrincipal, { by, region, context }: ForwardedCall) {
    super();
    this.principalAccount = caller.principalAccount;
    this.required = {
      'kms:ViaService': `${by.viaService}.${region}.amazonaws.com`, // in every partition
      ...(context && { [`kms:EncryptionContext:${by.contextKey}`]: context }),
    };
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    const { principalJson, conditions } = this.caller.policyFragment;
    return new iam.PrincipalPolicyFragment(principalJson, this.narrow(conditions));
  }

  public override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.caller.addToPrincipalPolicy(statement.copy({ conditions: this.narrow(statement.conditions) }));
  }

  public dedupeString(): string | undefined {
    return undefined; // two of them are never taken for the same
  }

  private narrow({ StringEquals, ...others }: iam.Conditions): iam.Conditions {
    return { ...others, StringEquals: { ...StringEquals as object, ...this.required } };
  }
}
