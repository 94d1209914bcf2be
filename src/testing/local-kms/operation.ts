import type { Call } from './call';
import type { Operation } from '../aws-json/operation';
import type { Input, Members } from '../aws-json/shape';

/** An operation that never runs half: what `run` throws, it throws before it changes anything. */
export function operation<const M extends Members, Result>(members: M, run: (request: Input<M>, call: Call) => Result): Operation<M, Result, Call> {
  return { members, run };
}
