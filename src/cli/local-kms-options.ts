import { EXIT, PROGRAM, UsageError } from './command';
import { ACCOUNT, listed, readOptions } from './options';
import type { Option } from './options';

const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;

const OPTIONS = {
  port: { value: 'N', form: { test: isPort }, allowed: 'a port is 0 to 65535, 0 for a free one', about: 'where to listen, on 127.0.0.1 only; 0 for a free port' },
  account: { ...ACCOUNT, value: 'ID', about: 'the account of the administrator (default: 111122223333)' },
  region: {
    value: 'R',
    form: /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/,
    allowed: 'a Region is e.g. eu-central-1',
    about: 'the partition of the administrator is that of this Region (default: us-east-1)',
  },
  principals: { value: 'FILE', about: 'who calls, by access key id (default: every caller is the administrator)' },
  state: { value: 'FILE', about: 'keep everything in this file, which is made where it is not there (default: in memory)' },
  help: { about: 'print this' },
} satisfies Record<string, Option>;

export interface LocalKmsArguments {
  readonly port: number;
  readonly account: string;
  readonly region: string;
  /** The name of a file. */
  readonly principals: string | undefined;
  /** The name of a file. */
  readonly state: string | undefined;
}

/**
 * The arguments; none where they ask for help.
 *
 * @throws UsageError
 */
export function readLocalKmsArguments(args: readonly string[]): LocalKmsArguments | undefined {
  const { files, has, list } = readOptions('local-kms', OPTIONS, args);
  if (has('help')) return undefined;
  if (files[0] !== undefined) throw new UsageError(`'${files[0]}' is given beside the options; nothing is allowed there. Take it away, or write the option that it is for.`);
  const single = (name: keyof typeof OPTIONS) => onlyOne(name, list(name));
  const [port, account = '111122223333', region = 'us-east-1', principals] = [single('port'), single('account'), single('region'), single('principals')];
  const state = single('state');
  if (port !== undefined) return { port: Number(port), account, region, principals, state };
  throw new UsageError(`No port is given; ${OPTIONS.port.allowed}. Give e.g. --port 4599.`);
}

function onlyOne(name: string, values: readonly string[]): string | undefined {
  if (values.length < 2) return values[0];
  throw new UsageError(`'--${name}' is given ${values.length} times; once is allowed. Leave one.`);
}

export const LOCAL_KMS_HELP = `Usage: ${PROGRAM} local-kms --port N [options]

Serves AWS KMS on this machine, to unmodified SDKs of every language, until SIGINT or SIGTERM: real cryptography, with key states,
key policies and identity policies enforced. Set AWS_ENDPOINT_URL_KMS to the endpoint that it prints. The SDK wants a Region, which
is where its calls go, and credentials, of which the secret may be anything.

It is for tests and for learning; it is no HSM. Signatures are parsed, not verified: an access key id is taken at its word.
Keys are in memory and gone when it stops; with --state they stay, in a file that has their key material in the clear, for its owner
alone to read. One process a file: one that finds that another has written to it refuses to.

Options:
${listed(OPTIONS)}

The FILE of --principals is JSON, { "<access key id>": { "arn": "...", "identityPolicies": [...], "organizationId": "..." } }: the ARN of a role, user,
root user or session, and, as far as it has them, its policies and its organization. Access key ids that it does not have are
refused with UnrecognizedClientException.

Exit code: 0 stopped, ${EXIT.usage} bad arguments or files, or a port that is taken, ${EXIT.fault} a fault of the program.
`;
