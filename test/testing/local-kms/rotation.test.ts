import { bytes, clock, CONTEXT, exceptionOf, newKey, scene } from './scene';

const MINUTE = 1 / (24 * 60); // in days
const MATERIAL_ID = /^[0-9a-f]{64}$/;

/** A key and what it has rotated to. */
async function rotating() {
  const { now, pass } = clock();
  const at = await scene(now);
  const KeyId = at.keyArn;
  const rotations = async (request: object = {}) => (await at.root.listKeyRotations({ KeyId, ...request })).Rotations;
  return { ...at, KeyId, now, pass, rotations };
}

describe('on demand', () => {
  it('a key rotates at once, and what was encrypted before still decrypts', async () => {
    const { root, KeyId, ciphertext: CiphertextBlob } = await rotating();
    const before = (await root.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
    expect((await root.rotateKeyOnDemand({ KeyId })).KeyId).toBe(KeyId.split('/')[1]);
    const after = (await root.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
    expect(after).not.toBe(before);
    expect((await root.generateDataKey({ KeyId, KeySpec: 'AES_256' })).KeyMaterialId).toBe(after);
    expect(await root.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT })).toMatchObject({ Plaintext: bytes('order 1'), KeyMaterialId: before });
    const again = await root.reEncrypt({ CiphertextBlob, SourceEncryptionContext: CONTEXT, DestinationKeyId: KeyId });
    expect(again).toMatchObject({ SourceKeyMaterialId: before, DestinationKeyMaterialId: after });
  });

  it('25 times in the life of a key, whatever rotated by itself in between', async () => {
    const { root, KeyId, pass, rotations } = await rotating();
    await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    for (let i = 0; i < 25; i++) {
      await root.rotateKeyOnDemand({ KeyId });
      pass(10);
    }
    expect(await exceptionOf(root.rotateKeyOnDemand({ KeyId }))).toEqual({
      name: 'LimitExceededException', message: 'A key may be rotated on demand 25 times.',
    });
    expect((await rotations()).map(({ RotationType }) => RotationType).filter((type) => type === 'AUTOMATIC')).toHaveLength(2);
    expect(await rotations()).toHaveLength(27);
  });

  it('is out of the schedule of the automatic rotation', async () => {
    const { root, KeyId, pass } = await rotating();
    await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    const { NextRotationDate } = await root.getKeyRotationStatus({ KeyId });
    pass(80);
    await root.rotateKeyOnDemand({ KeyId });
    const status = await root.getKeyRotationStatus({ KeyId });
    expect(status).toMatchObject({ KeyRotationEnabled: true, NextRotationDate });
    expect(status).not.toHaveProperty('OnDemandRotationStartDate'); // done already
  });

  it('is refused in the 20 minutes before an automatic rotation', async () => {
    const { root, KeyId, pass } = await rotating();
    await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    pass(90 - 21 * MINUTE);
    await root.rotateKeyOnDemand({ KeyId });
    pass(MINUTE);
    expect((await exceptionOf(root.rotateKeyOnDemand({ KeyId }))).name).toBe('ConflictException');
    pass(20 * MINUTE);
    await root.rotateKeyOnDemand({ KeyId });
  });

  it('is refused to a key that is not for symmetric encryption', async () => {
    const { root } = await rotating();
    const KeyId = await newKey(root, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const refused = { name: 'UnsupportedOperationException', message: `${KeyId} key spec is HMAC_256 which is not valid for this operation.` };
    expect(await exceptionOf(root.rotateKeyOnDemand({ KeyId }))).toEqual(refused);
    expect(await exceptionOf(root.listKeyRotations({ KeyId }))).toEqual(refused);
  });
});

describe('the history of a key', () => {
  it('is its rotations, the oldest first, with the date that was due and the type', async () => {
    const { root, KeyId, pass, now, rotations } = await rotating();
    expect(await rotations()).toEqual([]);
    await root.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    pass(50);
    await root.rotateKeyOnDemand({ KeyId });
    const onDemand = now();
    pass(41);
    const entry = { KeyId: KeyId.split('/')[1], KeyMaterialId: expect.stringMatching(MATERIAL_ID) };
    expect(await rotations()).toEqual([
      { ...entry, KeyMaterialState: 'NON_CURRENT', RotationDate: onDemand, RotationType: 'ON_DEMAND' },
      { ...entry, KeyMaterialState: 'CURRENT', RotationDate: new Date('2026-04-01T00:00:00Z'), RotationType: 'AUTOMATIC' },
    ]);
  });

  it('has the first material when all is asked for, which was never rotated to', async () => {
    const { root, KeyId, rotations } = await rotating();
    const IncludeKeyMaterial = 'ALL_KEY_MATERIAL';
    const CurrentKeyMaterialId = (await root.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId;
    const first = { KeyId: KeyId.split('/')[1], KeyMaterialId: CurrentKeyMaterialId };
    expect(await rotations({ IncludeKeyMaterial })).toEqual([{ ...first, KeyMaterialState: 'CURRENT' }]);
    await root.rotateKeyOnDemand({ KeyId });
    expect(await rotations({ IncludeKeyMaterial })).toEqual([{ ...first, KeyMaterialState: 'NON_CURRENT' }, expect.objectContaining({ KeyMaterialState: 'CURRENT' })]);
    expect(await rotations({ IncludeKeyMaterial: 'ROTATIONS_ONLY' })).toHaveLength(1);
  });

  it('comes in pages', async () => {
    const { root, KeyId, rotations } = await rotating();
    for (let i = 0; i < 12; i++) { await root.rotateKeyOnDemand({ KeyId }); }
    const first = await root.listKeyRotations({ KeyId, Limit: 10 });
    expect(first).toMatchObject({ Truncated: true });
    const rest = await root.listKeyRotations({ KeyId, Limit: 10, Marker: first.Truncated ? first.NextMarker : '' });
    expect(rest).toMatchObject({ Truncated: false });
    expect([...first.Rotations, ...rest.Rotations]).toEqual(await rotations());
  });
});
