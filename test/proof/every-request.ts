import type { EvaluateInput } from '../../src/proof';

type Request = EvaluateInput['request'];
type Context = Record<string, string | string[]>;

export const A = '111111111111';
export const B = '222222222222';
export const ROLE = `arn:aws:iam::${A}:role/R`;
export const SESSION = `arn:aws:sts::${A}:assumed-role/R/s`;
const OTHERS = [`arn:aws:iam::${A}:role/S`, `arn:aws:iam::${A}:root`, `arn:aws:iam::${A}:user/u`, `arn:aws:iam::${B}:role/R`, 'arn:aws:iam::333333333333:role/R'];
export const CALLERS = [ROLE, SESSION, ...OTHERS, 's3.amazonaws.com', 's3.r.amazonaws.com', 'x.amazonaws.com'];
export const ACTIONS = ['kms:Decrypt', 'kms:CreateGrant', 'kms:DescribeKey'];

const isService = (caller: string) => !caller.startsWith('arn:');

/** What one concern can put into a context. */
interface Concern {
  readonly keys: readonly string[];
  contexts(request: { caller: string; action: string; forwarded: boolean }): Context[];
}

const subsets = (values: string[]) => values.reduce<string[][]>((all, value) => [...all, ...all.map((one) => [...one, value])], [[]]);
const always = (key: string, ...values: string[]): Concern =>
  ({ keys: [key.toLowerCase()], contexts: () => values.map((value) => ({ [key]: value })) });
const free = (key: string, ...values: string[]): Concern =>
  ({ ...always(key), contexts: () => [{}, ...values.map((value) => ({ [key]: value }))] });

const encryptionContexts = subsets(['a', 'b']).flatMap((names) => names.reduce<Context[]>(
  (all, name) => all.flatMap((context) => ['1', '2'].map((value) => ({ ...context, [`kms:EncryptionContext:${name}`]: value }))), [{}]));

/** AWS's own rules, written down once more: the prover's tables are not looked at. */
const CONCERNS: readonly Concern[] = [
  {
    keys: ['aws:principalorgid', 'aws:principalorgpaths'],
    contexts: ({ caller }) => isService(caller) ? [{}] : [{}, ...['o-1', 'o-2'].flatMap((id) => [`${id}/r-1/`, `${id}/r-1/ou-1/`]
      .map((path) => ({ 'aws:PrincipalOrgID': id, 'aws:PrincipalOrgPaths': [path] })))],
  },
  {
    keys: ['aws:sourcearn', 'aws:sourceaccount'],
    contexts: ({ caller }) => isService(caller) ? [
      {}, ...[A, B].map((account) => ({ 'aws:SourceAccount': account })),
      ...[A, B].flatMap((account) => ['t', 'u'].flatMap((name) => [
        { 'aws:SourceArn': `arn:aws:sns:r:${account}:${name}` },
        { 'aws:SourceArn': `arn:aws:sns:r:${account}:${name}`, 'aws:SourceAccount': account },
        { 'aws:SourceArn': `arn:aws:s3:::${name}`, 'aws:SourceAccount': account },
        { 'aws:SourceArn': `arn:aws:s3:::${name}` },
      ])),
    ] : [{}],
  },
  {
    keys: ['kms:encryptioncontext:a', 'kms:encryptioncontext:b', 'kms:encryptioncontextkeys'],
    contexts: ({ action }) => action === 'kms:DescribeKey' ? [{}] : encryptionContexts,
  },
  {
    keys: ['kms:grantisforawsresource'],
    contexts: ({ caller, action, forwarded }) => action !== 'kms:CreateGrant' ? [{}]
      : [{}, { 'kms:GrantIsForAWSResource': 'false' }, ...isService(caller) || forwarded ? [{ 'kms:GrantIsForAWSResource': 'true' }] : []],
  },
  {
    keys: ['kms:grantoperations'],
    contexts: ({ action }) => action === 'kms:CreateGrant' ? subsets(['Decrypt', 'Encrypt', 'Sign']).map((list) => ({ 'kms:GrantOperations': list })) : [{}],
  },
  free('aws:MultiFactorAuthAge', '3', '4', '5', '6', '7', '8'),
  always('aws:CurrentTime', ...['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z', '2026-01-01T12:00:00Z',
    '2026-01-01T23:59:59.999Z', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.001Z']),
  free('aws:SourceIp', '10.0.0.1', '10.128.0.1', '192.0.2.1', '2001:db8::1'),
  free('kms:KeySpec', 'a', 'ab', 'b', 'B', 'c', 'bb', ''),
  { keys: ['saml:groups'], contexts: () => [...subsets(['a', 'b', 'c']).map((list): Context => ({ 'saml:groups': list })), { 'saml:groups': '' }] },
];

function product(contexts: Context[][]): Context[] {
  return contexts.reduce((all, some) => all.flatMap((one) => some.map((other) => ({ ...one, ...other }))), [{}] as Context[]);
}

/** Every request of a small world, as far as these keys (in lower case) can tell requests apart; `mayMatter` sees principal and action only. */
export function* everyRequest(keys: ReadonlySet<string>, mayMatter: (request: Request) => boolean): Generator<Request> {
  const routes = keys.has('kms:viaservice') ? ['s3.r.amazonaws.com', 'x.r.amazonaws.com'] : ['s3.r.amazonaws.com'];
  const concerns = CONCERNS.filter((concern) => concern.keys.some((key) => keys.has(key)));
  for (const principal of CALLERS) {
    for (const action of ACTIONS.filter((each) => mayMatter({ principal, action: each }))) {
      for (const via of [undefined, ...routes]) {
        const facts = { caller: principal, action, forwarded: via !== undefined };
        const contexts = concerns.map((concern) => concern.contexts(facts));
        for (const context of product(contexts)) yield { principal, action, context: via === undefined ? context : { ...context, 'kms:ViaService': via } };
      }
    }
  }
}

/** Whether AWS makes such a request, by the same rules. */
export function isPossible({ principal, action, context = {} }: Request): boolean {
  const has = (key: string) => Object.keys(context).some((name) => name.toLowerCase().startsWith(key.toLowerCase()));
  const [sourceArn, sourceAccount, path] = ['aws:SourceArn', 'aws:SourceAccount', 'aws:PrincipalOrgPaths'].map((key) => String(context[key] ?? ''));
  const never = isService(principal) ? ['aws:PrincipalOrg', 'aws:PrincipalAccount', 'aws:PrincipalArn', 'kms:CallerAccount'] : ['aws:SourceArn', 'aws:SourceAccount'];
  return !never.some(has)
    && (action === 'kms:CreateGrant' || !(has('kms:GrantIsForAWSResource') || has('kms:GrantOperations')))
    && (action !== 'kms:DescribeKey' || !has('kms:EncryptionContext'))
    && (has('kms:ViaService') || isService(principal) || context['kms:GrantIsForAWSResource'] !== 'true')
    && (!has('aws:SourceArn') || !has('aws:SourceAccount') || ['', sourceAccount].includes(sourceArn?.split(':')[4] ?? ''))
    && has('aws:PrincipalOrgID') === has('aws:PrincipalOrgPaths')
    && (!has('aws:PrincipalOrgID') || path?.split('/')[0] === context['aws:PrincipalOrgID']);
}
