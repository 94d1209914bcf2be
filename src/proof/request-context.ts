import type { Caller } from './caller';
import { FORCED_ABSENT, IMPLIED } from './request-physics';
import type { RequestFacts } from './request-physics';

/** A request's condition keys. A list is a multivalued key; a list of none counts as absent. */
export type ContextInput = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What the request itself says, by lower-case name: the names of condition keys have no case. */
export type GivenContext = ReadonlyMap<string, readonly string[]>;

const ENCRYPTION_CONTEXT = 'kms:encryptioncontext:';

export function givenContext(input: ContextInput): GivenContext {
  const given = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(input)) {
    const name = key.toLowerCase();
    const values = Array.isArray(value) ? value : [String(value)];
    given.set(name, given.has(name) ? [...given.get(name)!, ...values] : values);
  }
  return given;
}

/** The keys of the encryption context, as the request spells them. */
export function encryptionContextKeys(input: ContextInput): string[] {
  return Object.keys(input).filter((key) => key.toLowerCase().startsWith(ENCRYPTION_CONTEXT)).map((key) => key.slice(ENCRYPTION_CONTEXT.length));
}

/** The encryption context of the request, its keys in lower case. */
export function encryptionContext(given: GivenContext): ReadonlyMap<string, readonly string[]> {
  const pairs = [...given].filter(([name]) => name.startsWith(ENCRYPTION_CONTEXT));
  return new Map(pairs.map(([name, values]) => [name.slice(ENCRYPTION_CONTEXT.length), values]));
}

/** What a condition looks at. */
export interface KeyValues {
  /** The values of a key, by its lower-case name; undefined when the request does not have it. */
  values(name: string): readonly string[] | undefined;
  /** The value of a key that has exactly one. */
  single(name: string): string | undefined;
}

/** A request without condition keys. */
export const NOTHING: KeyValues = { values: () => undefined, single: () => undefined };

/** The condition keys that a policy sees: those given, which are not read before one is looked for, and those that the request implies. */
export class RequestContext implements KeyValues {
  private readonly known = new Map<string, readonly string[] | undefined>();

  public constructor(private readonly given: () => GivenContext, private readonly facts: RequestFacts) {}

  public get caller(): Caller {
    return this.facts.caller;
  }

  public values(name: string): readonly string[] | undefined {
    if (!this.known.has(name)) this.known.set(name, this.find(name));
    return this.known.get(name);
  }

  public single(name: string): string | undefined {
    const values = this.values(name);
    return values?.length === 1 ? values[0] : undefined;
  }

  private find(name: string): readonly string[] | undefined {
    if (this.caller.kind === 'service' && FORCED_ABSENT.service.test(name)) return undefined;
    const values = this.given().get(name) ?? IMPLIED.get(name)?.(this.facts);
    return values?.length ? values : undefined;
  }
}
