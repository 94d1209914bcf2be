import type { Key, KeyPolicy } from './key';
import type { KeyGrant } from '../grants/grant';

/** What of a key decides who may do what with it, and takes a while to. Its state takes effect at once. */
export interface KeyAccess {
  readonly policy: KeyPolicy;
  readonly grants: readonly KeyGrant[];
  readonly tags: ReadonlyMap<string, string>;
  /** The names of its aliases. */
  readonly aliases: readonly string[];
}

/** As it is now; aliases are looked for when somebody asks, which few policies do. */
export function latestAccess({ policy, grants, tags }: Key, aliasesOfKey: () => readonly string[]): KeyAccess {
  return { policy, grants, tags, get aliases() { return aliasesOfKey(); } };
}

export function isSameAccess(a: KeyAccess, b: KeyAccess): boolean {
  return a.policy === b.policy && a.grants === b.grants && a.tags === b.tags && a.aliases.join() === b.aliases.join();
}
