/** One statement of a key policy, why it is there, and which constructs asked for it. */
export interface ExplainedStatement {
  /**
   * The statement's id.
   *
   * @default - the statement has none
   */
  readonly sid?: string;

  /** Why the statement is there, in a sentence. */
  readonly reason: string;

  /** The paths of the constructs that caused it; empty for the statements that every key has. */
  readonly causes: string[];

  /**
   * The title of the AWS page that asks for it.
   *
   * @default - no page: the statement is the user's, or an opinion of this library
   */
  readonly source?: string;

  /**
   * What the statement cannot shut out because the service supports no narrower condition, and what makes up for it.
   *
   * @default - nothing remains open
   */
  readonly residual?: string;

  /**
   * Statements of stock constructs that this one took the place of, in words.
   *
   * @default - none
   */
  readonly replaces?: string[];

  /** The statement as JSON. */
  readonly statement: any;
}

/** Who asked for a statement: every key of this library, a service that uses the key, a grant, or somebody who wrote it. */
export type StatementOrigin = 'key' | 'service' | 'grant' | 'user';

/** A statement as it stands in the finished policy. */
export interface WrittenStatement extends ExplainedStatement {
  readonly origin: StatementOrigin;
}
