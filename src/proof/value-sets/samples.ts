import { readDate, readNumber } from '../comparisons';
import { addressOf, blockPrefix } from '../ip-address';
import { Undecided } from '../undecided';

// Between two neighbouring constants of a policy nothing changes: one value of each stretch decides for all of it.

/** Beyond these a double has no plain decimal form, or is no longer exact. */
const NUMBERS = { largest: 1e15, smallest: 1e-6 };
/** Years that ISO 8601 writes with four digits. */
const DATES = { first: Date.UTC(1, 0), last: Date.UTC(9998, 0) };

/** `whole`: the key counts something. */
export function numbers(constants: readonly string[], whole: boolean): string[] {
  const sorted = ascending(constants.map(readNumber));
  const odd = sorted.find((each) => Math.abs(each) > NUMBERS.largest || (each !== 0 && Math.abs(each) < NUMBERS.smallest));
  if (odd !== undefined) throw new Undecided(`the number ${odd}, too large or too small to reason about`);
  const near = (each: number) => whole ? [Math.floor(each) - 1, Math.floor(each), Math.ceil(each), Math.ceil(each) + 1] : [each - 1, each, each + 1];
  const amid = whole ? [] : sorted.slice(1).map((each, i) => (each + (sorted[i] ?? each)) / 2);
  return [...sorted.flatMap(near), ...amid].map(String);
}

export function dates(constants: readonly string[]): string[] {
  const around = ascending(constants.map(readDate)).flatMap((time) => [time + 1, time, time - 1]);
  const odd = around.find((time) => time < DATES.first || time > DATES.last);
  if (odd !== undefined) throw new Undecided('a date outside of the years 1 to 9997');
  return around.map((time) => new Date(time).toISOString());
}

export const epochs = (constants: readonly string[]) => numbers(constants.map((each) => String((readDate(each) ?? 0) / 1000)), true);

/** One address of each block without the blocks within it: at every bit of a block's prefix, those that turn away there. */
export function addresses(constants: readonly string[]): string[] {
  const prefixes = constants.map(blockPrefix).filter((prefix) => prefix !== undefined);
  const turns = prefixes.flatMap((prefix) => Array.from({ length: prefix.length - 1 }, (_, i) => prefix.slice(0, i + 1) + flipped(prefix[i + 1])));
  return [...new Set([...OUTSIDE, ...[...prefixes, ...turns].map(addressOf)])];
}

/** Addresses for documentation (RFC 5737, RFC 3849) read best in a witness. */
const OUTSIDE = ['203.0.113.1', '2001:db8::1'];

const flipped = (bit: string | undefined) => bit === '0' ? '1' : '0';
const ascending = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined).sort((a, b) => a - b);
