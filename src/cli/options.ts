import { parseArgs } from 'node:util';
import { PROGRAM, UsageError } from './command';

export interface Option {
  /** What stands for its value; none for a flag. */
  readonly value?: string;
  readonly about: string;
  /** Whether a comma separates values. Names of roles may have one. */
  readonly commas?: boolean;
  /** A RegExp, or what answers as one. */
  readonly form?: { test(value: string): boolean };
  /** Of the form, in words. */
  readonly allowed?: string;
}

export type OptionTable<Name extends string> = Readonly<Record<Name, Option>>;

export const ACCOUNT = { form: /^\d{12}$/, allowed: 'an account is 12 digits' } as const;
export const ORGANIZATION = { form: /^o-[a-z0-9]{10,32}$/, allowed: 'an organization is o- and 10 to 32 letters and digits' } as const;

/** What the arguments of a command say. */
export interface Options<Name extends string> {
  readonly files: readonly string[];
  has(...names: readonly Name[]): boolean;
  /** The values of an option, in order. */
  list(name: Name): readonly string[];
}

/** @throws UsageError */
export function readOptions<Name extends string>(command: string, table: OptionTable<Name>, args: readonly string[]): Options<Name> {
  const { values, positionals } = parsed(command, table, args);
  const list = (name: Name) => valuesOf(name, table[name], [values[name] ?? []].flat().filter((value) => typeof value === 'string'));
  return { files: positionals, list, has: (...names) => names.some((name) => values[name] !== undefined) };
}

function parsed(command: string, table: OptionTable<string>, args: readonly string[]) {
  const options = Object.fromEntries(Object.entries(table).map(([name, { value }]) =>
    [name, value === undefined ? { type: 'boolean' as const } : { type: 'string' as const, multiple: true }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const [fact] = (cause as Error).message.split(/\.\s/);
    const known = Object.keys(table).map((name) => `--${name}`).join(', ');
    throw new UsageError(`${fact}; the options are ${known}. See '${PROGRAM} ${command} --help'.`, { cause });
  }
}

function valuesOf(name: string, { commas, form, allowed }: Option, given: readonly string[]): string[] {
  const values = commas ? given.flatMap((value) => value.split(',')).map((value) => value.trim()) : [...given];
  const wrong = form && values.find((value) => !form.test(value));
  if (wrong === undefined) return values;
  throw new UsageError(`'--${name}' is given '${wrong}'; ${allowed}. Correct it.`);
}

const COLUMN = 34;

/** The options as lines of a help text. */
export function listed(table: OptionTable<string>): string {
  return Object.entries(table).map(([name, { value, about }]) => `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(COLUMN)}${about}`).join('\n');
}
