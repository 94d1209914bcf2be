import type { EvaluateInput } from '../../src/proof';

export const OWNER = '111122223333';
export const OTHER = '444455556666';
export const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

export type Context = Record<string, string | readonly string[]>;

interface Caller {
  readonly kind: 'root' | 'user' | 'role' | 'session' | 'federated' | 'service';
  /** What every request of the caller has, written down by hand: `src/proof` has to come to the same by itself. */
  readonly implied: Context;
}

const ofAccount = (account: string, arn: string, type: string): Context => ({
  'aws:PrincipalArn': arn,
  'aws:PrincipalAccount': account,
  'aws:PrincipalType': type,
  'aws:PrincipalIsAWSService': 'false',
  'kms:CallerAccount': account,
});

function callersOf(account: string): [string, Caller][] {
  const iam = (path: string) => `arn:aws:iam::${account}:${path}`;
  const sts = (path: string) => `arn:aws:sts::${account}:${path}`;
  const role = (name: string) => ofAccount(account, iam(`role/${name}`), 'AssumedRole');
  return [
    [iam('root'), { kind: 'root', implied: ofAccount(account, iam('root'), 'Account') }],
    [iam('user/alice'), { kind: 'user', implied: { ...ofAccount(account, iam('user/alice'), 'User'), 'aws:username': 'alice' } }],
    [iam('user/team/bob'), { kind: 'user', implied: { ...ofAccount(account, iam('user/team/bob'), 'User'), 'aws:username': 'bob' } }],
    [iam('role/Orders'), { kind: 'role', implied: role('Orders') }],
    [iam('role/team/Reader'), { kind: 'role', implied: role('team/Reader') }],
    [sts('assumed-role/Orders/s1'), { kind: 'session', implied: role('Orders') }],
    [sts('assumed-role/Orders/s2'), { kind: 'session', implied: role('Orders') }],
    [sts('assumed-role/Reader/s1'), { kind: 'session', implied: role('Reader') }], // its path, if any, is the request's to say
    [sts('federated-user/carol'), { kind: 'federated', implied: ofAccount(account, sts('federated-user/carol'), 'FederatedUser') }],
  ];
}

function service(name: string): [string, Caller] {
  const implied = { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': name, 'aws:PrincipalServiceNamesList': [name] };
  return [name, { kind: 'service', implied }];
}

/** Everybody who calls. */
export const CALLERS: ReadonlyMap<string, Caller> = new Map([
  ...callersOf(OWNER), ...callersOf(OTHER), service('logs.eu-west-1.amazonaws.com'), service('sns.amazonaws.com'),
]);

const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:';

/** Whether the call comes through a service; no page says what the key is when a service principal's call does. */
function viaService(forwarded: boolean, kind: Caller['kind'] | undefined): Context {
  return forwarded && kind === 'service' ? {} : { 'aws:ViaAWSService': String(forwarded) };
}

/** All condition keys of a request: what the other evaluators must be told, since they imply little. */
export function completeContext({ principal, context = {} }: EvaluateInput['request']): Context {
  const caller = CALLERS.get(principal);
  const names = Object.keys(context).filter((key) => key.startsWith(ENCRYPTION_CONTEXT)).map((key) => key.slice(ENCRYPTION_CONTEXT.length));
  return {
    'aws:SecureTransport': 'true',
    'aws:ResourceAccount': OWNER,
    'aws:RequestedRegion': 'eu-west-1',
    ...names.length > 0 ? { 'kms:EncryptionContextKeys': names } : {},
    ...viaService('kms:ViaService' in context, caller?.kind),
    ...caller?.implied,
    ...context as Context,
  };
}
