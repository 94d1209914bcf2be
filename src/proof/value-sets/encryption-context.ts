import { membershipIgnoringCase } from '../atom';
import type { Domain } from '../key-domains';
import { Undecided } from '../undecided';
import { findValues } from './key-values';
import type { Asked, Values } from './key-values';
import { WHOLE } from './part';

export const ENCRYPTION_CONTEXT = 'kms:encryptioncontext:';
export const ENCRYPTION_CONTEXT_KEYS = 'kms:encryptioncontextkeys';

/** Each name doubles the cases; no policy in use asks for more at once. */
const MAX_NAMES = 6;

type AskedByKey = ReadonlyMap<string, readonly Asked[]>;

/**
 * `kms:EncryptionContextKeys` lists the names of the pairs, in their own spelling, that `kms:EncryptionContext:…` finds in
 * any: one is present when the other lists it. AWS KMS Developer Guide, AWS KMS condition keys.
 */
export function findEncryptionContext(asked: AskedByKey, domainOf: (key: string) => Domain): Map<string, Values> | undefined {
  const names = [...asked.keys()].filter((key) => key !== ENCRYPTION_CONTEXT_KEYS);
  if (names.length > MAX_NAMES) throw new Undecided(`kms:EncryptionContextKeys beside more than ${MAX_NAMES} names of encryption context`);
  for (let present = 0; present < 2 ** names.length; present++) {
    const found = withPresent(names, (i) => Math.floor(present / 2 ** i) % 2 === 1, asked, domainOf);
    if (found) return found;
  }
  return undefined;
}

function withPresent(
  names: readonly string[], isPresent: (i: number) => boolean, asked: AskedByKey, domainOf: (key: string) => Domain,
): Map<string, Values> | undefined {
  const values = new Map(names.map((key, i) => [key.slice(ENCRYPTION_CONTEXT.length),
    isPresent(i) ? findValues(asked.get(key) ?? [], { ...domainOf(key), presence: 'always' }) : whenAbsent(asked.get(key) ?? [])]));
  if ([...values.values()].includes(undefined)) return undefined;
  const listing = [...values.keys()].map((name, i): Asked => ({ atom: membershipIgnoringCase(name), holds: isPresent(i), part: WHOLE }));
  const keys = findValues([...asked.get(ENCRYPTION_CONTEXT_KEYS) ?? [], ...listing], domainOf(ENCRYPTION_CONTEXT_KEYS));
  return keys && pairs(keys === 'absent' ? [] : keys, values);
}

const whenAbsent = (asked: readonly Asked[]): Values | undefined =>
  asked.every(({ atom, holds }) => atom.holds(undefined) === holds) ? 'absent' : undefined;

function pairs(keys: readonly string[], values: ReadonlyMap<string, Values | undefined>): Map<string, Values> {
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) throw new Undecided('two spellings of one name of encryption context');
  return new Map(keys.map((key) => [`kms:EncryptionContext:${key}`, values.get(key.toLowerCase()) ?? ['x']]));
}
