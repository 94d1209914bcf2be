import { randomUUID } from 'node:crypto';
import type { Operation } from './operation';
import { OPERATIONS, type OperationName } from './operations';
import type { Input, Members } from './shape';

/** What the SDK adds to every answer. */
interface Metadata {
  readonly $metadata: { readonly httpStatusCode: 200; readonly requestId: string };
}

type Answer<Result> = Promise<(Result extends void ? unknown : Result) & Metadata>;
// Two signatures rather than an optional parameter: so the SDK has them, and a caller of either takes the other.
type Method<M extends Members, Result> = {} extends Input<M>
  ? { (): Answer<Result>; (request: Input<M>): Answer<Result> }
  : (request: Input<M>) => Answer<Result>;
type MethodOf<O> = O extends Operation<infer M, infer Result> ? Method<M, Result> : never;

/**
 * AWS KMS as one caller sees it, shaped as `KMS` of `@aws-sdk/client-kms`: bytes are `Uint8Array`, dates `Date`, and what goes wrong is
 * an Error with the exception's `name`.
 */
export type KmsClient = { readonly [Name in OperationName as Uncapitalize<Name>]: MethodOf<(typeof OPERATIONS)[Name]> };

export function kmsClient(perform: (operation: OperationName, request: unknown) => unknown): KmsClient {
  const methods = Object.keys(OPERATIONS).map((name) => [
    name[0]!.toLowerCase() + name.slice(1),
    async (request: unknown = {}) => {
      const result = perform(name as OperationName, request) as object | undefined;
      return { ...result, $metadata: { httpStatusCode: 200, requestId: randomUUID() } };
    },
  ]);
  return Object.fromEntries(methods);
}
