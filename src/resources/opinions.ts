import { Construct } from 'constructs';

/** What stock classes call the prop of their key: plain JavaScript takes the name of another class without a word. */
const KEY_PROPS = ['encryptionKey', 'encryptionMasterKey', 'masterKey', 'kmsKey'];

/** What a golden resource sets where its user leaves a prop open. */
export interface Opinions<P> {
  /** The name of the construct, and of the stock one for those who want it otherwise. */
  readonly construct: string;
  readonly stock: string;

  /** The prop of the key. */
  readonly key: keyof P & string;

  /** Props that take another value when a user gives one. */
  readonly defaults: Partial<P>;

  /** Props that take no other value, because it would contradict what the construct is for. */
  readonly fixed: Partial<P>;
}

/**
 * The props for the stock class: the user's, with the opinions where they say nothing.
 *
 * @throws when a prop contradicts what the construct is for, or the key comes in a prop of another class
 */
export function opinionated<P extends object>(scope: Construct, id: string, opinions: Opinions<P>, props: P): P {
  const given = Object.entries(props).filter(([, value]) => value !== undefined); // absent equals undefined in other languages
  const path = `${scope.node.path}/${id}`;
  given.forEach(([prop]) => refuseOtherKeyProp(path, opinions, prop));
  given.forEach(([prop, value]) => refuseContradiction(path, opinions, prop as keyof P & string, value));
  return { ...opinions.defaults, ...Object.fromEntries(given), ...opinions.fixed } as P;
}

function refuseOtherKeyProp<P>(path: string, { construct, stock, key }: Opinions<P>, prop: string): void {
  if (prop === key || !KEY_PROPS.includes(prop)) return;
  throw new Error(`[${path}] ${construct} has no prop '${prop}'; its key is '${key}', as in ${stock}. Rename the prop.`);
}

function refuseContradiction<P>(path: string, opinions: Opinions<P>, prop: keyof P & string, value: unknown): void {
  if (!(prop in opinions.fixed)) return;
  const [given, allowed] = [value, opinions.fixed[prop]].map((part) => JSON.stringify(part));
  if (given === allowed) return;
  throw new Error(`[${path}] '${prop}' is ${given}; ${opinions.construct} accepts ${allowed} only. Leave '${prop}' out, or use ${opinions.stock}.`);
}
