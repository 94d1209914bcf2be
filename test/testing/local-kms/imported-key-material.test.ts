import { createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { EXISTING, FOREVER, importing, material, NEW, type CreateKey } from './importing';
import { bytes, DAY, exceptionOf, newKey } from './scene';
import { wrapped } from './wrapped-key-material';

const pkcs8 = (key: KeyObject) => Uint8Array.from(key.export({ type: 'pkcs8', format: 'der' }));

describe('imported key material', () => {
  it('is what the key encrypts with, and tells its id', async () => {
    const { root, KeyId, put, metadata } = await importing();
    const { KeyMaterialId, KeyId: arn } = await put(material(1));
    expect({ arn, KeyMaterialId }).toEqual({ arn: KeyId, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled', CurrentKeyMaterialId: KeyMaterialId, ...FOREVER });
    const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('x') });
    expect(await root.decrypt({ CiphertextBlob })).toMatchObject({ Plaintext: bytes('x'), KeyMaterialId });
  });

  it('does not make one key read the ciphertexts of another, though the material is the same', async () => {
    const { root, KeyId, put } = await importing();
    const first = await put(material(1));
    const other = await newKey(root, { Origin: 'EXTERNAL' });
    const second = await root.importKeyMaterial({ KeyId: other, ...await wrapped(root, other, material(1)), ...FOREVER });
    expect(second.KeyMaterialId).not.toBe(first.KeyMaterialId);
    const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('x') });
    expect((await exceptionOf(root.decrypt({ KeyId: other, CiphertextBlob }))).name).toBe('IncorrectKeyException');
    const [ours, theirs] = [KeyId, other].map((arn) => Buffer.from(arn.split('/')[1]!));
    const forged = Buffer.from(CiphertextBlob);
    forged.set(theirs!, forged.indexOf(ours!));
    expect((await exceptionOf(root.decrypt({ KeyId: other, CiphertextBlob: forged }))).name).toBe('InvalidCiphertextException');
  });

  it.each<[CreateKey['KeySpec'], number]>([['HMAC_224', 28], ['HMAC_256', 32], ['HMAC_384', 48], ['HMAC_512', 64]])('of %s makes the MACs of that key', async (KeySpec, length) => {
    const { root, KeyId, put } = await importing({ KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' });
    const secret = randomBytes(length);
    await put(secret);
    const MacAlgorithm = KeySpec!.replace('_', '_SHA_') as 'HMAC_SHA_256';
    const { Mac } = await root.generateMac({ KeyId, Message: bytes('x'), MacAlgorithm });
    expect(Buffer.from(Mac)).toEqual(createHmac(`sha${length * 8}`, secret).update('x').digest());
    expect((await exceptionOf(put(randomBytes(length + 1)))).name).toBe('IncorrectKeyMaterialException');
  });

  it.each<[CreateKey['KeySpec'], 'ECDSA_SHA_256' | 'ECDSA_SHA_384' | 'ECDSA_SHA_512' | 'ED25519_SHA_512', string | null, () => KeyObject]>([
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', null, () => generateKeyPairSync('ed25519').privateKey],
  ])('of %s verifies what was signed outside', async (KeySpec, SigningAlgorithm, hash, generate) => {
    const { root, KeyId, put } = await importing({ KeySpec, KeyUsage: 'SIGN_VERIFY' });
    const key = generate();
    await put(pkcs8(key));
    const Signature = Uint8Array.from(sign(hash, bytes('x'), key));
    await root.verify({ KeyId, Message: bytes('x'), Signature, SigningAlgorithm });
    expect((await exceptionOf(put(pkcs8(generate())))).name).toBe('IncorrectKeyMaterialException'); // once and for all
    await put(pkcs8(key));
  });

  it.each(['RSA_AES_KEY_WRAP_SHA_1', 'RSA_AES_KEY_WRAP_SHA_256'] as const)('of RSA_2048 comes by %s', async (WrappingAlgorithm) => {
    const { root, KeyId } = await importing({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const offer = await wrapped(root, KeyId, pkcs8(privateKey), { WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' });
    await root.importKeyMaterial({ KeyId, ...offer, ...FOREVER });
    expect(Buffer.from((await root.getPublicKey({ KeyId })).PublicKey)).toEqual(publicKey.export({ type: 'spki', format: 'der' }));
  });

  it.each([
    ['of another curve', () => pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)],
    ['of another kind', () => pkcs8(generateKeyPairSync('ed25519').privateKey)],
    ['that is no private key', () => material(1)],
  ])('%s is refused', async (_, bytesOfKey) => {
    const { put, metadata } = await importing({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect((await exceptionOf(put(bytesOfKey()))).name).toBe('IncorrectKeyMaterialException');
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
  });
});

describe('an expiration', () => {
  const at = (now: Date, days: number) => ({ ValidTo: new Date(now.getTime() + days * DAY) });

  it('takes the material and leaves the key pending import, until the same is imported again', async () => {
    const { root, KeyId, now, pass, put, metadata, rotations } = await importing();
    const validTo = at(now(), 10);
    const { KeyMaterialId } = await put(material(1), validTo);
    const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('x') });
    expect(await metadata()).toMatchObject({ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ...validTo });
    expect(await rotations()).toMatchObject([{ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ...validTo, ImportState: 'IMPORTED' }]);
    pass(9.9);
    await root.decrypt({ CiphertextBlob });
    pass(0.1);
    const { name, message } = await exceptionOf(root.decrypt({ CiphertextBlob }));
    expect({ name, message }).toEqual({ name: 'KMSInvalidStateException', message: `${KeyId} is pending import.` });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport', CurrentKeyMaterialId: KeyMaterialId });
    expect(await metadata()).not.toHaveProperty('ExpirationModel');
    expect(await rotations()).toEqual([
      { KeyId: KeyId.split('/')[1], KeyMaterialId, ImportState: 'PENDING_IMPORT', KeyMaterialState: 'CURRENT' },
    ]);
    expect((await exceptionOf(put(material(2)))).name).toBe('IncorrectKeyMaterialException');
    await put(material(1));
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled', ...FOREVER });
    await root.decrypt({ CiphertextBlob });
  });

  it('is changed by importing again', async () => {
    const { now, pass, put, metadata } = await importing();
    await put(material(1), at(now(), 1));
    await put(material(1), at(now(), 2));
    pass(1);
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled', ...at(now(), 1) });
    await put(material(1));
    pass(400);
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled' });
    expect(await metadata()).not.toHaveProperty('ValidTo');
  });

  it.each<[string, (now: Date) => object]>([
    ['no date', () => ({})],
    ['no date for the model', () => ({ ExpirationModel: 'KEY_MATERIAL_EXPIRES' })],
    ['a date that is past', (now) => at(now, 0)],
    ['a date more than 365 days away', (now) => at(now, 365.01)],
    ['a date for what does not expire', (now) => ({ ...FOREVER, ...at(now, 1) })],
  ])('may not have %s', async (_, expiration) => {
    const { now, put } = await importing();
    expect((await exceptionOf(put(material(1), expiration(now())))).name).toBe('ValidationException');
  });
});

describe('new key material', () => {
  it('waits for a rotation on demand, after which the old still decrypts', async () => {
    const { root, KeyId, put, rotations } = await importing();
    const first = await put(material(1), { ...FOREVER, KeyMaterialDescription: 'of 2025' });
    const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('x') });
    expect((await exceptionOf(root.rotateKeyOnDemand({ KeyId }))).message).toBe(`No available key material pending rotation for the key: ${KeyId}.`);
    const second = await put(material(2), { ...FOREVER, ...NEW, KeyMaterialDescription: 'of 2026' });
    const entry = { KeyId: KeyId.split('/')[1], ImportState: 'IMPORTED', ...FOREVER };
    const before = { ...entry, KeyMaterialId: first.KeyMaterialId, KeyMaterialDescription: 'of 2025' };
    const after = { ...entry, KeyMaterialId: second.KeyMaterialId, KeyMaterialDescription: 'of 2026' };
    expect(await rotations()).toEqual([{ ...before, KeyMaterialState: 'CURRENT' }, { ...after, KeyMaterialState: 'PENDING_ROTATION' }]);
    expect((await root.generateDataKey({ KeyId, KeySpec: 'AES_256' })).KeyMaterialId).toBe(first.KeyMaterialId);
    await root.rotateKeyOnDemand({ KeyId });
    expect(await rotations()).toEqual([
      { ...before, KeyMaterialState: 'NON_CURRENT' },
      { ...after, KeyMaterialState: 'CURRENT', RotationDate: expect.any(Date), RotationType: 'ON_DEMAND' },
    ]);
    expect((await root.generateDataKey({ KeyId, KeySpec: 'AES_256' })).KeyMaterialId).toBe(second.KeyMaterialId);
    expect((await root.decrypt({ CiphertextBlob })).KeyMaterialId).toBe(first.KeyMaterialId);
  });

  it('that lacks any of the older makes the whole key pending import', async () => {
    const { root, KeyId, put, metadata } = await importing();
    const { KeyMaterialId } = await put(material(1));
    await put(material(2), { ...FOREVER, ...NEW });
    await root.rotateKeyOnDemand({ KeyId });
    await root.deleteImportedKeyMaterial({ KeyId, KeyMaterialId });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
    await put(material(1), { ...FOREVER, KeyMaterialId });
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled' });
  });

  it('that is pending expires or is deleted without harm to the key, and makes room for other', async () => {
    const { root, KeyId, now, pass, put, metadata, rotations } = await importing();
    await put(material(1));
    const { KeyMaterialId } = await put(material(2), { ...FOREVER, ...NEW });
    expect((await exceptionOf(put(material(3), { ...FOREVER, ...NEW }))).name).toBe('KMSInvalidStateException');
    expect((await root.deleteImportedKeyMaterial({ KeyId, KeyMaterialId })).KeyMaterialId).toBe(KeyMaterialId);
    await put(material(3), { ValidTo: new Date(now().getTime() + DAY), ...NEW });
    expect(await rotations()).toHaveLength(2);
    pass(1);
    expect(await rotations()).toHaveLength(1);
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled', ...FOREVER });
  });

  it.each<[string, object, number, string]>([
    ['known material as new', NEW, 1, 'IncorrectKeyMaterialException'],
    ['new material as known', EXISTING, 2, 'IncorrectKeyMaterialException'],
    ['new material without a type', {}, 2, 'IncorrectKeyMaterialException'],
    ['material by the id of other', { KeyMaterialId: 'f'.repeat(64) }, 1, 'IncorrectKeyMaterialException'],
    ['new material by an id', { ...NEW, KeyMaterialId: 'f'.repeat(64) }, 2, 'ValidationException'],
    ['a description beyond its characters', { KeyMaterialDescription: '…' }, 1, 'ValidationException'],
  ])('is not imported as %s', async (_, request, byte, exception) => {
    const { put } = await importing();
    await put(material(1));
    expect((await exceptionOf(put(material(byte), { ...FOREVER, ...request }))).name).toBe(exception);
  });

  it.each([NEW, { KeyMaterialDescription: 'x' }, { KeyMaterialId: 'f'.repeat(64) }])('is for symmetric encryption keys: %j', async (request) => {
    const { put } = await importing({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    expect((await exceptionOf(put(material(1), { ...FOREVER, ...request }))).name).toBe('UnsupportedOperationException');
  });
});

describe('deletion', () => {
  it('of the current material is the default; where there is none, nothing happens', async () => {
    const { root, KeyId, put, metadata } = await importing();
    const none = await root.deleteImportedKeyMaterial({ KeyId });
    expect(none).toMatchObject({ KeyId });
    expect(none).not.toHaveProperty('KeyMaterialId');
    const { KeyMaterialId } = await put(material(1));
    expect(await root.deleteImportedKeyMaterial({ KeyId })).toMatchObject({ KeyId, KeyMaterialId });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport', Enabled: false });
    expect((await exceptionOf(root.deleteImportedKeyMaterial({ KeyId, KeyMaterialId: 'f'.repeat(64) }))).name).toBe('NotFoundException');
  });

  it('does not change the state of a key that waits for its own', async () => {
    const { root, KeyId, put, metadata } = await importing();
    await put(material(1));
    await root.scheduleKeyDeletion({ KeyId });
    await root.deleteImportedKeyMaterial({ KeyId });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingDeletion' });
    await root.cancelKeyDeletion({ KeyId });
    expect(await metadata()).toMatchObject({ KeyState: 'PendingImport' });
    await put(material(1));
    expect(await metadata()).toMatchObject({ KeyState: 'Enabled' });
  });
});

it('a key with imported material does not rotate by itself', async () => {
  const { root, KeyId, put } = await importing();
  await put(material(1));
  const refused = { name: 'UnsupportedOperationException', message: `${KeyId} origin is EXTERNAL which is not valid for this operation.` };
  expect(await exceptionOf(root.enableKeyRotation({ KeyId }))).toEqual(refused);
  expect(await root.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: false });
});

