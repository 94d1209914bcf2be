import type { Input, Members } from './shape';

/** One operation: what its request may hold, and what it does with one that passed, for whom and where `Call` says. */
export interface Operation<M extends Members, Result, Call> {
  readonly members: M;
  readonly run: (request: Input<M>, call: Call) => Result;
}
