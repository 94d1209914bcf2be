/** Who decides about the use of a key: IAM policies and the key policy together, or the key policy alone. */
export enum KeyAccess {
  /**
   * IAM policies of the key's account may allow the use of the key, as with every stock CDK key.
   *
   * The key policy delegates explicit actions to the account; never `kms:*`.
   */
  IAM_AND_KEY_POLICY = 'IAM_AND_KEY_POLICY',

  /**
   * An IAM policy alone opens nothing: every grant writes its principal into the key policy.
   *
   * A role of another stack is named by its ARN as text, so it should have a name, and must have one in a nested stack. A role of the
   * same stack is named by reference, so it cannot name the key in `inlinePolicies`.
   *
   * The account still administers the key through IAM, so nobody is locked out; whoever may call
   * `kms:PutKeyPolicy` can of course change this.
   */
  KEY_POLICY_ONLY = 'KEY_POLICY_ONLY',
}
