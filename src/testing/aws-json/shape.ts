interface StringShape {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly enum?: readonly string[];
  /** Not to be told or logged, not even where it breaks a limit. */
  readonly hidden?: true;
}
interface BlobShape { readonly type: 'blob'; readonly min: number; readonly max: number }
interface IntegerShape { readonly type: 'integer'; readonly min: number; readonly max: number }
interface BooleanShape { readonly type: 'boolean' }
/** A `Date` in process, seconds since 1970 over HTTP. */
interface TimestampShape { readonly type: 'timestamp' }
interface MapShape { readonly type: 'map' }
interface ListShape { readonly type: 'list'; readonly member: Shape; readonly min?: number; readonly max?: number }
interface StructureShape { readonly type: 'structure'; readonly members: Members }

/** What the service model says of one member of a request. A map is one of strings to strings: AWS KMS takes no other. */
export type Shape = (StringShape | BlobShape | IntegerShape | BooleanShape | TimestampShape | MapShape | ListShape | StructureShape) & {
  readonly required?: true;
  /** Why this KMS refuses a request that has the member. */
  readonly unsupported?: string;
};

/** The members of a request, in the order in which their constraints are reported. */
export type Members = Readonly<Record<string, Shape>>;

type Value<S> =
  S extends { type: 'string'; enum: readonly (infer E)[] } ? E :
    S extends { type: 'string' } ? string :
      S extends { type: 'blob' } ? Uint8Array :
        S extends { type: 'integer' } ? number :
          S extends { type: 'boolean' } ? boolean :
            S extends { type: 'timestamp' } ? Date :
              S extends { type: 'map' } ? Record<string, string> :
                S extends { type: 'list'; member: infer M } ? Value<M>[] :
                  S extends { type: 'structure'; members: infer M extends Members } ? Input<M> : never;

type RequiredName<M extends Members> = { [N in keyof M]: M[N] extends { required: true } ? N : never }[keyof M];

/** The request that `Members` describe, as TypeScript sees it. */
export type Input<M extends Members> =
  { [N in RequiredName<M>]: Value<M[N]> } & { [N in Exclude<keyof M, RequiredName<M>>]?: Value<M[N]> | undefined };

export function required<const S extends Shape>(shape: S): S & { readonly required: true } {
  return { ...shape, required: true };
}

export function unsupported<const S extends Shape>(shape: S, reason: string): S & { readonly unsupported: string } {
  return { ...shape, unsupported: reason };
}
