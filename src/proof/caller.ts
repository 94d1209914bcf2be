import { parseArn } from './arn';
import type { Arn } from './arn';
import { RequestError } from './errors';

/** Somebody of an account: its root user, a user, a session of a role, a federated user. */
export interface AccountCaller {
  readonly kind: 'root' | 'user' | 'role' | 'federatedUser';
  readonly partition: string;
  readonly account: string;
  /** What `aws:PrincipalArn` says: for a session its role. */
  readonly arn: string;
  /** The session's own ARN; undefined for a role whose session name does not matter. */
  readonly session?: string;
  readonly serviceLinked: boolean;
}

export interface ServiceCaller {
  readonly kind: 'service';
  readonly name: string;
}

/** Who makes a request. */
export type Caller = AccountCaller | ServiceCaller;

const SERVICE_PRINCIPAL = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const ACCOUNT = /^\d{12}$/;

/** The start of an ARN's service and resource, and what it makes of a caller. IAM User Guide, IAM identifiers. */
const KINDS: readonly [prefix: RegExp, kind: AccountCaller['kind'] | 'session'][] = [
  [/^iam:root$/, 'root'],
  [/^iam:user\/./, 'user'],
  [/^iam:role\/./, 'role'],
  [/^sts:assumed-role\/[^/]+\/./, 'session'],
  [/^sts:federated-user\/./, 'federatedUser'],
];

/** Reads a principal; `principalArn` is the request's `aws:PrincipalArn`, needed for a session whose role has a path. */
export function parseCaller(principal: string, principalArn: () => string | undefined): Caller {
  if (SERVICE_PRINCIPAL.test(principal)) return { kind: 'service', name: principal };
  const arn = parseArn(principal);
  const kind = arn && KINDS.find(([prefix]) => prefix.test(`${arn.service}:${arn.resource}`))?.[1];
  if (!arn || !kind || !ACCOUNT.test(arn.account)) {
    throw new RequestError({
      fact: 'The principal of the request is not one',
      given: principal,
      allowed: 'a request comes from a root user, user, role, assumed-role session or federated user, by ARN, or from a service principal',
      remedy: 'Give e.g. arn:aws:iam::111122223333:role/Orders or logs.eu-west-1.amazonaws.com.',
    });
  }
  const { partition, account } = arn;
  if (kind !== 'session') return { kind, partition, account, arn: principal, serviceLinked: isServiceLinked(principal) };
  const role = roleOf(arn, principalArn());
  return { kind: 'role', partition, account, arn: role, session: principal, serviceLinked: isServiceLinked(role) };
}

function roleOf(session: Arn, principalArn: string | undefined): string {
  const name = session.resource.split('/')[1] ?? '';
  const [start, end] = [`arn:${session.partition}:iam::${session.account}:role/`, `/${name}`];
  if (principalArn === undefined) return start.slice(0, -1) + end;
  if (principalArn.startsWith(start) && principalArn.endsWith(end)) return principalArn;
  throw new RequestError({
    fact: `'aws:PrincipalArn' is not the role of a session of ${name}`,
    given: principalArn,
    allowed: `it is ${start}…${name}, a path between`,
    remedy: 'Correct it, or leave it out for a role without a path.',
  });
}

/** IAM User Guide, Create a service-linked role: such a role lives under /aws-service-role/; a session's ARN shows the name only. */
function isServiceLinked(arn: string): boolean {
  return /:role\/(aws-service-role\/|AWSServiceRoleFor)/.test(arn);
}
