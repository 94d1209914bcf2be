import { EXIT, PROGRAM } from './command';
import { ACCOUNT, listed, ORGANIZATION, readOptions } from './options';
import type { Option, Options } from './options';

const CLAIMS = {
  'only-accounts': { ...ACCOUNT, value: 'ID,...', commas: true, about: 'only these accounts can' },
  'only-organizations': { ...ORGANIZATION, value: 'ID,...', commas: true, about: 'only these organizations can' },
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

export type ProveOptions = Options<keyof typeof OPTIONS>;

/** @throws UsageError */
export function readProveOptions(args: readonly string[]): ProveOptions {
  return readOptions('prove', OPTIONS, args);
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
that it acts for, if it says so: by aws:SourceAccount, aws:SourceOrgID, the account in aws:SourceArn, or, as CloudWatch Logs
and CloudTrail do, in the encryption context. Where the policy does not insist on that, the service can act for anybody, and
the claim is refuted unless --only-services lists it. --not-public is about principals of accounts alone.

Exit code: 0 all claims proved, 1 one refuted, 2 none refuted but one unknown, ${EXIT.usage} bad arguments or files, ${EXIT.fault} a fault of the program.
`;
