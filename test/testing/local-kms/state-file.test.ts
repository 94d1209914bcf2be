import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMS } from '@aws-sdk/client-kms';
import { bytes, clock, CONTEXT, exceptionOf, GRANTEE, newKey, READER, ROOT } from './scene';
import { wrapped } from './wrapped-key-material';
import { LocalKms, type KmsClient } from '../../../src/testing';
import { restoredStore, savedState } from '../../../src/testing/local-kms/state/saved-state';
import { StateFile } from '../../../src/testing/local-kms/state/state-file';

let folder: string;
let stateFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
  stateFile = join(folder, 'kms.json');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const ALL = { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' } as const;

/** Everything that AWS KMS tells of the keys of a Region. */
async function told(client: KmsClient): Promise<object[]> {
  const { Keys } = await client.listKeys();
  const { Aliases } = await client.listAliases();
  const of = async (KeyId: string) => {
    const { KeyMetadata } = await client.describeKey({ KeyId });
    return Promise.all([
      KeyMetadata, client.getKeyPolicy({ KeyId }), client.listGrants({ KeyId }), client.listResourceTags({ KeyId }),
      client.getKeyLastUsage({ KeyId }),
      ...KeyMetadata.KeySpec === 'SYMMETRIC_DEFAULT' ? [client.listKeyRotations({ KeyId, ...ALL })] : [],
      ...KeyMetadata.Origin === 'AWS_KMS' && KeyMetadata.KeySpec === 'SYMMETRIC_DEFAULT' ? [client.getKeyRotationStatus({ KeyId })] : [],
    ]);
  };
  const answers = [Aliases, ...await Promise.all(Keys.map(({ KeyArn }) => of(KeyArn)))];
  return JSON.parse(JSON.stringify(answers, (name, value) => name === '$metadata' ? undefined : value));
}

/** A KMS whose state file has something of everything. */
async function furnished(now: () => Date) {
  const kms = new LocalKms({ stateFile, now });
  const [here, there] = [kms.as(ROOT), kms.as(ROOT, { region: 'eu-west-1' })];
  const KeyId = await newKey(here, { Description: 'orders', Tags: [{ TagKey: 'team', TagValue: 'blue' }] });
  await here.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyId });
  await here.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: bytes('order 1'), EncryptionContext: CONTEXT });
  await here.rotateKeyOnDemand({ KeyId });
  const Constraints = { EncryptionContextSubset: { $date: 'Tenant' } };
  const { GrantToken } = await here.createGrant({ KeyId, GranteePrincipal: GRANTEE, Operations: ['Decrypt'], Constraints });
  await here.putKeyPolicy({ KeyId, Policy: ` ${(await here.getKeyPolicy({ KeyId })).Policy}` });
  const imported = await newKey(here, { Origin: 'EXTERNAL' });
  const offer = { KeyId: imported, ...await wrapped(here, imported, new Uint8Array(32)), ValidTo: new Date(now().getTime() + 864_000_000) };
  await here.importKeyMaterial({ ...offer, KeyMaterialDescription: 'of 2026' });
  const replicated = await newKey(here, { MultiRegion: true });
  await here.replicateKey({ KeyId: replicated, ReplicaRegion: 'eu-west-1' });
  const deleted = await newKey(here);
  await here.scheduleKeyDeletion({ KeyId: deleted, PendingWindowInDays: 7 });
  const disabled = await newKey(here, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  await here.disableKey({ KeyId: disabled });
  return { kms, here, there, KeyId, CiphertextBlob, GrantToken, imported, offer, replicated, deleted };
}

describe('after a restart', () => {
  it('everything is told as before', async () => {
    const { now } = clock();
    const { here, there } = await furnished(now);
    const again = new LocalKms({ stateFile, now });
    expect(await told(again.as(ROOT))).toEqual(await told(here));
    expect(await told(again.as(ROOT, { region: 'eu-west-1' }))).toEqual(await told(there));
  });

  it('what was encrypted decrypts, by older material, by grant, in another Region', async () => {
    const { now } = clock();
    const { here, KeyId, CiphertextBlob, replicated } = await furnished(now);
    const { CiphertextBlob: there } = await here.encrypt({ KeyId: replicated, Plaintext: bytes('x') });
    const again = new LocalKms({ stateFile, now });
    expect((await again.as(ROOT).decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).Plaintext).toEqual(bytes('order 1'));
    await again.as(ROOT, { region: 'eu-west-1' }).decrypt({ CiphertextBlob: there });
    const EncryptionContext = { $date: 'Tenant' };
    const { CiphertextBlob: granted } = await again.as(ROOT).encrypt({ KeyId, Plaintext: bytes('x'), EncryptionContext });
    await again.as(GRANTEE).decrypt({ CiphertextBlob: granted, EncryptionContext });
    const other = again.as(GRANTEE).decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
    expect((await exceptionOf(other)).name).toBe('AccessDeniedException'); // the constraint of the grant
    expect((await exceptionOf(again.as(READER).decrypt({ CiphertextBlob: granted, EncryptionContext }))).name).toBe('AccessDeniedException');
  });

  it('related keys still share their material: a rotation of the primary is one of the replica', async () => {
    const { now } = clock();
    const { replicated: KeyId } = await furnished(now);
    const again = new LocalKms({ stateFile, now });
    await again.as(ROOT).rotateKeyOnDemand({ KeyId });
    const { CiphertextBlob } = await again.as(ROOT).encrypt({ KeyId, Plaintext: bytes('x') });
    await again.as(ROOT, { region: 'eu-west-1' }).decrypt({ CiphertextBlob });
  });

  it.each(['RSA_2048', 'ECC_NIST_P384', 'ECC_NIST_EDWARDS25519'] as const)('a key of %s has the same public key', async (KeySpec) => {
    const client = new LocalKms({ stateFile }).as(ROOT);
    const KeyId = await newKey(client, { KeySpec, KeyUsage: 'SIGN_VERIFY' });
    const { PublicKey } = await client.getPublicKey({ KeyId });
    expect((await new LocalKms({ stateFile }).as(ROOT).getPublicKey({ KeyId })).PublicKey).toEqual(PublicKey);
  });

  it('an import token is still good, and for its key alone', async () => {
    const { now } = clock();
    const { offer, KeyId } = await furnished(now);
    const root = new LocalKms({ stateFile, now }).as(ROOT);
    await root.importKeyMaterial(offer);
    expect((await exceptionOf(root.importKeyMaterial({ ...offer, KeyId }))).name).toBe('UnsupportedOperationException');
  });

  it('a grant token is still one', async () => {
    const { now } = clock();
    const { KeyId, GrantToken } = await furnished(now);
    const root = new LocalKms({ stateFile, now }).as(ROOT);
    await root.encrypt({ KeyId, Plaintext: bytes('x'), GrantTokens: [GrantToken] });
    await root.retireGrant({ GrantToken });
  });

  it('time goes on from where it was, and what it brings is done', async () => {
    const { now } = clock();
    const { kms, KeyId, imported, deleted } = await furnished(now);
    kms.advance({ days: 6.9 });
    const again = new LocalKms({ stateFile, now });
    const root = again.as(ROOT);
    expect(again.now()).toEqual(kms.now());
    expect((await root.describeKey({ KeyId: deleted })).KeyMetadata.KeyState).toBe('PendingDeletion');
    again.advance({ days: 84 });
    expect((await exceptionOf(root.describeKey({ KeyId: deleted }))).name).toBe('NotFoundException');
    expect((await root.describeKey({ KeyId: imported })).KeyMetadata.KeyState).toBe('PendingImport');
    expect((await root.listKeyRotations({ KeyId })).Rotations.map(({ RotationType }) => RotationType)).toEqual(['ON_DEMAND', 'AUTOMATIC']);
    expect(await told(new LocalKms({ stateFile, now }).as(ROOT))).toEqual(await told(root));
  });

  it('the state that is restored is the state that was saved', async () => {
    await furnished(clock().now);
    const state = new StateFile(stateFile).read() as Parameters<typeof restoredStore>[0];
    expect(JSON.parse(JSON.stringify(savedState(restoredStore(state), state.ahead)))).toEqual(state);
  });
});

describe('the file', () => {
  it('is for its owner alone', async () => {
    await newKey(new LocalKms({ stateFile }).as(ROOT));
    expect(statSync(stateFile).mode.toString(8)).toBe('100600');
    expect(readdirSync(folder)).toEqual(['kms.json']);
  });

  it('is left alone by what changes nothing', async () => {
    const root = new LocalKms({ stateFile }).as(ROOT);
    const KeyId = await newKey(root);
    const { ino } = statSync(stateFile);
    await root.describeKey({ KeyId });
    await exceptionOf(root.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 1 }));
    expect(statSync(stateFile).ino).toBe(ino);
    await root.encrypt({ KeyId, Plaintext: bytes('x') }); // a last use
    expect(statSync(stateFile).ino).not.toBe(ino);
  });

  it('keeps what it had when a write ends before its time', async () => {
    const root = new LocalKms({ stateFile }).as(ROOT);
    const KeyId = await newKey(root);
    const before = readFileSync(stateFile);
    jest.spyOn(fs, 'renameSync').mockImplementationOnce(() => { throw Object.assign(new Error(), { code: 'EIO' }); });
    await expect(root.disableKey({ KeyId })).rejects.toThrow(`'${stateFile}' cannot be written (EIO); a file in a folder that this user can write to is allowed.`);
    expect(readFileSync(stateFile)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['kms.json']);
    await root.describeKey({ KeyId }); // makes up for it
    expect((await new LocalKms({ stateFile }).as(ROOT).describeKey({ KeyId })).KeyMetadata.KeyState).toBe('Disabled');
  });

  it('is not harmed by what a crash left beside it', async () => {
    const KeyId = await newKey(new LocalKms({ stateFile }).as(ROOT));
    writeFileSync(join(folder, '.kms.json.0a'), '{"format":');
    await new LocalKms({ stateFile }).as(ROOT).describeKey({ KeyId });
  });

  it('is not shared: a second LocalKms may read it, and the first that finds it changed writes no more', async () => {
    const first = new LocalKms({ stateFile }).as(ROOT);
    const second = new LocalKms({ stateFile }).as(ROOT);
    const KeyId = await newKey(second);
    const before = readFileSync(stateFile);
    await expect(newKey(first)).rejects.toThrow(`'${stateFile}' has been changed by another since it was read; one LocalKms a file is allowed.`);
    expect(readFileSync(stateFile)).toEqual(before);
    await second.disableKey({ KeyId });
  });

  it('says so over HTTP, too', async () => {
    const first = new LocalKms({ stateFile });
    await newKey(new LocalKms({ stateFile }).as(ROOT));
    const { url, close } = await first.listen();
    const kms = new KMS({ endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' }, maxAttempts: 1 });
    await expect(kms.createKey({})).rejects.toThrow(`'${stateFile}' has been changed by another since it was read`);
    kms.destroy();
    await close();
  });

  it.each<[string, (content: string) => string, string]>([
    ['that is empty', () => '', 'is no state of LocalKms'],
    ['of another kind', () => '{"Version":"2012-10-17"}', 'is no state of LocalKms'],
    ['that is a list', () => '[]', 'is no state of LocalKms'],
    ['that ends too soon', (content) => content.slice(0, -10), 'is no state of LocalKms'],
    ['that was edited', (content) => content.replace('"enabled":true', '"enabled":false'), 'is damaged or was edited'],
    ['without its state', (content) => content.replace('"state"', '"State"'), 'is damaged or was edited'],
    ['of an earlier version', (content) => content.replace('"version":2', '"version":1'), 'has version 1 of the format'],
    ['of a later version', (content) => content.replace('"version":2', '"version":3'), 'has version 3 of the format'],
  ])('%s is refused with the remedy, and left as it is', async (_, change, fact) => {
    await newKey(new LocalKms({ stateFile }).as(ROOT));
    const content = change(readFileSync(stateFile, 'utf8'));
    writeFileSync(stateFile, content);
    expect(() => new LocalKms({ stateFile })).toThrow(`'${stateFile}' ${fact}`);
    expect(() => new LocalKms({ stateFile })).toThrow('Restore it from a copy, or name a file that is not there yet: it is left as it is.');
    expect(readFileSync(stateFile, 'utf8')).toBe(content);
  });

  it('in a folder that is not there is refused at once', () => {
    expect(() => new LocalKms({ stateFile: join(folder, 'absent', 'kms.json') })).toThrow('cannot be written (ENOENT)');
    expect(() => new LocalKms({ stateFile: folder })).toThrow('cannot be read (EISDIR)');
  });
});
