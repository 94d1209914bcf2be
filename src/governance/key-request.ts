/** A request to AWS KMS about a key of a template. */
export interface KeyRequest {
  /**
   * Who asks: the ARN of a role, user, session or root user, a service principal such as `logs.eu-west-1.amazonaws.com`, or the
   * logical id of a role or user of the template.
   */
  readonly principal: string;

  /** What for, such as `kms:Decrypt`. `*` and `?` stand for what they match: each of those actions must be allowed, or denied. */
  readonly action: string;

  /**
   * The encryption context.
   *
   * @default - none
   */
  readonly encryptionContext?: { readonly [key: string]: string };

  /**
   * The service that forwards the request, as `kms:ViaService` has it, such as `s3.eu-west-1.amazonaws.com`.
   *
   * @default - none: the caller calls AWS KMS itself
   */
  readonly viaService?: string;

  /**
   * The resource for which a service principal works (`aws:SourceArn`).
   *
   * @default - the service does not say
   */
  readonly sourceArn?: string;

  /**
   * The account of that resource (`aws:SourceAccount`).
   *
   * @default - the service does not say
   */
  readonly sourceAccount?: string;

  /**
   * Other condition keys, such as `aws:PrincipalOrgID`, each with its value.
   *
   * @default - those only that every such request has: `kms:CallerAccount`, `aws:PrincipalArn` and the like
   */
  readonly context?: { readonly [key: string]: string };

  /**
   * Whether the caller's own IAM policies allow it. Services need none.
   *
   * @default true - the assertion is about the key policy: what that leaves to IAM policies, they are taken to allow
   */
  readonly identityAllows?: boolean;
}
