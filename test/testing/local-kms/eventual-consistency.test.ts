import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ACCOUNT, accountStatement, allowed, bytes, exceptionOf, GRANTEE, keyPolicy, READER, ROOT } from './scene';
import { LocalKms, type KmsClient } from '../../../src/testing';

const DELAY_SECONDS = 300;

/** A key in a KMS that takes its time, or not. */
async function slowScene(consistencyDelaySeconds: number | undefined = DELAY_SECONDS) {
  const start = new Date('2026-01-01T00:00:00Z'); // time that only the test lets pass
  const kms = new LocalKms({ consistencyDelaySeconds, now: () => start });
  const root = kms.as(ROOT);
  const { KeyMetadata: { Arn: keyArn } } = await root.createKey({});
  const wait = (seconds: number) => kms.advance({ seconds });
  return { kms, root, keyArn, wait };
}

type Scene = Awaited<ReturnType<typeof slowScene>>;

async function encrypt(client: KmsClient, { keyArn: KeyId }: Pick<Scene, 'keyArn'>, ...GrantTokens: string[]): Promise<string> {
  return (await exceptionOf(client.encrypt({ KeyId, Plaintext: bytes('order'), GrantTokens }))).name ?? 'allowed';
}

function grant({ root, keyArn: KeyId }: Scene, GranteePrincipal = READER) {
  return root.createGrant({ KeyId, GranteePrincipal, RetiringPrincipal: READER, Operations: ['Encrypt', 'CreateGrant'] });
}

const NAMING_READER = keyPolicy(accountStatement(), { Effect: 'Allow', Principal: { AWS: READER }, Action: 'kms:Encrypt', Resource: '*' });

const ifTagged = allowed(READER, ['Encrypt'], { StringEquals: { 'aws:ResourceTag/team': 'orders' } });
const ifAliased = allowed(READER, ['Encrypt'], { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/orders' } });
const tags = { Tags: [{ TagKey: 'team', TagValue: 'orders' }] };

type Change = (at: Scene) => Promise<unknown>;

// AWS KMS Developer Guide, AWS KMS eventual consistency; Grants, Eventual consistency
const CHANGES: readonly [name: string, caller: Parameters<LocalKms['as']>[0], open: Change, close: Change][] = [
  ['a grant', READER, grant, async ({ root, keyArn: KeyId }) => {
    const { Grants: [{ GrantId } = { GrantId: '' }] } = await root.listGrants({ KeyId });
    await root.revokeGrant({ KeyId, GrantId });
  }],
  ['a key policy', READER,
    ({ root, keyArn: KeyId }) => root.putKeyPolicy({ KeyId, Policy: NAMING_READER }),
    ({ root, keyArn: KeyId }) => root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement()) })],
  ['a tag', ifTagged,
    ({ root, keyArn: KeyId }) => root.tagResource({ KeyId, ...tags }),
    ({ root, keyArn: KeyId }) => root.untagResource({ KeyId, TagKeys: ['team'] })],
  ['an alias', ifAliased,
    ({ root, keyArn: TargetKeyId }) => root.createAlias({ AliasName: 'alias/orders', TargetKeyId }),
    ({ root }) => root.deleteAlias({ AliasName: 'alias/orders' })],
];

describe.each(CHANGES)('%s', (_, caller, open, close) => {
  it('lets nobody in before the delay, and nobody out', async () => {
    const at = await slowScene();
    const client = at.kms.as(caller);
    await open(at);
    at.wait(DELAY_SECONDS - 1);
    expect(await encrypt(client, at)).toBe('AccessDeniedException');
    at.wait(1);
    expect(await encrypt(client, at)).toBe('allowed');
    await close(at);
    at.wait(DELAY_SECONDS - 1);
    expect(await encrypt(client, at)).toBe('allowed');
    at.wait(1);
    expect(await encrypt(client, at)).toBe('AccessDeniedException');
  });

  it('takes effect at once where no delay is asked for', async () => {
    const at = await slowScene(0);
    const client = at.kms.as(caller);
    await open(at);
    expect(await encrypt(client, at)).toBe('allowed');
    await close(at);
    expect(await encrypt(client, at)).toBe('AccessDeniedException');
  });
});

describe('a grant token', () => {
  it('makes its grant decide at once, on its own key only', async () => {
    const at = await slowScene();
    const { GrantToken } = await grant(at);
    const reader = at.kms.as(READER);
    expect(await encrypt(reader, at, GrantToken)).toBe('allowed');
    expect(await encrypt(reader, at)).toBe('AccessDeniedException');
    const { KeyMetadata: { Arn: keyArn } } = await at.root.createKey({});
    expect(await encrypt(reader, { keyArn }, GrantToken)).toBe('AccessDeniedException');
  });

  it('lets a grant make another at once, which has a token of its own', async () => {
    const at = await slowScene();
    const { GrantToken } = await grant(at);
    const child = { KeyId: at.keyArn, GranteePrincipal: GRANTEE, Operations: ['Encrypt' as const] };
    const reader = at.kms.as(READER);
    expect((await exceptionOf(reader.createGrant(child))).name).toBe('AccessDeniedException');
    const made = await reader.createGrant({ ...child, GrantTokens: [GrantToken] });
    expect(await encrypt(at.kms.as(GRANTEE), at, made.GrantToken)).toBe('allowed');
    expect(await encrypt(at.kms.as(GRANTEE), at)).toBe('AccessDeniedException');
  });

  it('retires a grant that its id does not retire yet', async () => {
    const at = await slowScene();
    const { GrantToken, GrantId } = await grant(at);
    const reader = at.kms.as(READER);
    expect((await exceptionOf(reader.retireGrant({ KeyId: at.keyArn, GrantId }))).name).toBe('AccessDeniedException');
    await reader.retireGrant({ GrantToken });
    expect((await at.root.listGrants({ KeyId: at.keyArn })).Grants).toEqual([]);
  });

  it('is one for as long as its grant decides', async () => {
    const at = await slowScene();
    const { GrantToken, GrantId } = await grant(at);
    at.wait(DELAY_SECONDS);
    await at.root.revokeGrant({ KeyId: at.keyArn, GrantId });
    expect(await encrypt(at.kms.as(READER), at, GrantToken)).toBe('allowed');
    at.wait(DELAY_SECONDS);
    expect(await encrypt(at.kms.as(READER), at, GrantToken)).toBe('InvalidGrantTokenException');
  });
});

it('what is read shows every change at once', async () => {
  const { root, keyArn: KeyId } = await slowScene();
  const { GrantId } = await root.createGrant({ KeyId, GranteePrincipal: READER, Operations: ['Encrypt'] });
  await root.putKeyPolicy({ KeyId, Policy: NAMING_READER });
  await root.tagResource({ KeyId, ...tags });
  await root.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyId });
  expect((await root.listGrants({ KeyId })).Grants.map((listed) => listed.GrantId)).toEqual([GrantId]);
  expect((await root.getKeyPolicy({ KeyId })).Policy).toBe(NAMING_READER);
  expect((await root.listResourceTags({ KeyId })).Tags).toEqual(tags.Tags);
  expect((await root.describeKey({ KeyId: 'alias/orders' })).KeyMetadata.Arn).toBe(KeyId);
});

it('a new key has its policy and tags at once, and a change between changes counts from its own time', async () => {
  const { kms, root, wait } = await slowScene();
  const { KeyMetadata: { Arn: keyArn } } = await root.createKey({ Policy: NAMING_READER, ...tags });
  const closed = keyPolicy({ ...accountStatement(), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });
  expect(await encrypt(kms.as(READER), { keyArn })).toBe('allowed');
  await root.putKeyPolicy({ KeyId: keyArn, Policy: closed });
  wait(DELAY_SECONDS / 2);
  await root.putKeyPolicy({ KeyId: keyArn, Policy: NAMING_READER });
  wait(DELAY_SECONDS / 2);
  expect(await encrypt(kms.as(READER), { keyArn })).toBe('AccessDeniedException');
  expect(await encrypt(kms.as(ifTagged), { keyArn })).toBe('allowed');
  wait(DELAY_SECONDS / 2);
  expect(await encrypt(kms.as(READER), { keyArn })).toBe('allowed');
});

it('what was there before a restart decides at once, and what changes after it does not', async () => {
  const stateFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'consistency-')), 'state.json');
  const open = () => new LocalKms({ stateFile, consistencyDelaySeconds: DELAY_SECONDS });
  const { KeyMetadata: { Arn: keyArn } } = await open().as(ROOT).createKey(tags);
  const kms = open();
  await kms.as(ROOT).putKeyPolicy({ KeyId: keyArn, Policy: NAMING_READER });
  expect(await encrypt(kms.as(READER), { keyArn })).toBe('AccessDeniedException');
  expect(await encrypt(kms.as(ifTagged), { keyArn })).toBe('allowed');
  kms.advance({ seconds: DELAY_SECONDS });
  expect(await encrypt(kms.as(READER), { keyArn })).toBe('allowed');
  expect(await encrypt(open().as(READER), { keyArn })).toBe('allowed');
  fs.rmSync(path.dirname(stateFile), { recursive: true });
});

it('what has a say about a request is told as it decides', async () => {
  const at = await slowScene();
  await grant(at);
  const grants = () => at.kms.matter({ arn: READER }, 'Encrypt', at.keyArn)!.grants;
  expect(grants()).toEqual([]);
  at.wait(DELAY_SECONDS);
  expect(grants()).toHaveLength(1);
});

it('the state of a key takes effect at once', async () => {
  const at = await slowScene();
  await at.root.disableKey({ KeyId: at.keyArn });
  expect(await encrypt(at.root, at)).toBe('DisabledException');
});
