import type { Readable, Writable } from 'node:stream';

/** A command of the command line: one row of the table in `cli.ts`, one file in this folder. */
export interface Command {
  readonly name: string;
  /** A line for the list of commands. */
  readonly summary: string;
  /** What follows the name of the program. */
  readonly usage: string;
  /**
   * Answers with the exit code; a command that goes on serving answers when it is ready.
   *
   * @throws UsageError when the arguments, or what they name, are at fault
   */
  run(args: readonly string[], streams: Streams): Promise<number>;
}

/** `process` is one. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

export const PROGRAM = 'cdk-customer-managed-keys';

/** Those of commands start at 0. BSD, sysexits: far from the codes that answer something. */
export const EXIT = { usage: 64, fault: 70 } as const;

/** Arguments, or files that they name, that are at fault. The message says the fact, what was given, what is allowed and the remedy. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}
