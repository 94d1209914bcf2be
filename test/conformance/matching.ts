import { isDeepStrictEqual } from 'node:util';

const DAY = 24 * 60 * 60 * 1000;

type Matches = (actual: any, argument: any, now: Date) => boolean;

/** What an answer can be held to beside equality, as `{ "$name": argument }`. */
const MATCHERS: Readonly<Record<string, Matches>> = {
  $matches: (actual, pattern: string) => typeof actual === 'string' && new RegExp(pattern).test(actual),
  $length: (actual, length: number) => actual?.length === length,
  $not: (actual, other, now) => differences(actual, other, now).length > 0,
  /** Some member of a list. */
  $some: (actual, member, now) => Array.isArray(actual) && actual.some((each) => differences(each, member, now).length === 0),
  $absent: (actual) => actual === undefined,
  $present: (actual) => actual !== undefined,
  /** A date so many days from now, give or take one: AWS KMS rounds some of them. */
  $daysFromNow: (actual, days: number, now) => actual instanceof Date && Math.abs(actual.getTime() - now.getTime() - days * DAY) < DAY,
};

/** Where an answer is not what is expected of it; it may hold more. Lists are held to every member, in order. */
export function differences(actual: unknown, expected: unknown, now: Date, path = 'answer'): string[] {
  if (typeof expected !== 'object' || expected === null || expected instanceof Uint8Array || expected instanceof Date) {
    return isDeepStrictEqual(actual, expected) ? [] : [`${path} is ${shown(actual)}, not ${shown(expected)}`];
  }
  const [name, argument] = Object.entries(expected)[0] ?? [];
  const matches = MATCHERS[name ?? ''];
  if (matches) { return matches(actual, argument, now) ? [] : [`${path} is ${shown(actual)}, not ${name} ${shown(argument)}`]; }
  if (Array.isArray(expected) && (actual as unknown[] | undefined)?.length !== expected.length) {
    return [`${path} is ${shown(actual)}, not a list of ${expected.length}`];
  }
  return Object.entries(expected).flatMap(([member, value]) => differences((actual as any)?.[member], value, now, `${path}.${member}`));
}

function shown(value: unknown): string {
  return value instanceof Uint8Array ? `${value.length} bytes` : JSON.stringify(value) ?? 'absent';
}
