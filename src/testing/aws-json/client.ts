import { randomUUID } from 'node:crypto';
import type { Operation } from './operation';
import type { Input, Members } from './shape';

/** What the SDK adds to every answer. */
interface Metadata {
  readonly $metadata: { readonly httpStatusCode: 200; readonly requestId: string };
}

type Answer<Result> = Promise<(Result extends void ? unknown : Awaited<Result>) & Metadata>;
// Two signatures rather than an optional parameter: so the SDK has them, and a caller of either takes the other.
type Method<M extends Members, Result> = {} extends Input<M>
  ? { (): Answer<Result>; (request: Input<M>): Answer<Result> }
  : (request: Input<M>) => Answer<Result>;
type MethodOf<O> = O extends Operation<infer M, infer Result, any> ? Method<M, Result> : never;

/** A service as one caller sees it, shaped as the SDK's aggregated clients: a method for each operation. */
export type ClientOf<Operations> = { readonly [Name in keyof Operations & string as Uncapitalize<Name>]: MethodOf<Operations[Name]> };

/** A client with a method for each of the operations. */
export function clientOf<Client>(
  operations: readonly string[], perform: (operation: string, request: unknown, requestId: string) => unknown,
): Client {
  const methods = operations.map((name) => [
    name[0]!.toLowerCase() + name.slice(1),
    async (request: unknown = {}) => {
      const requestId = randomUUID();
      const result = await perform(name, request, requestId) as object | undefined;
      return { ...result, $metadata: { httpStatusCode: 200, requestId } };
    },
  ]);
  return Object.fromEntries(methods) as Client;
}
