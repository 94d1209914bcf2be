/** Those who may call AWS KMS about a key. Nobody is among them who is not named, the key's own account neither. */
export interface KeyCallers {
  /**
   * ARNs of roles (with all of their sessions) and users, also as patterns, or logical ids of roles and users of the template.
   *
   * @default - none
   */
  readonly principals?: string[];

  /**
   * The ids of accounts, of which any principal may, and services that say they work for it; `KeyPolicyAssertions.account` is that of the key.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * The ids of organizations, of whose accounts any principal may, and services that say they work for it.
   *
   * @default - none
   */
  readonly organizations?: string[];

  /**
   * Service principals that may for anybody, such as `logs.eu-west-1.amazonaws.com`; `*` for any.
   *
   * @default - none
   */
  readonly services?: string[];
}
