/** What became of a run. */
export type LambdaOutcome =
  | { readonly kind: 'returned' }
  | { readonly kind: 'threw' | 'notLoaded' | 'exited'; readonly error: string }
  | { readonly kind: 'timedOut' | 'abandoned'; readonly seconds: number };

/** As a clause about the function. */
export function toldOutcome(outcome: LambdaOutcome, path: string): string {
  return CLAUSES[outcome.kind](outcome as never, path);
}

const CLAUSES: { readonly [K in LambdaOutcome['kind']]: (outcome: Extract<LambdaOutcome, { kind: K }>, path: string) => string } = {
  returned: (_, path) => `The function '${path}' returned`,
  threw: ({ error }, path) => `The function '${path}' threw ${error}`,
  notLoaded: ({ error }, path) => `The function '${path}' could not be loaded (${error})`,
  exited: ({ error }, path) => `The function '${path}' did not finish (${error})`,
  timedOut: ({ seconds }, path) => `The function '${path}' was stopped after ${seconds} s (its Timeout)`,
  abandoned: ({ seconds }, path) => `The function '${path}' was still at work after ${seconds} s`,
};
