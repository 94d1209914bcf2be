import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { KMS } from '@aws-sdk/client-kms';
import { UsageError } from '../../src/cli/command';
import { localKms } from '../../src/cli/local-kms-command';
import { principalsFrom } from '../../src/cli/principals-file';

const ROOT = join(__dirname, '../..');
const READER = 'arn:aws:iam::111122223333:role/Reader';
const ADMINISTRATOR = 'arn:aws:iam::111122223333:user/Administrator';

const policy = (...actions: string[]) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });
const PRINCIPALS = {
  AKIAREADER: { arn: READER, identityPolicies: [policy('kms:Decrypt')], organizationId: 'o-exampleorgid' },
  AKIAADMINISTRATOR: { arn: ADMINISTRATOR, identityPolicies: [policy('kms:*')] },
  AKIAOUTSIDER: { arn: 'arn:aws:iam::444455556666:role/Outsider', identityPolicies: [policy('kms:*')], organizationId: 'o-exampleorgid' },
};

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'local-kms-')); });
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const file = join(folder, 'principals.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

interface Served {
  readonly child: ChildProcess;
  /** All that it printed before it answers. */
  readonly printed: string;
  readonly url: string;
}

async function serve(...args: string[]): Promise<Served> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'local-kms', '--port', '0', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, printed, url: /http:\/\/[\d.]+:\d+/.exec(printed)![0] };
}

async function stop({ child }: Served, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  return exit;
}

function sdk(endpoint: string | undefined, accessKeyId = 'any', region = 'us-east-1'): KMS {
  return new KMS({ ...endpoint !== undefined && { endpoint }, region, credentials: { accessKeyId, secretAccessKey: 'any' }, maxAttempts: 1 });
}

describe('without principals', () => {
  let served: Served;
  beforeAll(async () => { served = await serve('--account', '999988887777', '--region', 'cn-north-1'); });
  afterAll(() => stop(served, 'SIGTERM'));

  it('says where it is, who may call, and what is not to be relied on', () => {
    expect(served.printed).toBe(`LocalKms listens on ${served.url}; set AWS_ENDPOINT_URL_KMS to it.
Every access key id is an administrator of 999988887777. Signatures are parsed, not verified.
Keys are in memory only and gone when this stops.
`);
  });

  it('is found by an unmodified SDK through AWS_ENDPOINT_URL_KMS, whose every caller is an administrator', async () => {
    process.env['AWS_ENDPOINT_URL_KMS'] = served.url;
    const client = sdk(undefined, 'AKIAANYBODY', 'cn-north-1');
    const { KeyMetadata } = await client.createKey({});
    delete process.env['AWS_ENDPOINT_URL_KMS'];
    expect(KeyMetadata!.Arn).toMatch(/^arn:aws-cn:kms:cn-north-1:999988887777:key\//);
    const EncryptionContext = { order: '1' };
    const { Plaintext, CiphertextBlob } = await client.generateDataKey({ KeyId: KeyMetadata!.KeyId, KeySpec: 'AES_256', EncryptionContext });
    expect((await client.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext).toEqual(Plaintext);
    await expect(client.decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  it('has an administrator of the partition of its Region', async () => {
    await expect(sdk(served.url, 'any', 'us-east-1').listKeys()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('is on loopback only', async () => {
    const { port, hostname } = new URL(served.url);
    expect(hostname).toBe('127.0.0.1');
    const others = Object.values(networkInterfaces()).flat().filter((each) => each?.family === 'IPv4' && !each.internal);
    for (const other of others) await expect(fetch(`http://${other!.address}:${port}`)).rejects.toThrow();
  });

  it('keeps its port to itself: another is told so, and exits with 64', async () => {
    const second = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'local-kms', '--port', new URL(served.url).port], { cwd: ROOT });
    const [[code], [message]] = await Promise.all([once(second, 'exit'), once(second.stderr.setEncoding('utf8'), 'data')]);
    expect({ code, message }).toEqual({ code: 64, message: expect.stringMatching(/^Port \d+ cannot be had \(EADDRINUSE\); .* Give another, or 0 for a free one\.\n$/) });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops on %s, although a client is still connected', async (signal) => {
    const own = await serve();
    const client = sdk(own.url);
    await client.listKeys();
    expect(await stop(own, signal)).toEqual([0, null]);
    await expect(client.listKeys()).rejects.toThrow('ECONNREFUSED');
  });
});

describe('with principals', () => {
  let served: Served;
  let key: { readonly KeyId: string };
  let CiphertextBlob: Uint8Array;
  beforeAll(async () => {
    served = await serve('--principals', fileOf(PRINCIPALS));
    const administrator = sdk(served.url, 'AKIAADMINISTRATOR');
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: '*', Action: 'kms:DescribeKey', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } },
    ];
    key = { KeyId: (await administrator.createKey({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })).KeyMetadata!.Arn! };
    CiphertextBlob = (await administrator.encrypt({ ...key, Plaintext: Buffer.from('order 1') })).CiphertextBlob!;
  });
  afterAll(() => stop(served, 'SIGTERM'));

  it('lets each do what its policies allow', async () => {
    const { Plaintext } = await sdk(served.url, 'AKIAREADER').decrypt({ CiphertextBlob });
    expect(Buffer.from(Plaintext!).toString()).toBe('order 1');
  });

  it('refuses each what they do not, by the name it has', async () => {
    await expect(sdk(served.url, 'AKIAREADER').encrypt({ ...key, Plaintext: Buffer.from('x') }))
      .rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining(`User: ${READER} is not authorized`) });
  });

  it('has each in the organization that it says, and in no other', async () => {
    expect((await sdk(served.url, 'AKIAOUTSIDER').describeKey(key)).KeyMetadata!.Arn).toBe(key.KeyId);
    await expect(sdk(served.url, 'AKIAOUTSIDER').decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('refuses access key ids that it does not have', async () => {
    await expect(sdk(served.url, 'AKIASTRANGER').listKeys()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect(served.printed).toContain("Access key ids are those of '");
  });
});

describe('with a state file', () => {
  it('goes on where another was killed', async () => {
    const state = join(folder, 'kms.json');
    const first = await serve('--state', state);
    expect(first.printed).toContain(`Keys are in '${state}', their material in the clear.`);
    const { KeyMetadata } = await sdk(first.url).createKey({});
    const { CiphertextBlob } = await sdk(first.url).encrypt({ KeyId: KeyMetadata!.KeyId, Plaintext: Buffer.from('order 1') });
    await stop(first, 'SIGKILL');
    const second = await serve('--state', state);
    expect(Buffer.from((await sdk(second.url).decrypt({ CiphertextBlob })).Plaintext!).toString()).toBe('order 1');
    await stop(second, 'SIGTERM');
  });
});

describe('arguments', () => {
  const silent = { stdout: new Writable({ write: (_, __, done) => done() }) };

  it.each<[string, readonly string[], string]>([
    ['no port', [], 'No port is given; a port is 0 to 65535, 0 for a free one. Give e.g. --port 4599.'],
    ['a port that is none', ['--port', '65536'], "'--port' is given '65536'; a port is 0 to 65535, 0 for a free one. Correct it."],
    ['a port in words', ['--port', 'https'], "'--port' is given 'https'; a port is 0 to 65535, 0 for a free one. Correct it."],
    ['two ports', ['--port', '1', '--port', '2'], "'--port' is given 2 times; once is allowed. Leave one."],
    ['an account that is none', ['--port', '0', '--account', '1234'], "'--account' is given '1234'; an account is 12 digits. Correct it."],
    ['a Region that is none', ['--port', '0', '--region', 'Frankfurt'], "'--region' is given 'Frankfurt'; a Region is e.g. eu-central-1. Correct it."],
    ['an argument without an option', ['--port', '0', 'principals.json'], "'principals.json' is given beside the options; nothing is allowed there. Take it away,"],
    ['an option that is none', ['--host', 'x'], "Unknown option '--host'; the options are --port, --account, --region, --principals, --state, --help."],
    ['a state file of another kind', ['--port', '0', '--state', 'package.json'], "'package.json' is no state of LocalKms; a file that LocalKms wrote is allowed."],
    ['a state file in no folder', ['--port', '0', '--state', 'nowhere/kms.json'], "'nowhere/kms.json' cannot be written (ENOENT);"],
    ['a file that is not there', ['--port', '0', '--principals', 'nowhere.json'], "'nowhere.json' cannot be read (ENOENT);"],
  ])('that give %s are refused', async (_, args, message) => {
    const failure = localKms(args, silent);
    await expect(failure).rejects.toThrow(UsageError);
    await expect(failure).rejects.toThrow(message);
  });

  it('that ask for help get it', async () => {
    let out = '';
    const stdout = new Writable({ write: (chunk, _, done) => { out += String(chunk); done(); } });
    expect(await localKms(['--help'], { stdout })).toBe(0);
    expect(out).toContain('Signatures are parsed, not verified');
  });
});

describe('a file of principals', () => {
  const ORDERS = { arn: 'arn:aws:iam::111122223333:role/Orders' };

  it.each<[string, unknown]>([
    ['of nobody', {}],
    ['of a role, a user, a root user and sessions', {
      AKIAROLE: ORDERS,
      AKIAUSER: { arn: 'arn:aws:iam::111122223333:user/jane', identityPolicies: [], organizationId: 'o-exampleorgid' },
      AKIAROOT: { arn: 'arn:aws-cn:iam::111122223333:root' },
      ASIASESSION: { arn: 'arn:aws:sts::111122223333:assumed-role/Orders/i-1', identityPolicies: [policy('*')] },
      test: { arn: 'arn:aws:sts::111122223333:federated-user/jane' },
    }],
  ])('%s is taken as it is', (_, principals) => {
    expect(principalsFrom(fileOf(principals))).toEqual(principals);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'is no JSON: its 1 characters do not parse; JSON alone is allowed. Correct it.'],
    ['a list', [ORDERS], 'names no principals: it is no object; a JSON object of principals by access key id is allowed. Write one.'],
    ['an id that no signature can have', { 'AKIA/1': ORDERS }, 'is no access key id; 1 to 128 letters, digits and _+=.@- are allowed. Correct it.'],
    ['an ARN alone', { AKIA: ORDERS.arn }, "is no principal: it is no object; an object with 'arn' at least is allowed. Write one."],
    ['no ARN', { AKIA: {} }, "has nothing as 'arn'; it is the ARN of a role, user, root user or session,"],
    ['an ARN that is a list', { AKIA: { arn: [ORDERS.arn] } }, `has ["${ORDERS.arn}"] as 'arn'; it is the ARN`],
    ['a service', { AKIA: { arn: 'logs.us-east-1.amazonaws.com' } }, 'has "logs.us-east-1.amazonaws.com" as \'arn\'; it is the ARN'],
    ['a group', { AKIA: { arn: 'arn:aws:iam::111122223333:group/Orders' } }, 'is at fault: The principal of the request is not one: "arn:aws:iam::111122223333:group/Orders";'],
    ['a field that is none', { AKIA: { ...ORDERS, policies: [] } }, "has 'policies'; the fields of a principal are arn, identityPolicies, organizationId. Correct it."],
    ['one policy for a list', { AKIA: { ...ORDERS, identityPolicies: policy('*') } }, "as 'identityPolicies'; it is a list of policies. Correct it."],
    ['policies as null', { AKIA: { ...ORDERS, identityPolicies: null } }, "has null as 'identityPolicies'; it is a list of policies. Correct it."],
    ['a policy that is none', { AKIA: { ...ORDERS, identityPolicies: ['Everything'] } }, 'is at fault: identity policy 1 is not a policy: "Everything";'],
    ['a policy that IAM would refuse', { AKIA: { ...ORDERS, identityPolicies: [{ ...policy('*'), Statement: [{ Effect: 'Perhaps', Action: '*', Resource: '*' }] }] } }, 'has an invalid Effect: "Perhaps";'],
    ['an organization that is none', { AKIA: { ...ORDERS, organizationId: 'example' } }, 'has "example" as \'organizationId\'; an organization is o- and 10 to 32 letters and digits. Correct it.'],
  ])('with %s is refused', (_, content, message) => {
    const file = fileOf(content);
    expect(() => principalsFrom(file)).toThrow(UsageError);
    expect(() => principalsFrom(file)).toThrow(message);
    expect(() => principalsFrom(file)).toThrow(`'${file}'`);
  });
});
