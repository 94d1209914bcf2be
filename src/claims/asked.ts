/** What a key was asked for, beside its policy: only keys that write their own policy know. */
export interface Asked {
  /** The accounts that it was shared with, or granted to. */
  readonly accounts: readonly string[];

  /** The organizations that it was shared with. */
  readonly organizations: readonly string[];

  /** The accounts and organizations for whose resources services were authorized. */
  readonly sources: { readonly accounts: readonly string[]; readonly organizations: readonly string[] };

  /** The statements of its policy, by their number, that services need. */
  readonly services: readonly ServiceStatement[];
}

/** A statement that lets a service use the key. */
export interface ServiceStatement {
  readonly index: number;

  /** Who needs it, in words. */
  readonly reason: string;

  /** What it cannot shut out, and what makes up for it. */
  readonly residual?: string;
}
