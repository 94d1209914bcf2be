import { inPartitions, LINKED_KEYS, NEVER, shaped, SOURCE_ACCOUNT } from './key-domains';
import type { Domain, Domains, LinkedKey } from './key-domains';
import { FORCED_ABSENT } from './request-physics';
import { shape } from './value-sets/language';

/** A way in which a request reaches AWS KMS, and what that makes of its condition keys. */
export interface CallerMode {
  /** As the subject of a sentence, e.g. `a role, by a service on its behalf`. */
  readonly name: string;
  readonly caller: 'account' | 'service';
  readonly domains: Domains;
  readonly links: readonly LinkedKey[];
  /** Keys that every such request has, in lower case. */
  readonly required: readonly string[];
  /** The ARN of the session, where it matters which one. */
  readonly session?: string;
  readonly warning?: string;
}

const SERVICE_ON_ANOTHERS_BEHALF = 'the witness is a service principal that reaches the key through another service (kms:ViaService); '
  + 'Amazon SNS does so for alarms and rules, for other services no AWS page says';

const always = (domain: Domain): Domain => ({ ...domain, presence: 'always' });
const only = (...values: string[]): Domain => ({ presence: 'always', values });
const VIA_SERVICE = always(shaped('&.&.amazonaws.com'));

/** What ARNs of callers look like. IAM User Guide, IAM identifiers; Principal key values of aws:PrincipalArn. */
const PRINCIPALS = {
  role: { name: 'a role', type: 'AssumedRole', arns: ['arn:PARTITION:iam::############:role/%', 'arn:PARTITION:iam::############:role/?*/%'] },
  user: { name: 'a user', type: 'User', arns: ['arn:PARTITION:iam::############:user/%', 'arn:PARTITION:iam::############:user/?*/%'] },
  root: { name: 'a root user', type: 'Account', arns: ['arn:PARTITION:iam::############:root'] },
  federatedUser: { name: 'a federated user', type: 'FederatedUser', arns: ['arn:PARTITION:sts::############:federated-user/%'] },
};

/** Keys of network and service that a direct call and a forwarded one differ in. IAM User Guide, Forward access sessions. */
const ROUTES: readonly { readonly name: string; readonly domains: Domains; readonly required: readonly string[] }[] = [
  {
    name: '',
    required: [],
    domains: [
      [/^kms:viaservice$/, NEVER],
      [/^aws:viaawsservice$/, only('false')],
      [/^aws:calledvia(first|last)?$/, NEVER],
      [/^kms:grantisforawsresource$/, { presence: 'maybe', values: ['false'] }],
    ],
  },
  {
    name: ', by a service on its behalf',
    required: ['kms:viaservice'],
    domains: [
      [/^kms:viaservice$/, VIA_SERVICE],
      [/^aws:viaawsservice$/, only('true')],
      [/^aws:(sourcevpce?|vpcsourceip|vpce.*)$/, NEVER],
    ],
  },
];

/** Keys that only service principals send. IAM User Guide, Properties of the resource, and of the principal. */
const OF_SERVICES = /^aws:(source(arn|account|orgid|orgpaths)|principalservicename(slist)?)$/;

export const SESSION = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/.+$/;

/** How principals of accounts reach KMS. `named`: whom policy and question name; sessions among them are told apart. */
export function accountModes(named: readonly string[], partitions: readonly string[]): CallerMode[] {
  const kinds = Object.entries(PRINCIPALS).map(([kind, { arns, ...rest }]): Kind =>
    ({ ...rest, kind, arn: always(shaped(...arns.flatMap((arn) => inPartitions(arn, partitions)))) }));
  const sessions = named.filter((name) => SESSION.test(name)).map((session): Kind =>
    ({ ...PRINCIPALS.role, kind: 'role', session, arn: always(shaped(...rolesOf(session, named))) }));
  return ROUTES.flatMap((route) => [...sessions, ...kinds].map((kind) => accountMode(kind, route)));
}

/** The ARN of a session does not tell the path of its role; names of roles are unique in an account, whatever their paths. */
function rolesOf(session: string, named: readonly string[]): string[] {
  const [, partition, account, role] = SESSION.exec(session) ?? [];
  const start = `arn:${partition}:iam::${account}:role/`;
  const known = named.filter((arn) => arn.startsWith(start) && arn.endsWith(`/${role}`) && !/[*?]/.test(arn));
  return known.length > 0 ? known : [`${start}${role}`, `${start}?*/${role}`];
}

/** Of others, the last part of the ARN is no `aws:username`: they have none. */
const LINKS_OF_NO_USER = LINKED_KEYS.filter(({ key }) => key !== 'aws:username');

interface Kind {
  readonly kind: string;
  readonly name: string;
  readonly type: string;
  readonly arn: Domain;
  readonly session?: string;
}

function accountMode({ kind, name, type, arn, session }: Kind, route: typeof ROUTES[number]): CallerMode {
  const own: Domains = [
    [/^aws:principalarn$/, arn],
    [/^aws:principaltype$/, only(type)],
    [/^aws:principalisawsservice$/, only('false')],
    ...kind === 'user' ? [] : [[/^aws:username$/, NEVER] as const],
    ...kind === 'role' ? [] : [[/^aws:(federatedprovider|tokenissuetime)$/, NEVER] as const],
    [OF_SERVICES, NEVER],
  ];
  return {
    name: name + route.name,
    caller: 'account',
    session,
    domains: [...own, ...route.domains],
    links: kind === 'user' ? LINKED_KEYS : LINKS_OF_NO_USER,
    required: ['aws:principalarn', ...route.required],
  };
}

/** What service principals are called; the last for those outside of AWS's usual domains. */
const SERVICE_NAMES: Domain = {
  presence: 'always',
  plain: ['x.amazonaws.com'],
  shapes: [shape('&.amazonaws.com', '&.&.amazonaws.com', '&.amazonaws.com.cn', '&.&.amazonaws.com.cn'), shape('&.&', '&.&.&', '&.&.&.&', '&.&.&.&.&')],
};

const SERVICE_DOMAINS: Domains = [
  [/^aws:principalservicename$/, SERVICE_NAMES],
  [/^aws:principalservicenameslist$/, { presence: 'always', many: true }],
  [/^aws:principalisawsservice$/, only('true')],
  [FORCED_ABSENT.service, NEVER],
  [/^(kms:calleraccount|aws:federatedprovider|aws:calledvia(first|last)?)$/, NEVER], // kms:CallerAccount: no page says that a service principal has it
  [/^aws:(sourcevpce?|vpcsourceip|vpce.*)$/, NEVER],
];

const SOURCE_ARN = /^aws:sourcearn$/;

type Source = Pick<CallerMode, 'domains' | 'links' | 'required'>;

/** What a service says about the resource for which it calls. IAM User Guide, aws:SourceArn, aws:SourceAccount. */
function sources(partitions: readonly string[]): Source[] {
  const withAccount = always(shaped(...inPartitions('arn:PARTITION:%:*:############:?*', partitions)));
  const without = always(shaped(...inPartitions('arn:PARTITION:%:*::?*', partitions)));
  return [
    { domains: [[SOURCE_ARN, NEVER]], links: [], required: [] },
    { domains: [[SOURCE_ARN, withAccount]], links: [SOURCE_ACCOUNT], required: ['aws:sourcearn'] },
    { domains: [[SOURCE_ARN, withAccount], [/^aws:sourceaccount$/, NEVER]], links: [], required: ['aws:sourcearn'] },
    { domains: [[SOURCE_ARN, without]], links: [], required: ['aws:sourcearn'] },
  ];
}

function anySource(partitions: readonly string[]): Source {
  const arn = shaped(...inPartitions('arn:PARTITION:%:*::?*', partitions), ...inPartitions('arn:PARTITION:%:*:############:?*', partitions));
  return { domains: [[SOURCE_ARN, arn]], links: [], required: [] };
}

const SERVICE_ROUTES: readonly Pick<CallerMode, 'name' | 'domains' | 'required' | 'warning'>[] = [
  { name: 'a service principal', required: [], domains: [[/^kms:viaservice$/, NEVER], [/^aws:viaawsservice$/, only('false')]] },
  {
    name: 'a service principal, through another service',
    required: ['kms:viaservice'],
    domains: [[/^kms:viaservice$/, VIA_SERVICE]],
    warning: SERVICE_ON_ANOTHERS_BEHALF,
  },
];

/** How service principals reach KMS. `bothSources`: whether it matters how aws:SourceArn and aws:SourceAccount hang together. */
export function serviceModes(bothSources: boolean, partitions: readonly string[]): CallerMode[] {
  const told = bothSources ? sources(partitions) : [anySource(partitions)];
  return SERVICE_ROUTES.flatMap((route) => told.map((source) => ({
    ...route,
    caller: 'service' as const,
    domains: [...SERVICE_DOMAINS, ...route.domains, ...source.domains],
    links: [...LINKED_KEYS, ...source.links],
    required: ['aws:principalservicename', ...route.required, ...source.required],
  })));
}
