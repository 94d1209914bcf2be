import { DAY, describeKey, ELSEWHERE, HERE, Message, scene, THERE, type MultiRegionScene } from './multi-region-scene';
import { allowed, exceptionOf, newKey, READER } from './scene';

// AWS KMS Developer Guide, Changing the primary key in a set of multi-Region keys; Deleting multi-Region keys
describe('UpdatePrimaryRegion', () => {
  it('swaps the primary and the replica, which keep all else', async () => {
    const { here, there, inRegion, KeyId, primaryArn, replicaArn } = await scene();
    await here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE });
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Message });
    await here.updatePrimaryRegion({ KeyId, PrimaryRegion: THERE });
    const configuration = (await describeKey(there, KeyId)).MultiRegionConfiguration!;
    expect(configuration).toMatchObject({ MultiRegionKeyType: 'PRIMARY', PrimaryKey: { Arn: replicaArn, Region: THERE } });
    expect(configuration.ReplicaKeys.map(({ Region }) => Region)).toEqual([ELSEWHERE, HERE]);
    expect((await describeKey(here, KeyId)).MultiRegionConfiguration!.MultiRegionKeyType).toBe('REPLICA');
    expect((await here.decrypt({ CiphertextBlob })).KeyId).toBe(primaryArn);
    expect((await exceptionOf(here.enableKeyRotation({ KeyId }))).name).toBe('UnsupportedOperationException');
    await there.enableKeyRotation({ KeyId });
    expect((await exceptionOf(here.replicateKey({ KeyId, ReplicaRegion: 'eu-west-3' }))).name).toBe('UnsupportedOperationException');
    await there.replicateKey({ KeyId, ReplicaRegion: 'eu-west-3' });
    await there.updatePrimaryRegion({ KeyId, PrimaryRegion: ELSEWHERE });
    expect((await describeKey(inRegion(ELSEWHERE), KeyId)).MultiRegionConfiguration!.MultiRegionKeyType).toBe('PRIMARY');
  });

  it.each<[string, (at: MultiRegionScene) => Promise<unknown>, string]>([
    ['by a replica', ({ there, KeyId }) => there.updatePrimaryRegion({ KeyId, PrimaryRegion: THERE }), 'UnsupportedOperationException'],
    ['of a single-Region key', async ({ here }) => here.updatePrimaryRegion({ KeyId: await newKey(here), PrimaryRegion: THERE }), 'UnsupportedOperationException'],
    ['to where the primary is', ({ here, KeyId }) => here.updatePrimaryRegion({ KeyId, PrimaryRegion: HERE }), 'UnsupportedOperationException'],
    ['to where there is no replica', ({ here, KeyId }) => here.updatePrimaryRegion({ KeyId, PrimaryRegion: ELSEWHERE }), 'NotFoundException'],
    ['to what is no Region', ({ here, KeyId }) => here.updatePrimaryRegion({ KeyId, PrimaryRegion: 'Ireland' }), 'ValidationException'],
    ['to a disabled replica', async ({ here, there, KeyId }) => {
      await there.disableKey({ KeyId });
      await here.updatePrimaryRegion({ KeyId, PrimaryRegion: THERE });
    }, 'DisabledException'],
    ['to a replica that waits for its deletion', async ({ here, there, KeyId }) => {
      await there.scheduleKeyDeletion({ KeyId });
      await here.updatePrimaryRegion({ KeyId, PrimaryRegion: THERE });
    }, 'KMSInvalidStateException'],
  ])('is refused %s', async (_, update, name) => {
    const at = await scene();
    expect((await exceptionOf(update(at))).name).toBe(name);
    expect((await describeKey(at.here, at.KeyId)).MultiRegionConfiguration!.MultiRegionKeyType).toBe('PRIMARY');
  });

  it('takes the permission on both keys, each in its Region', async () => {
    const { inRegion, KeyId, primaryArn, replicaArn } = await scene();
    const update = (Resource: string[]) => {
      const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: 'kms:UpdatePrimaryRegion', Resource }] };
      return exceptionOf(inRegion(HERE, { arn: READER, identityPolicies: [policy] }).updatePrimaryRegion({ KeyId, PrimaryRegion: THERE }));
    };
    expect((await update([primaryArn])).message).toContain(`kms:UpdatePrimaryRegion on resource: ${replicaArn} because`);
    expect((await update([replicaArn])).message).toContain(`kms:UpdatePrimaryRegion on resource: ${primaryArn} because`);
    expect((await update([primaryArn, replicaArn])).name).toBeUndefined();
  });

  it.each([[THERE, undefined], ['eu-west-3', 'AccessDeniedException']])('to a Region that kms:PrimaryRegion limits to %s ends in %s', async (region, name) => {
    const { inRegion, KeyId } = await scene();
    const client = inRegion(HERE, allowed(READER, ['UpdatePrimaryRegion'], { StringEquals: { 'kms:PrimaryRegion': region } }));
    expect((await exceptionOf(client.updatePrimaryRegion({ KeyId, PrimaryRegion: THERE }))).name).toBe(name);
  });
});

describe('deletion', () => {
  it('of a replica leaves the others, and replicating again brings the same key back', async () => {
    const { here, there, KeyId, replicaArn, pass } = await scene();
    const { CiphertextBlob } = await there.encrypt({ KeyId, Plaintext: Message });
    await there.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyId });
    await there.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    expect((await exceptionOf(here.replicateKey({ KeyId, ReplicaRegion: THERE }))).name).toBe('AlreadyExistsException');
    pass(7);
    expect((await exceptionOf(there.describeKey({ KeyId }))).name).toBe('NotFoundException');
    expect((await describeKey(here, KeyId)).MultiRegionConfiguration!.ReplicaKeys).toEqual([]);
    expect((await here.decrypt({ CiphertextBlob })).Plaintext).toEqual(Message);
    expect((await here.replicateKey({ KeyId, ReplicaRegion: THERE })).ReplicaKeyMetadata.Arn).toBe(replicaArn);
    expect((await there.decrypt({ CiphertextBlob })).Plaintext).toEqual(Message);
    expect((await there.listAliases()).Aliases).toEqual([]);
  });

  it('of a primary waits for the last replica, and its waiting period begins then', async () => {
    const { here, there, inRegion, KeyId, primaryArn, pass } = await scene();
    await here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE });
    const scheduled = await here.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 10 });
    expect(scheduled).toMatchObject({ KeyId: primaryArn, KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 10 });
    expect(scheduled).not.toHaveProperty('DeletionDate');
    expect(await describeKey(here, KeyId)).toMatchObject({ KeyState: 'PendingReplicaDeletion', Enabled: false, PendingDeletionWindowInDays: 10 });
    pass(1000);
    expect(await describeKey(here, KeyId)).not.toHaveProperty('DeletionDate');
    await there.encrypt({ KeyId, Plaintext: Message });
    const { DeletionDate: last } = await inRegion(ELSEWHERE).scheduleKeyDeletion({ KeyId, PendingWindowInDays: 20 });
    await there.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    pass(19.9);
    expect((await describeKey(here, KeyId)).KeyState).toBe('PendingReplicaDeletion');
    pass(0.1);
    const waiting = await describeKey(here, KeyId);
    expect(waiting).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: new Date(last!.getTime() + 10 * DAY) });
    expect(waiting).not.toHaveProperty('PendingDeletionWindowInDays');
    pass(10);
    expect((await exceptionOf(here.describeKey({ KeyId }))).name).toBe('NotFoundException');
  });

  it('of all of them comes at its time even when nobody looks meanwhile', async () => {
    const { here, there, inRegion, KeyId, pass } = await scene();
    await here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE });
    await here.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await inRegion(ELSEWHERE).scheduleKeyDeletion({ KeyId, PendingWindowInDays: 30 });
    await there.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    pass(36.9);
    expect((await describeKey(here, KeyId)).KeyState).toBe('PendingDeletion');
    pass(0.1);
    expect((await here.listKeys()).Keys).toEqual([]);
  });

  it('of a primary can be cancelled while it waits for its replicas', async () => {
    const { here, there, KeyId, pass } = await scene();
    await here.scheduleKeyDeletion({ KeyId });
    await here.cancelKeyDeletion({ KeyId });
    await there.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    pass(100);
    const metadata = await describeKey(here, KeyId);
    expect(metadata).toMatchObject({ KeyState: 'Disabled' });
    expect(metadata).not.toHaveProperty('PendingDeletionWindowInDays');
  });

  it('of a primary without replicas begins at once', async () => {
    const { here, there, KeyId, pass } = await scene();
    await there.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    pass(7);
    expect(await here.scheduleKeyDeletion({ KeyId })).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: expect.any(Date) });
  });

  it('of the former primary goes by itself after its place was moved', async () => {
    const { here, there, KeyId, pass } = await scene();
    await here.updatePrimaryRegion({ KeyId, PrimaryRegion: THERE });
    expect((await here.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 })).KeyState).toBe('PendingDeletion');
    pass(7);
    expect((await describeKey(there, KeyId)).MultiRegionConfiguration!.ReplicaKeys).toEqual([]);
  });
});
