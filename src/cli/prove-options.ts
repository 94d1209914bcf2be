import { parseArgs } from 'node:util';
import { EXIT, PROGRAM, UsageError } from './command';

interface Option {
  /** What stands for its value; none for a flag. */
  readonly value?: string;
  readonly about: string;
  /** Whether a comma separates values. Names of roles may have one. */
  readonly commas?: boolean;
  readonly form?: RegExp;
  /** Of the form, in words. */
  readonly allowed?: string;
}

const CLAIMS = {
  'only-accounts': { value: 'ID,...', commas: true, form: /^\d{12}$/, allowed: 'an account is 12 digits', about: 'only these accounts can' },
  'only-organizations': {
    value: 'ID,...',
    commas: true,
    form: /^o-[a-z0-9]{10,32}$/,
    allowed: 'an organization is o- and 10 to 32 letters and digits',
    about: 'only these organizations can',
  },
  'only-principals': {
    value: 'ARN',
    form: /^arn:[^:]+:(iam|sts|\*):/,
    allowed: 'a principal is the ARN of a role, session, user or root user, with * and ? as wildcards',
    about: 'only these principals can; a role counts with its sessions; * and ? match',
  },
  'only-services': {
    value: 'NAME,...',
    commas: true,
    form: /^(\*|.+[.*].+)$/,
    allowed: 'a service principal is e.g. s3.amazonaws.com, or * for any',
    about: 'these services may act as themselves for anybody; * and ? match',
  },
  'not-public': { about: 'no account and no organization that the policy does not mention can' },
  'vacuous': { about: 'no statement is idle, and PutKeyPolicy refuses none' },
  'question': { value: 'FILE', about: 'nobody can do what FILE, a question of prove() as JSON, asks' },
  'diff': { value: 'OLD', about: 'the policy gives nothing that the policy in the file OLD did not' },
} satisfies Record<string, Option>;

const NARROWING = {
  'action': { value: 'ACTION,...', commas: true, about: 'can do any of these; * and ? match (default: kms:*)' },
  'via-service': { value: 'NAME', about: 'through this service (kms:ViaService); * and ? match' },
  'key': { value: 'ARN', about: 'with this key (default: any key that has the policy, of whatever account)' },
  'context': { value: 'KEY=VALUE', about: 'where the condition key KEY matches VALUE, or is "present", or "absent"' },
} satisfies Record<string, Option>;

const OUTPUT = {
  json: { about: 'print a JSON array of { claim, answer, reason, witness, statements }; statements count from 0' },
  help: { about: 'print this' },
} satisfies Record<string, Option>;

const OPTIONS = { ...CLAIMS, ...NARROWING, ...OUTPUT };
type OptionName = keyof typeof OPTIONS;

export interface ProveOptions {
  readonly files: readonly string[];
  has(...names: readonly OptionName[]): boolean;
  /** The values of an option, in order. */
  list(name: OptionName): readonly string[];
}

/** @throws UsageError */
export function readOptions(args: readonly string[]): ProveOptions {
  const { values, positionals } = parsed(args);
  const list = (name: OptionName) => valuesOf(name, [values[name] ?? []].flat().filter((value) => typeof value === 'string'));
  return { files: positionals, list, has: (...names) => names.some((name) => values[name] !== undefined) };
}

function parsed(args: readonly string[]) {
  const options = Object.fromEntries(Object.entries<Option>(OPTIONS).map(([name, { value }]) =>
    [name, value === undefined ? { type: 'boolean' as const } : { type: 'string' as const, multiple: true }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const [fact] = (cause as Error).message.split(/\.\s/);
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(', ');
    throw new UsageError(`${fact}; the options are ${known}. See '${PROGRAM} prove --help'.`, { cause });
  }
}

function valuesOf(name: OptionName, given: readonly string[]): string[] {
  const { commas, form, allowed }: Option = OPTIONS[name];
  const values = commas ? given.flatMap((value) => value.split(',')).map((value) => value.trim()) : [...given];
  const wrong = form && values.find((value) => !form.test(value));
  if (wrong === undefined) return values;
  throw new UsageError(`'--${name}' is given '${wrong}'; ${allowed}. Correct it.`);
}

const COLUMN = 34;

function listed(options: Record<string, Option>): string {
  return Object.entries(options).map(([name, { value, about }]) => `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(COLUMN)}${about}`).join('\n');
}

export const PROVE_HELP = `Usage: ${PROGRAM} prove POLICY CLAIM... [options]

Decides claims about a key policy for every request, whatever its context, and shows a request that refutes one.
It goes by the key policy alone: the caller's own policies are taken to allow, grants and control policies are left aside.

POLICY is a file, or - for standard input: a policy as JSON, or what 'aws kms get-key-policy' prints.

Claims, as many as you like; lists may also be given by repeating the option:
${listed(CLAIMS)}

What the claims with "can" are about:
${listed(NARROWING)}

Output:
${listed(OUTPUT)}

All --only options make one limit: only these accounts or organizations or principals or services can. It is answered twice,
for principals of accounts and for AWS services that act as themselves. Such a service counts as the account or organization
that it acts for, if it says so: by aws:SourceAccount, aws:SourceOrgID, the account in aws:SourceArn, or, for log groups and
trails, in the encryption context. Where the policy does not insist on that, the service can act for anybody, and the claim is
refuted unless --only-services lists it. --not-public is about principals of accounts alone.

Exit code: 0 all claims proved, 1 one refuted, 2 none refuted but one unknown, ${EXIT.usage} bad arguments or files, ${EXIT.fault} a fault of the program.
`;
