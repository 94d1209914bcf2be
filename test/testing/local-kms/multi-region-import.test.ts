import { FOREVER, importing, material, NEW } from './importing';
import { bytes, DAY, exceptionOf, ROOT } from './scene';
import { wrapped } from './wrapped-key-material';
import type { KmsClient } from '../../../src/testing';

describe('a multi-Region key', () => {
  /** A primary key with material and its replica, which has none yet. */
  async function replicated() {
    const { root: here, KeyId: primary, put, kms, now, pass } = await importing({ MultiRegion: true });
    const { KeyMaterialId } = await put(material(1));
    await here.replicateKey({ KeyId: primary, ReplicaRegion: 'eu-west-1' });
    const there = kms.as(ROOT, { region: 'eu-west-1' });
    const KeyId = primary.split('/')[1]!;
    const putThere = async (byte: number, more: object = {}) =>
      there.importKeyMaterial({ KeyId, ...await wrapped(there, KeyId, material(byte)), ...FOREVER, ...more });
    const states = async (client: KmsClient) => (await client.listKeyRotations({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).Rotations
      .map(({ KeyMaterialState, ImportState }: { KeyMaterialState: string; ImportState?: string }) => `${KeyMaterialState} ${ImportState}`);
    return { here, there, KeyId, put, putThere, states, KeyMaterialId, now, pass };
  }

  it('wants the same material in each Region, under the same id', async () => {
    const { here, there, KeyId, putThere, KeyMaterialId } = await replicated();
    expect((await there.describeKey({ KeyId })).KeyMetadata).toMatchObject({ KeyState: 'PendingImport' });
    expect((await exceptionOf(putThere(2))).name).toBe('IncorrectKeyMaterialException');
    expect((await exceptionOf(putThere(2, NEW))).name).toBe('UnsupportedOperationException');
    expect((await putThere(1)).KeyMaterialId).toBe(KeyMaterialId);
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: bytes('x') });
    expect((await there.decrypt({ CiphertextBlob })).Plaintext).toEqual(bytes('x'));
  });

  it('rotates as a whole, once every Region has the new material', async () => {
    const { here, there, KeyId, put, putThere, states } = await replicated();
    await putThere(1);
    await put(material(2), { ...FOREVER, ...NEW });
    expect(await states(here)).toEqual(['CURRENT IMPORTED', 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION IMPORTED']);
    expect(await states(there)).toEqual(['CURRENT IMPORTED', 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION PENDING_IMPORT']);
    expect((await exceptionOf(here.rotateKeyOnDemand({ KeyId }))).name).toBe('KMSInvalidStateException');
    await putThere(2);
    expect(await states(here)).toEqual(['CURRENT IMPORTED', 'PENDING_ROTATION IMPORTED']);
    await here.rotateKeyOnDemand({ KeyId });
    for (const client of [here, there]) { expect(await states(client)).toEqual(['NON_CURRENT IMPORTED', 'CURRENT IMPORTED']); }
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: bytes('x') });
    await there.decrypt({ CiphertextBlob });
  });

  it('imports again in a Region what expired there before the rotation; what expired in the primary is gone everywhere', async () => {
    const { here, there, put, putThere, states, now, pass } = await replicated();
    const within = (days: number) => ({ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(now().getTime() + days * DAY) });
    await putThere(1);
    await put(material(2), { ...NEW, ...within(3) });
    await putThere(2, within(1));
    pass(1);
    expect(await states(there)).toEqual(['CURRENT IMPORTED', 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION PENDING_IMPORT']);
    await putThere(2);
    expect(await states(here)).toEqual(['CURRENT IMPORTED', 'PENDING_ROTATION IMPORTED']);
    pass(2);
    for (const client of [here, there]) { expect(await states(client)).toEqual(['CURRENT IMPORTED']); }
  });

  it('loses in each Region alone what is deleted there; what the primary was to rotate to, everywhere', async () => {
    const { here, there, KeyId, put, putThere, states } = await replicated();
    await putThere(1);
    const { KeyMaterialId } = await put(material(2), { ...FOREVER, ...NEW });
    await putThere(2);
    await there.deleteImportedKeyMaterial({ KeyId, KeyMaterialId });
    expect(await states(here)).toEqual(['CURRENT IMPORTED', 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION IMPORTED']);
    await here.deleteImportedKeyMaterial({ KeyId, KeyMaterialId });
    for (const client of [here, there]) { expect(await states(client)).toEqual(['CURRENT IMPORTED']); }
    await there.deleteImportedKeyMaterial({ KeyId });
    expect((await here.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('Enabled');
    expect((await there.describeKey({ KeyId })).KeyMetadata.KeyState).toBe('PendingImport');
  });
});
