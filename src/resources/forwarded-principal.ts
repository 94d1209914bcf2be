import { CfnElement, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CustomerManagedKey } from '../key/customer-managed-key';
import { arnWithoutReference, granteeBehind, ownedElement } from '../key/grantee';
import { keyPolicyPrincipal } from '../key/key-policy-principal';
import { ForwardedAccess } from '../services/service-facts';

/** The calls of a principal that a service makes in its name (forward access session). */
export interface ForwardedCalls {
  readonly caller: iam.IPrincipal;
  readonly by: ForwardedAccess;
  readonly region: string;

  /** The key that the service calls. */
  readonly key: kms.IKeyRef;

  /** What the service sends as its encryption context. */
  readonly context?: string;

  /** Where the caller's own half of a grant goes; its default policy when there is none. Only the library's own handler has one. */
  readonly policy?: iam.Policy;
}

/**
 * A principal that is let in only where a service forwards its credentials.
 *
 * The condition is on both halves of a grant: the statement in the principal's own policy, and the one in the key policy.
 * (`kms.ViaServicePrincipal` has the second half only.) It does not fit DescribeKey, which has no encryption context.
 */
export class ForwardedPrincipal extends iam.PrincipalBase {
  public override readonly principalAccount: string | undefined;

  constructor(private readonly calls: ForwardedCalls) {
    super();
    this.principalAccount = calls.caller.principalAccount;
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    const { principalJson, conditions } = this.identity.policyFragment;
    return new iam.PrincipalPolicyFragment(principalJson, this.narrow(conditions));
  }

  public override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const { caller, policy } = this.calls;
    if (granteeBehind(caller).takesNoPolicies) return { statementAdded: false };
    const narrowed = statement.copy({ conditions: this.narrow(statement.conditions) });
    if (!policy) return caller.addToPrincipalPolicy(narrowed);
    policy.addStatements(narrowed);
    return { statementAdded: true, policyDependable: policy };
  }

  /** In words it is its caller, for whom a grant is made. */
  public override toString(): string {
    return String(this.calls.caller);
  }

  /** Two of them are never taken for the same. */
  public dedupeString(): string | undefined {
    return undefined;
  }

  /** Whom the key policy names: a role of another stack only by its name, so that no reference runs back. */
  private get identity(): iam.IPrincipal {
    const { caller, key, policy } = this.calls;
    if (!(key instanceof CustomerManagedKey)) return caller;
    const role = policy && ownedElement(caller);
    return role && Stack.of(role) !== Stack.of(key) ? this.byPattern(role, key) : keyPolicyPrincipal(caller, key);
  }

  /**
   * The role of the library's own handler, without the warning that it has no name: users cannot give it one. Another role of such a name
   * is let in only where its own policies allow it too, and then to this one parameter.
   */
  private byPattern(role: CfnElement, key: kms.IKeyRef): iam.IPrincipal {
    const arn = arnWithoutReference(this.calls.caller, role, Stack.of(key));
    return new iam.PrincipalWithConditions(new iam.AccountPrincipal(Stack.of(role).account), { ArnLike: { 'aws:PrincipalArn': arn } });
  }

  private narrow({ StringEquals, ...others }: iam.Conditions): iam.Conditions {
    const { by, region, context } = this.calls;
    const required = {
      'kms:ViaService': `${by.viaService}.${region}.amazonaws.com`, // in every partition
      ...(context && { [`kms:EncryptionContext:${by.contextKey}`]: context }),
    };
    return { ...others, StringEquals: { ...StringEquals as object, ...required } };
  }
}
