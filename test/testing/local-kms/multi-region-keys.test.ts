import { describeKey, ELSEWHERE, HERE, Message, scene, THERE, type MultiRegionScene } from './multi-region-scene';
import { ACCOUNT, accountStatement, allowed, CONTEXT, exceptionOf, keyPolicy, newKey, OTHER_ACCOUNT, READER, ROOT } from './scene';
import { LocalKms, type KmsClient } from '../../../src/testing';

// AWS KMS Developer Guide, Multi-Region keys in AWS KMS
describe('ReplicateKey', () => {
  it('makes a key of the same ID in the other Region, with the defaults of CreateKey for what is not shared', async () => {
    const here = new LocalKms().as(ROOT);
    const { KeyMetadata: primary } = await here.createKey({ MultiRegion: true, Description: 'orders', Tags: [{ TagKey: 'team', TagValue: 'orders' }] });
    const { ReplicaKeyMetadata, ReplicaPolicy, ReplicaTags } = await here.replicateKey({ KeyId: primary.KeyId, ReplicaRegion: THERE });
    const Arn = `arn:aws:kms:${THERE}:${ACCOUNT}:key/${primary.KeyId}`;
    expect(ReplicaKeyMetadata).toEqual({
      ...primary,
      Arn,
      Description: '',
      CreationDate: expect.any(Date),
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA', PrimaryKey: { Arn: primary.Arn, Region: HERE }, ReplicaKeys: [{ Arn, Region: THERE }],
      },
    });
    expect(JSON.parse(ReplicaPolicy)).toMatchObject({ Id: 'key-default-1' });
    expect(ReplicaTags).toEqual([]);
  });

  it('takes what is not shared from the request', async () => {
    const { here, inRegion, KeyId } = await scene();
    const Policy = keyPolicy({ ...accountStatement(), Sid: 'Own' });
    const Tags = [{ TagKey: 'place', TagValue: 'south' }];
    const answer = await here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE, Policy, Description: 'south', Tags });
    expect(answer).toMatchObject({ ReplicaKeyMetadata: { Description: 'south' }, ReplicaPolicy: Policy, ReplicaTags: Tags });
    expect((await inRegion(ELSEWHERE).getKeyPolicy({ KeyId })).Policy).toBe(Policy);
    expect((await inRegion(ELSEWHERE).listResourceTags({ KeyId })).Tags).toEqual(Tags);
  });

  it('shows the primary and every replica to each of them', async () => {
    const { here, there, inRegion, KeyId, primaryArn, replicaArn } = await scene();
    await here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE });
    const elsewhere = inRegion(ELSEWHERE);
    const lists = {
      PrimaryKey: { Arn: primaryArn, Region: HERE },
      ReplicaKeys: [{ Arn: replicaArn.replace(THERE, ELSEWHERE), Region: ELSEWHERE }, { Arn: replicaArn, Region: THERE }],
    };
    expect((await describeKey(here, KeyId)).MultiRegionConfiguration).toEqual({ MultiRegionKeyType: 'PRIMARY', ...lists });
    for (const client of [there, elsewhere]) {
      expect((await describeKey(client, KeyId)).MultiRegionConfiguration).toEqual({ MultiRegionKeyType: 'REPLICA', ...lists });
      expect((await client.listKeys()).Keys).toHaveLength(1);
    }
  });

  it.each<[string, (at: MultiRegionScene) => Promise<unknown>, string, RegExp]>([
    ['a single-Region key', async ({ here }) => here.replicateKey({ KeyId: await newKey(here), ReplicaRegion: THERE }), 'UnsupportedOperationException', /is not a multi-Region primary key\.$/],
    ['a replica', ({ there, KeyId }) => there.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE }), 'UnsupportedOperationException', /eu-west-1.* is not a multi-Region primary key\.$/],
    ['a key in the Region of its replica', ({ here, KeyId }) => here.replicateKey({ KeyId, ReplicaRegion: THERE }), 'AlreadyExistsException', /eu-west-1/],
    ['a key in its own Region', ({ here, KeyId }) => here.replicateKey({ KeyId, ReplicaRegion: HERE }), 'AlreadyExistsException', /us-east-1/],
    ['a key in another partition', ({ here, KeyId }) => here.replicateKey({ KeyId, ReplicaRegion: 'cn-north-1' }), 'UnsupportedOperationException', /cn-north-1/],
    ['a key in what is no Region', ({ here, KeyId }) => here.replicateKey({ KeyId, ReplicaRegion: 'Ireland' }), 'ValidationException', /replicaRegion/],
    ['a key by the ARN of another Region', ({ there, primaryArn }) => there.replicateKey({ KeyId: primaryArn, ReplicaRegion: ELSEWHERE }), 'NotFoundException', /Invalid arn us-east-1/],
    ['a key with a policy that locks the caller out', ({ here, KeyId }) => here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE, Policy: keyPolicy(accountStatement(OTHER_ACCOUNT)) }), 'MalformedPolicyDocumentException', /will not allow you/],
    ['a key with a tag of AWS', ({ here, KeyId }) => here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE, Tags: [{ TagKey: 'aws:x', TagValue: '' }] }), 'TagException', /reserved/],
  ])('refuses %s', async (_, replicate, name, message) => {
    expect(await exceptionOf(replicate(await scene()))).toEqual({ name, message: expect.stringMatching(message) });
  });

  it('takes a policy that locks the caller out when the check is bypassed', async () => {
    const { here, inRegion, KeyId } = await scene();
    const Policy = keyPolicy(accountStatement(OTHER_ACCOUNT));
    await here.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE, Policy, BypassPolicyLockoutSafetyCheck: true });
    expect((await exceptionOf(inRegion(ELSEWHERE).describeKey({ KeyId }))).name).toBe('AccessDeniedException');
  });

  it('leaves nothing behind when it is refused', async () => {
    const { here, inRegion, KeyId } = await scene();
    const client = inRegion(HERE, allowed(READER, ['ReplicateKey']));
    await expect(client.replicateKey({ KeyId, ReplicaRegion: ELSEWHERE })).rejects.toThrow('kms:CreateKey');
    expect((await describeKey(here, KeyId)).MultiRegionConfiguration!.ReplicaKeys).toHaveLength(1);
    expect((await inRegion(ELSEWHERE).listKeys()).Keys).toEqual([]);
  });
});

describe('permission to replicate', () => {
  const PERMISSIONS = ['ReplicateKey', 'CreateKey', 'PutKeyPolicy'];
  const outcome = async (condition: object, action: string, ReplicaRegion = ELSEWHERE) => {
    const { inRegion, KeyId } = await scene();
    const statement = (actions: string[], Condition?: object) =>
      ({ Effect: 'Allow' as const, Action: actions.map((name) => `kms:${name}`), Resource: '*', ...(Condition && { Condition }) });
    const Statement = [statement(PERMISSIONS.filter((name) => name !== action)), statement([action], condition)];
    const client = inRegion(HERE, { arn: READER, identityPolicies: [{ Version: '2012-10-17', Statement: Statement as never }] });
    return (await exceptionOf(client.replicateKey({ KeyId, ReplicaRegion }))).name ?? 'allowed';
  };

  it.each<[string, string, object, string]>([
    ['ReplicateKey', 'into this Region', { StringEquals: { 'kms:ReplicaRegion': [ELSEWHERE, 'eu-west-3'] } }, 'allowed'],
    ['ReplicateKey', 'into other Regions only', { StringEquals: { 'kms:ReplicaRegion': 'eu-west-3' } }, 'AccessDeniedException'],
    ['ReplicateKey', 'of primary keys', { StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }, 'allowed'],
    ['ReplicateKey', 'in the Region of the primary', { StringEquals: { 'aws:RequestedRegion': HERE } }, 'allowed'],
    ['CreateKey', 'in the Region of the replica', { StringEquals: { 'aws:RequestedRegion': ELSEWHERE } }, 'allowed'],
    ['CreateKey', 'in the Region of the primary', { StringEquals: { 'aws:RequestedRegion': HERE } }, 'AccessDeniedException'],
    ['CreateKey', 'of replica keys', { StringEquals: { 'kms:MultiRegionKeyType': 'REPLICA' } }, 'allowed'],
    ['CreateKey', 'of primary keys', { StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }, 'AccessDeniedException'],
    ['CreateKey', 'of single-Region keys', { Bool: { 'kms:MultiRegion': 'false' } }, 'AccessDeniedException'],
  ])('kms:%s %s: %j is %s', async (action, _, condition, expected) => {
    expect(await outcome(condition, action)).toBe(expected);
  });

  it('by the key policy of the primary does not make keys: that takes IAM', async () => {
    const { here, inRegion, KeyId } = await scene();
    const Policy = keyPolicy(accountStatement(), { Effect: 'Allow', Principal: { AWS: READER }, Action: ['kms:ReplicateKey', 'kms:CreateKey'], Resource: '*' });
    await here.putKeyPolicy({ KeyId, Policy });
    const replicate = (actions: string[]) => exceptionOf(inRegion(HERE, allowed(READER, actions)).replicateKey({ KeyId, ReplicaRegion: ELSEWHERE }));
    expect((await replicate([])).message).toContain('kms:CreateKey');
    expect((await replicate(['CreateKey', 'PutKeyPolicy'])).name).toBeUndefined();
  });
});

describe('the condition key kms:MultiRegionKeyType', () => {
  it('tells the primary from its replicas', async () => {
    const { inRegion, KeyId } = await scene();
    const replicasOnly = allowed(READER, ['ScheduleKeyDeletion'], { StringEquals: { 'kms:MultiRegionKeyType': 'REPLICA' } });
    expect((await exceptionOf(inRegion(HERE, replicasOnly).scheduleKeyDeletion({ KeyId }))).name).toBe('AccessDeniedException');
    await inRegion(THERE, replicasOnly).scheduleKeyDeletion({ KeyId });
  });
});

describe('related keys share', () => {
  it('the material: what one Region encrypts the others decrypt, each with its own key', async () => {
    const { here, there, KeyId, replicaArn, primaryArn } = await scene();
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Message, EncryptionContext: CONTEXT });
    const opened = await there.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
    expect(opened).toMatchObject({ Plaintext: Message, KeyId: replicaArn, KeyMaterialId: (await describeKey(here, KeyId)).CurrentKeyMaterialId });
    expect((await there.decrypt({ KeyId: replicaArn, CiphertextBlob, EncryptionContext: CONTEXT })).Plaintext).toEqual(Message);
    const back = await there.generateDataKey({ KeyId, KeySpec: 'AES_256' });
    expect(await here.decrypt({ CiphertextBlob: back.CiphertextBlob })).toMatchObject({ Plaintext: back.Plaintext, KeyId: primaryArn });
  });

  it('no ciphertext with a Region that has none of them, nor with other multi-Region keys there', async () => {
    const { here, there, inRegion, KeyId } = await scene();
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Message });
    expect((await exceptionOf(inRegion(ELSEWHERE).decrypt({ CiphertextBlob }))).name).toBe('AccessDeniedException');
    const other = await newKey(there, { MultiRegion: true });
    expect((await exceptionOf(there.decrypt({ KeyId: other, CiphertextBlob }))).name).toBe('IncorrectKeyException');
  });

  it('ciphertexts that ReEncrypt moves from the replica to a key of its Region, and onto itself', async () => {
    const { here, there, inRegion, KeyId, replicaArn } = await scene();
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Message });
    const DestinationKeyId = await newKey(there);
    const moved = await there.reEncrypt({ CiphertextBlob, DestinationKeyId });
    expect(moved).toMatchObject({ SourceKeyId: replicaArn, KeyId: DestinationKeyId });
    expect((await there.decrypt({ CiphertextBlob: moved.CiphertextBlob })).Plaintext).toEqual(Message);
    const onSameKey = inRegion(THERE, allowed(READER, ['ReEncrypt*'], { Bool: { 'kms:ReEncryptOnSameKey': 'true' } }));
    await onSameKey.reEncrypt({ CiphertextBlob, DestinationKeyId: KeyId });
    expect((await exceptionOf(onSameKey.reEncrypt({ CiphertextBlob, DestinationKeyId }))).name).toBe('AccessDeniedException');
  });

  it.each<[string, NonNullable<Parameters<KmsClient['createKey']>[0]>, (one: KmsClient, other: KmsClient, KeyId: string) => Promise<unknown>]>([
    ['signing keys', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, async (one, other, KeyId) => {
      const { Signature } = await one.sign({ KeyId, Message, SigningAlgorithm: 'ECDSA_SHA_256' });
      await other.verify({ KeyId, Message, Signature, SigningAlgorithm: 'ECDSA_SHA_256' });
    }],
    ['HMAC keys', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, async (one, other, KeyId) => {
      const { Mac } = await one.generateMac({ KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' });
      await other.verifyMac({ KeyId, Message, Mac, MacAlgorithm: 'HMAC_SHA_256' });
    }],
    ['key agreement keys', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }, async (one, other, KeyId) => {
      expect((await one.getPublicKey({ KeyId })).PublicKey).toEqual((await other.getPublicKey({ KeyId })).PublicKey);
    }],
  ])('their material, as %s', async (_, request, use) => {
    const { here, there, KeyId } = await scene(request);
    expect(await describeKey(there, KeyId)).toMatchObject(request);
    await use(here, there, KeyId);
    await use(there, here, KeyId);
  });

  it('no grants', async () => {
    const { here, there, inRegion, KeyId } = await scene();
    const { GrantToken } = await here.createGrant({ KeyId, GranteePrincipal: READER, Operations: ['Encrypt'] });
    await inRegion(HERE, READER).encrypt({ KeyId, Plaintext: Message });
    const encrypting = inRegion(THERE, READER).encrypt({ KeyId, Plaintext: Message });
    expect((await exceptionOf(encrypting)).name).toBe('AccessDeniedException');
    expect((await exceptionOf(inRegion(THERE, READER).encrypt({ KeyId, Plaintext: Message, GrantTokens: [GrantToken] }))).name).toBe('AccessDeniedException');
    expect((await there.listGrants({ KeyId })).Grants).toEqual([]);
  });

  it('neither description, tags, aliases, policy, nor whether they are enabled', async () => {
    const { here, there, KeyId } = await scene();
    await here.updateKeyDescription({ KeyId, Description: 'primary' });
    await here.tagResource({ KeyId, Tags: [{ TagKey: 'team', TagValue: 'orders' }] });
    await here.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyId });
    await here.putKeyPolicy({ KeyId, Policy: keyPolicy({ ...accountStatement(), Sid: 'Changed' }) });
    await here.disableKey({ KeyId });
    expect(await describeKey(there, KeyId)).toMatchObject({ Description: '', KeyState: 'Enabled' });
    expect((await there.listResourceTags({ KeyId })).Tags).toEqual([]);
    expect((await there.listAliases()).Aliases).toEqual([]);
    expect((await there.getKeyPolicy({ KeyId })).Policy).not.toContain('Changed');
    await there.encrypt({ KeyId, Plaintext: Message });
    await there.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyId });
    await there.disableKey({ KeyId });
    await here.enableKey({ KeyId });
    expect((await describeKey(there, KeyId)).KeyState).toBe('Disabled');
  });
});

describe('rotation', () => {
  it('is switched on the primary alone, and every Region tells', async () => {
    const { here, there, KeyId } = await scene();
    for (const change of [there.enableKeyRotation({ KeyId }), there.disableKeyRotation({ KeyId })]) {
      expect(await exceptionOf(change)).toEqual({ name: 'UnsupportedOperationException', message: expect.stringContaining('is a multi-Region replica key') });
    }
    await here.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    expect(await there.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
    await here.disableKeyRotation({ KeyId });
    expect(await there.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: false });
  });

  it('gives every Region the same new material, and they decrypt with the old one', async () => {
    const { here, there, KeyId, pass } = await scene();
    await here.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Message });
    const first = (await describeKey(here, KeyId)).CurrentKeyMaterialId;
    pass(90);
    const second = (await describeKey(there, KeyId)).CurrentKeyMaterialId;
    expect(second).not.toBe(first);
    expect((await describeKey(here, KeyId)).CurrentKeyMaterialId).toBe(second);
    expect((await there.decrypt({ CiphertextBlob })).KeyMaterialId).toBe(first);
  });

  it('waits for the primary, not for a replica, to be enabled', async () => {
    const { here, there, KeyId, pass } = await scene();
    await here.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    const material = async () => (await describeKey(there, KeyId)).CurrentKeyMaterialId;
    const first = await material();
    await there.disableKey({ KeyId });
    await here.disableKey({ KeyId });
    pass(100);
    const { NextRotationDate } = await here.getKeyRotationStatus({ KeyId });
    await there.enableKey({ KeyId });
    expect(await material()).toBe(first);
    expect(await here.getKeyRotationStatus({ KeyId })).toMatchObject({ NextRotationDate });
    await there.disableKey({ KeyId });
    await here.enableKey({ KeyId });
    expect(await material()).not.toBe(first);
  });
});

describe('an identity policy', () => {
  it.each([['primary', HERE], ['replica', THERE]])('that names the key ARN of the %s reaches it alone', async (_, region) => {
    const { inRegion, KeyId } = await scene();
    const Resource = `arn:aws:kms:${region}:${ACCOUNT}:key/${KeyId}`;
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: 'kms:Encrypt', Resource }] };
    const encryptIn = (place: string) =>
      exceptionOf(inRegion(place, { arn: READER, identityPolicies: [policy] }).encrypt({ KeyId, Plaintext: Message }));
    expect((await encryptIn(region)).name).toBeUndefined();
    expect((await encryptIn(region === HERE ? THERE : HERE)).name).toBe('AccessDeniedException');
  });
});
