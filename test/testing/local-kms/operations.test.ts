import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import {
  ACCOUNT, accountStatement, allowed, bytes, call, clock, CONTEXT, DAY, exceptionOf, keyPolicy, newKey, OPERATION_NAMES, READER, ROOT, SAMPLES, scene,
  sceneOf,
} from './scene';
import { LocalKms } from '../../../src/testing';
import { canonicalEncryptionContext } from '../../../src/testing/local-kms/cryptography/encryption-context';
import { OPERATIONS } from '../../../src/testing/local-kms/operations';

describe('encryption', () => {
  const contexts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 4 });

  it('gives back any plaintext under the same encryption context', async () => {
    const { root, keyArn: KeyId } = await scene();
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4096 }), contexts, async (Plaintext, EncryptionContext) => {
      const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext, EncryptionContext });
      expect((await root.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext).toEqual(Plaintext);
    }));
  });

  it('makes different contexts different bytes, and equal ones the same in any order', () => {
    const same = (a: object, b: object) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
    fc.assert(fc.property(contexts, contexts, (a, b) => {
      const reversed = Object.fromEntries(Object.entries(a).reverse());
      expect(canonicalEncryptionContext(reversed)).toEqual(canonicalEncryptionContext(a));
      expect(canonicalEncryptionContext(a).equals(canonicalEncryptionContext(b))).toBe(same(a, b));
    }));
  });

  it.each([
    ['no context', undefined],
    ['a part of it', { Purpose: 'orders' }],
    ['more than it', { ...CONTEXT, More: '' }],
    ['another case of a value', { ...CONTEXT, Tenant: 'Blue' }],
    ['another case of a key', { Purpose: 'orders', tenant: 'blue' }],
    ['the same letters cut elsewhere', { Purpose: 'orders', Tenan: 'tblue' }],
  ])('refuses %s on decryption', async (_, EncryptionContext) => {
    const { root, ciphertext: CiphertextBlob } = await scene();
    expect(await exceptionOf(root.decrypt({ CiphertextBlob, EncryptionContext }))).toEqual({
      name: 'InvalidCiphertextException',
      message: '(LocalKms: the encryption context is not the one of the encryption, or the ciphertext was changed.)',
    });
  });

  it('takes no context and an empty one for the same', async () => {
    const { root, keyArn: KeyId } = await scene();
    const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('x'), EncryptionContext: {} });
    await root.decrypt({ CiphertextBlob });
  });

  it('refuses a ciphertext with any bit turned, by an exception of AWS KMS', async () => {
    const { root, ciphertext } = await scene();
    const expected = ['InvalidCiphertextException', 'AccessDeniedException']; // the latter when the bit is in the name of the key
    const bits = Array.from({ length: ciphertext.length * 8 }, (_, bit) => [Math.floor(bit / 8), 2 ** (bit % 8)] as const);
    for (const [at, mask] of bits) {
      // eslint-disable-next-line no-bitwise -- it is a bit that is flipped
      const CiphertextBlob = ciphertext.map((byte, i) => i === at ? byte ^ mask : byte);
      expect(expected).toContain((await exceptionOf(root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT }))).name);
    }
  });

  it('refuses a ciphertext that is cut short, wherever', async () => {
    const { root, ciphertext } = await scene();
    for (let length = 1; length < ciphertext.length; length++) {
      const { name } = await exceptionOf(root.decrypt({ CiphertextBlob: ciphertext.slice(0, length), EncryptionContext: CONTEXT }));
      expect(name).toBe('InvalidCiphertextException');
    }
  });

  it('never makes the same ciphertext twice', async () => {
    const { root, keyArn: KeyId } = await scene();
    const encrypt = async () => Buffer.from((await root.encrypt({ KeyId, Plaintext: bytes('x') })).CiphertextBlob).toString('hex');
    expect(await encrypt()).not.toBe(await encrypt());
  });

  it('finds the key by the ciphertext, and refuses the name of another', async () => {
    const { root, keyArn, otherKeyArn, ciphertext: CiphertextBlob } = await scene();
    const { KeyMetadata } = await root.describeKey({ KeyId: keyArn });
    const answer = await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
    expect(answer).toMatchObject({
      KeyId: keyArn, Plaintext: bytes('order 1'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', KeyMaterialId: KeyMetadata.CurrentKeyMaterialId,
    });
    await root.decrypt({ KeyId: 'alias/present', CiphertextBlob, EncryptionContext: CONTEXT });
    expect(await exceptionOf(root.decrypt({ KeyId: otherKeyArn, CiphertextBlob, EncryptionContext: CONTEXT }))).toEqual({
      name: 'IncorrectKeyException', message: 'The key ID in the request does not identify a CMK that can perform this operation.',
    });
  });

  it('decrypts in its own Region only', async () => {
    const { kms, ciphertext: CiphertextBlob } = await scene();
    await expect(kms.as(ROOT, { region: 'eu-west-1' }).decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).rejects.toThrow('there is no such key in eu-west-1');
  });

  it('holds copies: what callers do to their bytes changes nothing', async () => {
    const { root, keyArn: KeyId } = await scene();
    const Plaintext = bytes('secret');
    const encrypting = root.encrypt({ KeyId, Plaintext });
    Plaintext.fill(0);
    const { CiphertextBlob } = await encrypting;
    const first = await root.decrypt({ CiphertextBlob });
    first.Plaintext.fill(0);
    expect((await root.decrypt({ CiphertextBlob })).Plaintext).toEqual(bytes('secret'));
    const { KeyMetadata } = await root.describeKey({ KeyId });
    KeyMetadata.CreationDate.setFullYear(1970);
    expect((await root.describeKey({ KeyId })).KeyMetadata.CreationDate.getFullYear()).toBeGreaterThan(2000);
  });
});

describe('data keys', () => {
  it.each([[{ KeySpec: 'AES_256' }, 32], [{ KeySpec: 'AES_128' }, 16], [{ NumberOfBytes: 1 }, 1]] as const)('%j are %d bytes and open by Decrypt', async (length, expected) => {
    const { root, keyArn: KeyId } = await scene();
    const { Plaintext, CiphertextBlob, KeyMaterialId, ...answer } = await root.generateDataKey({ KeyId, ...length, EncryptionContext: CONTEXT });
    expect(Plaintext).toHaveLength(expected);
    expect(KeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.KeyId).toBe(KeyId);
    expect((await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).Plaintext).toEqual(Plaintext);
  });

  it('without plaintext open by Decrypt alone', async () => {
    const { root, keyArn: KeyId } = await scene();
    const answer = await root.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: 'AES_256' });
    expect(answer).not.toHaveProperty('Plaintext');
    expect((await root.decrypt({ CiphertextBlob: answer.CiphertextBlob })).Plaintext).toHaveLength(32);
  });
});

describe('data key pairs', () => {
  it.each([
    ['RSA_2048', 'rsa', 'sha256'], ['RSA_3072', 'rsa', 'sha256'], ['RSA_4096', 'rsa', 'sha256'], ['ECC_NIST_P256', 'ec', 'sha256'],
    ['ECC_NIST_P384', 'ec', 'sha384'], ['ECC_NIST_P521', 'ec', 'sha512'], ['ECC_SECG_P256K1', 'ec', 'sha256'], ['ECC_NIST_EDWARDS25519', 'ed25519', null],
  ] as const)('of %s sign, and their private key opens by Decrypt', async (KeyPairSpec, type, hash) => {
    const { root, keyArn: KeyId } = await scene();
    const pair = await root.generateDataKeyPair({ KeyId, KeyPairSpec, EncryptionContext: CONTEXT });
    const { PrivateKeyPlaintext, PrivateKeyCiphertextBlob, PublicKey, ...answer } = pair;
    expect(answer).toMatchObject({ KeyId, KeyPairSpec, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const opened = await root.decrypt({ CiphertextBlob: PrivateKeyCiphertextBlob, EncryptionContext: CONTEXT });
    expect(opened.Plaintext).toEqual(PrivateKeyPlaintext);
    const privateKey = createPrivateKey({ key: Buffer.from(opened.Plaintext), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    expect(privateKey.asymmetricKeyType).toBe(type);
    expect(verify(hash, bytes('order'), publicKey, sign(hash, bytes('order'), privateKey))).toBe(true);
    expect(verify(hash, bytes('other'), publicKey, sign(hash, bytes('order'), privateKey))).toBe(false);
  });

  it('without plaintext open by Decrypt alone, and only with their context', async () => {
    const { root, keyArn: KeyId } = await scene();
    const answer = await root.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext: CONTEXT });
    expect(answer).not.toHaveProperty('PrivateKeyPlaintext');
    const { PrivateKeyCiphertextBlob: CiphertextBlob } = answer;
    expect((await exceptionOf(root.decrypt({ CiphertextBlob }))).name).toBe('InvalidCiphertextException');
    const { Plaintext } = await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
    const privateKey = createPrivateKey({ key: Buffer.from(Plaintext), format: 'der', type: 'pkcs8' });
    expect(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })).toEqual(Buffer.from(answer.PublicKey));
  });
});

describe('GenerateRandom', () => {
  it.each([1, 1024])('makes %d bytes', async (NumberOfBytes) => {
    expect((await new LocalKms().as(ROOT).generateRandom({ NumberOfBytes })).Plaintext).toHaveLength(NumberOfBytes);
  });

  it('never makes the same bytes twice', async () => {
    const root = new LocalKms().as(ROOT);
    const random = async () => (await root.generateRandom({ NumberOfBytes: 32 })).Plaintext;
    expect(await random()).not.toEqual(await random());
  });
});

describe('ReEncrypt', () => {
  it('moves a ciphertext to another key and another context', async () => {
    const { root, keyArn, otherKeyArn, ciphertext: CiphertextBlob } = await scene();
    const moved = await root.reEncrypt({
      CiphertextBlob, SourceEncryptionContext: CONTEXT, DestinationKeyId: otherKeyArn, DestinationEncryptionContext: { Tenant: 'red' },
    });
    expect(moved).toMatchObject({ SourceKeyId: keyArn, KeyId: otherKeyArn, SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    expect(moved.SourceKeyMaterialId).not.toBe(moved.DestinationKeyMaterialId);
    const opened = await root.decrypt({ CiphertextBlob: moved.CiphertextBlob, KeyId: otherKeyArn, EncryptionContext: { Tenant: 'red' } });
    expect(opened.Plaintext).toEqual(bytes('order 1'));
  });

  it('refuses a wrong source context and a wrong source key', async () => {
    const { root, otherKeyArn: DestinationKeyId, ciphertext: CiphertextBlob } = await scene();
    expect((await exceptionOf(root.reEncrypt({ CiphertextBlob, DestinationKeyId }))).name).toBe('InvalidCiphertextException');
    const wrongKey = root.reEncrypt({ CiphertextBlob, SourceEncryptionContext: CONTEXT, SourceKeyId: DestinationKeyId, DestinationKeyId });
    expect((await exceptionOf(wrongKey)).name).toBe('IncorrectKeyException');
  });

  it('tells nothing of either key to who may not use both', async () => {
    const { kms, root, keyArn: KeyId, otherKeyArn: DestinationKeyId, ciphertext: CiphertextBlob } = await scene();
    const signing = await root.createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    await root.disableKey({ KeyId });
    const refusal = async (actions: string[], request: object) =>
      (await exceptionOf(call(kms.as(allowed(READER, actions)), 'ReEncrypt', { CiphertextBlob, SourceEncryptionContext: CONTEXT, ...request }))).name;
    expect(await refusal(['ReEncryptFrom'], { DestinationKeyId })).toBe('AccessDeniedException');
    expect(await refusal(['ReEncryptFrom'], { DestinationKeyId, SourceKeyId: signing.KeyMetadata.Arn })).toBe('AccessDeniedException');
    expect(await refusal(['ReEncryptFrom', 'ReEncryptTo'], { DestinationKeyId })).toBe('DisabledException');
    expect(await refusal(['ReEncryptTo'], { DestinationKeyId: KeyId, SourceKeyId: DestinationKeyId })).toBe('AccessDeniedException');
    expect(await refusal(['ReEncryptFrom', 'ReEncryptTo'], { DestinationKeyId: KeyId, SourceKeyId: DestinationKeyId })).toBe('IncorrectKeyException');
    await root.enableKey({ KeyId });
    await root.disableKey({ KeyId: DestinationKeyId });
    expect(await refusal(['ReEncryptFrom', 'ReEncryptTo'], { DestinationKeyId })).toBe('DisabledException');
  });
});

describe('a dry run', () => {
  const dry = OPERATION_NAMES.filter((name) => 'DryRun' in OPERATIONS[name].members);

  it.each(dry)('of %s ends in DryRunOperationException, or as the call would', async (operation) => {
    const at = await sceneOf(operation);
    const request = { ...SAMPLES[operation].request(at), DryRun: true };
    expect((await exceptionOf(call(at.root, operation, request))).name).toBe('DryRunOperationException');
    expect((await exceptionOf(call(at.kms.as(READER), operation, request))).name).toBe('AccessDeniedException');
  });

  it('ends in DryRunOperationException when the call would work, else as the call would', async () => {
    const { kms, root, keyArn: KeyId, otherKeyArn: DestinationKeyId, ciphertext: CiphertextBlob } = await scene();
    const DryRun = true;
    const runs = (client: typeof root) => [
      client.encrypt({ KeyId, Plaintext: bytes('x'), DryRun }),
      client.generateDataKey({ KeyId, KeySpec: 'AES_256', DryRun }),
      client.decrypt({ CiphertextBlob, DryRun }),
      client.decrypt({ KeyId, DryRun, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }),
      client.reEncrypt({ CiphertextBlob, DestinationKeyId, DryRun }),
    ].map(async (run) => (await exceptionOf(run)).name);
    expect(await Promise.all(runs(root))).toEqual(Array(5).fill('DryRunOperationException'));
    expect(await Promise.all(runs(kms.as(READER)))).toEqual(Array(5).fill('AccessDeniedException'));
  });
});

describe('keys', () => {
  it('are described as AWS KMS does', async () => {
    const { now } = clock();
    const root = new LocalKms({ now }).as(ROOT, { region: 'eu-west-1' });
    const { KeyMetadata } = await root.createKey({ Description: 'orders' });
    expect(KeyMetadata).toEqual({
      AWSAccountId: ACCOUNT,
      Arn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${KeyMetadata.KeyId}`,
      CreationDate: now(),
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      Description: 'orders',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    });
    expect((await root.describeKey({ KeyId: KeyMetadata.KeyId })).KeyMetadata).toEqual(KeyMetadata);
  });

  it('of several Regions are primaries without replicas', async () => {
    const { root } = await scene();
    const { KeyMetadata: { Arn, KeyId, MultiRegionConfiguration } } = await root.createKey({ MultiRegion: true });
    expect(KeyId).toMatch(/^mrk-[0-9a-f]{32}$/);
    expect(MultiRegionConfiguration).toEqual({ MultiRegionKeyType: 'PRIMARY', PrimaryKey: { Arn, Region: 'us-east-1' }, ReplicaKeys: [] });
    const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('x') });
    await root.decrypt({ CiphertextBlob });
  });

  it('to import material into wait for it', async () => {
    const { root } = await scene();
    const { KeyMetadata } = await root.createKey({ Origin: 'EXTERNAL' });
    expect(KeyMetadata).toMatchObject({ KeyState: 'PendingImport', Enabled: false, Origin: 'EXTERNAL' });
    expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId');
  });

  it('get the account\'s policy when none is given, and give back their own text', async () => {
    const { root, keyArn: KeyId } = await scene();
    const { Policy, PolicyName } = await root.getKeyPolicy({ KeyId });
    expect(PolicyName).toBe('default');
    expect(JSON.parse(Policy)).toEqual({
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }],
    });
    const text = ` ${keyPolicy(accountStatement())} `;
    await root.putKeyPolicy({ KeyId, Policy: text });
    expect((await root.getKeyPolicy({ KeyId })).Policy).toBe(text);
  });

  it('have one policy, of the only name there is', async () => {
    const { root, keyArn: KeyId } = await scene();
    expect(await root.listKeyPolicies({ KeyId, Limit: 1 })).toMatchObject({ PolicyNames: ['default'], Truncated: false });
  });

  it('carry a description and tags that change', async () => {
    const { root } = await scene();
    const KeyId = await newKey(root, { Description: 'a', Tags: [{ TagKey: 'a', TagValue: '1' }, { TagKey: 'b', TagValue: '2' }] });
    await root.updateKeyDescription({ KeyId, Description: 'b' });
    await root.tagResource({ KeyId, Tags: [{ TagKey: 'a', TagValue: '3' }] });
    await root.untagResource({ KeyId, TagKeys: ['b', 'absent'] });
    expect((await root.describeKey({ KeyId })).KeyMetadata.Description).toBe('b');
    expect((await root.listResourceTags({ KeyId })).Tags).toEqual([{ TagKey: 'a', TagValue: '3' }]);
  });

  it('are listed page by page, of one account and Region', async () => {
    const { kms, root } = await scene();
    for (let i = 0; i < 5; i++) { await root.createKey(); }
    await newKey(kms.as(ROOT, { region: 'eu-west-1' }));
    const found: string[] = [];
    let Marker: string | undefined;
    do {
      const answer = await root.listKeys({ Limit: 3, Marker });
      found.push(...answer.Keys.map(({ KeyArn }) => KeyArn));
      Marker = answer.Truncated ? answer.NextMarker : undefined;
    } while (Marker);
    expect(new Set(found).size).toBe(7);
    expect((await root.listKeys({ ResourceOwners: ['OTHER_ACCOUNTS_VIA_RAM'] })).Keys).toEqual([]);
  });
});

describe('aliases', () => {
  it('move from key to key, and old ciphertexts stay with the old one', async () => {
    const { root, otherKeyArn, keyArn, ciphertext: CiphertextBlob } = await scene();
    await root.updateAlias({ AliasName: 'alias/present', TargetKeyId: otherKeyArn });
    expect((await root.describeKey({ KeyId: 'alias/present' })).KeyMetadata.Arn).toBe(otherKeyArn);
    expect((await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).KeyId).toBe(keyArn);
  });

  it.each([
    ['one that signs', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }],
    ['one of HMACs', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
  ] as const)('do not move from a symmetric key to %s', async (_, kind) => {
    const { root, keyArn } = await scene();
    const TargetKeyId = await newKey(root, kind);
    expect((await exceptionOf(root.updateAlias({ AliasName: 'alias/present', TargetKeyId }))).name).toBe('ValidationException');
    expect((await root.describeKey({ KeyId: 'alias/present' })).KeyMetadata.Arn).toBe(keyArn);
  });

  it('are listed, of all keys or of one, and deleted', async () => {
    const { now } = clock();
    const { root, keyArn, otherKeyArn } = await scene(now);
    await root.createAlias({ AliasName: 'alias/b', TargetKeyId: otherKeyArn });
    const entry = (name: string, arn: string) => ({
      AliasName: name, AliasArn: `arn:aws:kms:us-east-1:${ACCOUNT}:${name}`, TargetKeyId: arn.split('/')[1], CreationDate: now(), LastUpdatedDate: now(),
    });
    expect((await root.listAliases()).Aliases).toEqual([entry('alias/b', otherKeyArn), entry('alias/present', keyArn)]);
    expect((await root.listAliases({ KeyId: keyArn })).Aliases).toEqual([entry('alias/present', keyArn)]);
    await root.deleteAlias({ AliasName: 'alias/b' });
    expect((await root.listAliases()).Aliases).toHaveLength(1);
  });

  it('take the permission on the alias, on the key they leave and on the one they move onto', async () => {
    const { kms, keyArn, otherKeyArn } = await scene();
    const alias = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/present`;
    const update = (resources: string[]) => {
      const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:UpdateAlias', Resource: resources }] };
      return exceptionOf(kms.as({ arn: READER, identityPolicies: [policy] }).updateAlias({ AliasName: 'alias/present', TargetKeyId: otherKeyArn }));
    };
    for (const missing of [alias, keyArn, otherKeyArn]) {
      const { message } = await update([alias, keyArn, otherKeyArn].filter((resource) => resource !== missing));
      expect(message).toContain(`kms:UpdateAlias on resource: ${missing} because`);
    }
    expect((await update([alias, keyArn, otherKeyArn])).name).toBeUndefined();
  });
});

describe('time', () => {
  it('deletes a key and its aliases when the window is over, not before', async () => {
    const { now, pass } = clock();
    const { root, keyArn: KeyId, ciphertext: CiphertextBlob } = await scene(now);
    const scheduled = await root.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    expect(scheduled).toMatchObject({ KeyId, KeyState: 'PendingDeletion', PendingWindowInDays: 7, DeletionDate: new Date('2026-01-08T00:00:00Z') });
    pass(6.9);
    expect((await root.describeKey({ KeyId })).KeyMetadata).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: scheduled.DeletionDate, Enabled: false });
    pass(0.1);
    await expect(root.describeKey({ KeyId })).rejects.toThrow(`Key '${KeyId}' does not exist`);
    await expect(root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect((await root.listAliases()).Aliases).toEqual([]);
    expect((await root.listKeys()).Keys).toHaveLength(1);
  });

  it('waits 30 days when no window is given', async () => {
    const { root, keyArn: KeyId } = await scene();
    expect((await root.scheduleKeyDeletion({ KeyId })).PendingWindowInDays).toBe(30);
  });

  it('rotates when due; the old material still decrypts', async () => {
    const { now, pass } = clock();
    const { root, keyArn: KeyId, ciphertext: CiphertextBlob } = await scene(now);
    await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    const material = async () => (await root.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
    const first = await material();
    pass(89);
    expect(await material()).toBe(first);
    pass(1);
    const second = await material();
    expect(second).not.toBe(first);
    expect((await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).KeyMaterialId).toBe(first);
    expect((await root.generateDataKey({ KeyId, KeySpec: 'AES_256' })).KeyMaterialId).toBe(second);
    expect(await root.getKeyRotationStatus({ KeyId })).toMatchObject({
      KeyId, KeyRotationEnabled: true, RotationPeriodInDays: 90, NextRotationDate: new Date('2026-06-30T00:00:00Z'),
    });
  });

  it('rotates no key whose rotation is off, that is disabled or that waits for its deletion', async () => {
    const { now, pass } = clock();
    const { root, keyArn: KeyId } = await scene(now);
    const material = async () => (await root.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
    const first = await material();
    await root.enableKeyRotation({ KeyId });
    await root.disableKeyRotation({ KeyId });
    expect(await root.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: false });
    pass(400);
    expect(await material()).toBe(first);
    await root.enableKeyRotation({ KeyId });
    await root.scheduleKeyDeletion({ KeyId });
    expect(await root.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: false });
    await root.cancelKeyDeletion({ KeyId });
    pass(1000);
    expect(await material()).toBe(first);
    await root.enableKey({ KeyId });
    const second = await material();
    expect(second).not.toBe(first); // overdue: at once, and once
    expect((await root.getKeyRotationStatus({ KeyId })).NextRotationDate).toEqual(new Date(now().getTime() + 365 * DAY));
    expect(await material()).toBe(second);
  });

  it('counts the days since a key was last used', async () => {
    const { now, pass } = clock();
    const { kms, root, keyArn: KeyId } = await scene(now);
    const client = kms.as(allowed(READER, ['DisableKey'], { NumericGreaterThanEquals: { 'kms:TrailingDaysWithoutKeyUsage': '90' } }));
    pass(60);
    await root.encrypt({ KeyId, Plaintext: bytes('x') });
    pass(89.9);
    await expect(client.disableKey({ KeyId })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    pass(0.1);
    await client.disableKey({ KeyId });
  });
});
