import { Construct } from 'constructs';

/** What a golden resource sets where its user leaves a prop open. */
export interface Opinions<P> {
  /** The name of the construct, and of the stock one for those who want it otherwise. */
  readonly construct: string;
  readonly stock: string;

  /** Props that take another value when a user gives one. */
  readonly defaults: Partial<P>;

  /** Props that take no other value, because it would contradict what the construct is for. */
  readonly fixed: Partial<P>;
}

/**
 * The props for the stock class: the user's, with the opinions where they say nothing.
 *
 * @throws when a prop contradicts what the construct is for
 */
export function opinionated<P extends object>(scope: Construct, id: string, opinions: Opinions<P>, props: P): P {
  const given = Object.entries(props).filter(([, value]) => value !== undefined); // absent equals undefined in other languages
  given.forEach(([prop, value]) => refuseContradiction(`${scope.node.path}/${id}`, opinions, prop as keyof P & string, value));
  return { ...opinions.defaults, ...Object.fromEntries(given), ...opinions.fixed } as P;
}

function refuseContradiction<P>(path: string, opinions: Opinions<P>, prop: keyof P & string, value: unknown): void {
  if (!(prop in opinions.fixed)) return;
  const [given, allowed] = [value, opinions.fixed[prop]].map((part) => JSON.stringify(part));
  if (given === allowed) return;
  throw new Error(`[${path}] '${prop}' is ${given}; ${opinions.construct} accepts ${allowed} only. Leave '${prop}' out, or use ${opinions.stock}.`);
}
