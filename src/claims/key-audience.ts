/** Who may use a key, beside the principals of its own account. */
export interface KeyAudience {
  /**
   * The ids of other accounts.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * The ids of organizations, such as `o-a1b2c3d4e5`.
   *
   * @default - none
   */
  readonly organizations?: string[];
}
