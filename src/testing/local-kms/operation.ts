import type { Call } from './call';
import type { Input, Members } from './shape';

/** One operation: what its request may hold, and what it does with one that passed. */
export interface Operation<M extends Members, Result> {
  readonly members: M;
  readonly run: (request: Input<M>, call: Call) => Result;
}

/** An operation that never runs half: what `run` throws, it throws before it changes anything. */
export function operation<const M extends Members, Result>(members: M, run: (request: Input<M>, call: Call) => Result): Operation<M, Result> {
  return { members, run };
}
