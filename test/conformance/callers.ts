import CALLERS from './callers.json';

/** Who calls in the cases; `callers.json` says what IAM lets each do. */
export type CallerName = keyof typeof CALLERS;

export const CALLER_NAMES = Object.keys(CALLERS) as CallerName[];

/** How one of them signs in. */
export interface Caller {
  /** The role or user, as key policies name it. */
  readonly arn: string;
  /** A profile of the AWS configuration. @default the default credential chain */
  readonly profile?: string;
  /** Who it is to an endpoint that reads access key ids and verifies no signature. */
  readonly accessKeyId?: string;
}

export type Callers = Partial<Record<CallerName, Caller>> & { readonly administrator: Caller };

/** @throws Error when it is not a JSON of callers with an administrator */
export function readCallers(text: string): Callers {
  const callers = JSON.parse(text) as Record<string, Caller>;
  const unknown = Object.keys(callers).filter((name) => !(CALLER_NAMES as string[]).includes(name));
  if (unknown.length > 0) { throw new Error(`Nobody in the cases is called ${unknown.join(', ')}. There are ${CALLER_NAMES.join(', ')}.`); }
  for (const [name, { arn }] of Object.entries(callers)) {
    if (!/^arn:[\w-]+:iam::\d{12}:(role|user)\/.+$/.test(arn)) {
      throw new Error(`The 'arn' of '${name}' is ${arn}; it must be of a role or user, as key policies name it: arn:aws:iam::111122223333:role/Name.`);
    }
  }
  if (!callers['administrator']) { throw new Error("There is no 'administrator' among the callers, who makes and deletes the keys. Add one."); }
  return callers as Callers;
}

export function accountOf({ arn }: Caller): string {
  return arn.split(':')[4]!;
}
