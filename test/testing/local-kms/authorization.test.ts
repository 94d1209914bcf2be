import {
  ACCOUNT, accountStatement, allowed, bytes, call, CONTEXT, exceptionOf, keyPolicy, newKey, OPERATION_NAMES, OTHER_ACCOUNT, READER, ROOT,
  SAMPLES, scene, sceneOf,
} from './scene';
import { LocalKms } from '../../../src/testing';
import { CROSS_ACCOUNT_ACTIONS } from '../../../src/testing/local-kms/callers/cross-account';

const OUTSIDER = `arn:aws:iam::${OTHER_ACCOUNT}:role/Reader`;
const LOGS = 'logs.us-east-1.amazonaws.com';

describe.each(OPERATION_NAMES)('%s', (operation) => {
  const { permissions, request, before } = SAMPLES[operation];

  it(`works with ${permissions.join(' and ')} and nothing else`, async () => {
    const at = await sceneOf(operation);
    await before?.(at);
    await call(at.kms.as(allowed(READER, permissions)), operation, request(at));
  });

  it.each(permissions)('is refused without %s, which the answer names', async (missing) => {
    const at = await sceneOf(operation);
    await before?.(at);
    const client = at.kms.as(allowed(READER, permissions.filter((action) => action !== missing)));
    const { name, message } = await exceptionOf(call(client, operation, request(at)));
    if (['CreateKey', 'ReplicateKey'].includes(operation) && missing === 'PutKeyPolicy') {
      expect(name).toBe('MalformedPolicyDocumentException'); // the lock-out check
    } else {
      expect({ name, message }).toEqual({ name: 'AccessDeniedException', message: expect.stringContaining(`kms:${missing} `) });
    }
  });

  it('is refused to a service that no policy names', async () => {
    const at = await sceneOf(operation);
    await before?.(at);
    expect((await exceptionOf(call(at.kms.asService(LOGS), operation, request(at)))).name).toBe('AccessDeniedException');
  });
});

describe('another account', () => {
  // RetireGrant too, for those whom the grant names; no key policy opens it.
  const CROSS_ACCOUNT = [
    'CreateGrant', 'Decapsulate', 'Decrypt', 'DeriveSharedSecret', 'DescribeKey', 'Encapsulate', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext', 'GenerateDataKeyWithoutPlaintext', 'GetKeyRotationStatus', 'GenerateMac', 'GetPublicKey', 'ListGrants',
    'ReEncrypt', 'RevokeGrant', 'Sign', 'Verify', 'VerifyMac',
  ];
  const named = OPERATION_NAMES.filter((name) => !['CreateKey', 'GenerateRandom', 'ListKeys', 'ListAliases', 'DeleteAlias', 'UpdateAlias'].includes(name));

  it.each(named)('%s works only where the operation\'s page says so, however open the key policy', async (operation) => {
    const at = await sceneOf(operation);
    for (const KeyId of [at.keyArn, at.otherKeyArn]) {
      await at.root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), { ...accountStatement(OTHER_ACCOUNT), Sid: 'Open' }) });
    }
    const client = at.kms.as(allowed(OUTSIDER, ['*']));
    const { name } = await exceptionOf(call(client, operation, SAMPLES[operation].request(at)));
    expect(name).toBe(CROSS_ACCOUNT.includes(operation) ? undefined : 'AccessDeniedException');
  });

  it('the table of such actions is the whole list of the developer guide', () => {
    expect([...CROSS_ACCOUNT_ACTIONS]).toHaveLength(22);
    expect(CROSS_ACCOUNT_ACTIONS.has('CreateGrant')).toBe(true);
    expect(CROSS_ACCOUNT_ACTIONS.has('ScheduleKeyDeletion')).toBe(false);
  });

  it('needs the key policy and its own identity policy', async () => {
    const { kms, root, keyArn: KeyId } = await scene();
    const encrypt = (actions: string[]) => exceptionOf(kms.as(allowed(OUTSIDER, actions)).encrypt({ KeyId, Plaintext: bytes('x') }));
    expect((await encrypt(['Encrypt'])).name).toBe('AccessDeniedException');
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), { ...accountStatement(OTHER_ACCOUNT), Action: 'kms:Encrypt' }) });
    expect((await encrypt(['Encrypt'])).name).toBeUndefined();
    expect((await encrypt(['Decrypt'])).message).toContain('because no identity-based policy allows the kms:Encrypt action');
  });

  it('does not learn whether a key exists', async () => {
    const { kms, keyArn } = await scene();
    const client = kms.as(allowed(OUTSIDER, ['*']));
    const answer = async (KeyId: string) => (await exceptionOf(client.describeKey({ KeyId }))).message!.replace(KeyId, 'KEY').replace(/ \(LocalKms.*/s, '');
    expect(await answer(keyArn)).toBe(await answer(`${keyArn.slice(0, -12)}000000000000`));
  });

  it('has its own aliases and key ids: a bare one of ours is not found there', async () => {
    const { kms, keyArn } = await scene();
    const client = kms.as(allowed(OUTSIDER, ['*']));
    await expect(client.describeKey({ KeyId: 'alias/present' })).rejects.toThrow(`Alias arn:aws:kms:us-east-1:${OTHER_ACCOUNT}:alias/present is not found.`);
    const id = keyArn.split('/')[1]!;
    await expect(client.describeKey({ KeyId: id })).rejects.toThrow(`Key 'arn:aws:kms:us-east-1:${OTHER_ACCOUNT}:key/${id}' does not exist`);
    expect((await client.listKeys()).Keys).toEqual([]);
  });

  it('uses our key by alias ARN', async () => {
    const { kms, root, keyArn: KeyId } = await scene();
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), { ...accountStatement(OTHER_ACCOUNT), Action: 'kms:DescribeKey' }) });
    const alias = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/present`;
    expect((await kms.as(allowed(OUTSIDER, ['DescribeKey'])).describeKey({ KeyId: alias })).KeyMetadata.Arn).toBe(KeyId);
  });
});

describe('the key policy', () => {
  const decryptStatement = (Principal: object, Condition?: object) => ({ Effect: 'Allow', Principal, Action: ['kms:Decrypt'], Resource: '*', ...(Condition && { Condition }) });
  const decrypt = async (statement: object, as: Parameters<LocalKms['as']>) => {
    const { kms, root, keyArn: KeyId, ciphertext: CiphertextBlob } = await scene();
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), statement) });
    return (await exceptionOf(kms.as(...as).decrypt({ KeyId, CiphertextBlob, EncryptionContext: CONTEXT }))).name ?? 'allowed';
  };

  it.each<[string, object | undefined, Parameters<LocalKms['as']>[1], string]>([
    ['the encryption context it asks for', { StringEquals: { 'kms:EncryptionContext:Tenant': 'blue' } }, {}, 'allowed'],
    ['another encryption context', { StringEquals: { 'kms:EncryptionContext:Tenant': 'red' } }, {}, 'AccessDeniedException'],
    ['the keys of the encryption context', { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Purpose', 'Tenant'] } }, {}, 'allowed'],
    ['fewer keys of it', { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Purpose'] } }, {}, 'AccessDeniedException'],
    ['the algorithm, which the caller did not name', { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }, {}, 'allowed'],
    ['the service that forwards it', { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }, { viaService: 's3.us-east-1.amazonaws.com' }, 'allowed'],
    ['a forwarding service, in a direct call', { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }, {}, 'AccessDeniedException'],
    ['the account of the caller', { StringEquals: { 'kms:CallerAccount': ACCOUNT } }, {}, 'allowed'],
    ['the account of somebody else', { StringEquals: { 'kms:CallerAccount': OTHER_ACCOUNT } }, {}, 'AccessDeniedException'],
    ['the kind of the key', { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT', 'kms:KeyUsage': 'ENCRYPT_DECRYPT', 'kms:KeyOrigin': 'AWS_KMS' } }, {}, 'allowed'],
    ['a multi-Region key, which it is not', { Bool: { 'kms:MultiRegion': 'true' } }, {}, 'AccessDeniedException'],
    ['a condition key that the test gives', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, { context: { 'aws:SourceVpce': 'vpce-1' } }, 'allowed'],
    ['the Region that the test gives', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, { context: { 'aws:requestedregion': 'eu-west-1' } }, 'allowed'],
    ['the Region of the call, where the test gives another', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, { context: { 'aws:requestedregion': 'eu-west-1' } }, 'AccessDeniedException'],
    ['the algorithm that the test gives', { StringEquals: { 'kms:EncryptionAlgorithm': 'OTHER' } }, { context: { 'KMS:encryptionAlgorithm': 'OTHER' } }, 'allowed'],
    ['the encryption context of the call, where the test gives another', { StringEquals: { 'kms:EncryptionContext:Tenant': 'blue' } }, { context: { 'kms:EncryptionContext:tenant': 'red' } }, 'AccessDeniedException'],
  ])('lets a role in by %s: %s with %s is %s', async (_, condition, options, outcome) => {
    expect(await decrypt(decryptStatement({ AWS: READER }, condition), [READER, options])).toBe(outcome);
  });

  it.each([
    ['its own account', { sourceAccount: ACCOUNT, sourceArn: 'arn:aws:s3:::orders' }, 'allowed'],
    ['another account', { sourceAccount: OTHER_ACCOUNT, sourceArn: 'arn:aws:s3:::orders' }, 'AccessDeniedException'],
    ['nobody in particular', {}, 'AccessDeniedException'],
  ])('lets a service in for %s: %s', async (_, options, outcome) => {
    const statement = decryptStatement({ Service: 's3.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': ACCOUNT } });
    expect(await decrypt(statement, [{ arn: 's3.amazonaws.com' }, options])).toBe(outcome);
  });

  it.each([
    [{ viaService: 's3.us-east-1.amazonaws.com' }, 'allowed'],
    [{ context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }, 'allowed'],
    [{ context: { 'kms:viaservice': 's3.us-east-1.amazonaws.com' } }, 'allowed'],
    [{ viaService: 's3.us-east-1.amazonaws.com', context: { 'kms:viaservice': [] } }, 'AccessDeniedException'],
    [{}, 'AccessDeniedException'],
  ])('knows grants for an AWS resource by the service that forwards them: %j is %s', async (options, outcome) => {
    const { kms, root, keyArn: KeyId } = await scene();
    const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
    const statement = { Effect: 'Allow', Principal: { AWS: READER }, Action: 'kms:ListGrants', Resource: '*', Condition };
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), statement) });
    expect((await exceptionOf(kms.as(READER, options).listGrants({ KeyId }))).name ?? 'allowed').toBe(outcome);
  });

  it('keeps a Deny whatever the case in which the test gives its condition key, in another Region too', async () => {
    const { kms, keyArn: KeyId } = await scene(undefined, { request: { MultiRegion: true } });
    const administrator = allowed(READER, ['*']);
    const Deny = { Effect: 'Deny', Action: 'kms:*', Resource: '*', Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } } as const;
    const principal = { ...administrator, identityPolicies: [...administrator.identityPolicies!, { Version: '2012-10-17', Statement: [Deny] } as const] };
    const denied = kms.as(principal, { context: { 'aws:requestedregion': 'x' } });
    await expect(denied.describeKey({ KeyId })).rejects.toThrow('with an explicit deny in an identity-based policy');
    await kms.as(principal).replicateKey({ KeyId, ReplicaRegion: 'eu-west-1' });
    const onlyHome = allowed(READER, ['*'], { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } });
    const replicate = (context: Record<string, string>) => kms.as(onlyHome, { context }).replicateKey({ KeyId, ReplicaRegion: 'eu-west-2' });
    await expect(replicate({})).rejects.toThrow('kms:CreateKey');
    await replicate({ 'AWS:requestedRegion': 'us-east-1' });
  });

  it('takes each condition key in one spelling', () => {
    const context = { 'aws:SourceVpce': 'vpce-1', 'aws:sourcevpce': 'vpce-2' };
    expect(() => new LocalKms().as(READER, { context })).toThrow(new TypeError(
      "'context' has 'aws:SourceVpce' and 'aws:sourcevpce', which are one condition key: their names have no case. Give one of them."));
  });

  it('sees the organization and the tags of a principal', async () => {
    const statement = decryptStatement({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-orders', 'aws:PrincipalTag/team': 'blue' } });
    const principal = { arn: READER, organizationId: 'o-orders', tags: { team: 'blue' } };
    expect(await decrypt(statement, [principal])).toBe('allowed');
    expect(await decrypt(statement, [{ ...principal, tags: { team: 'red' } }])).toBe('AccessDeniedException');
    expect(await decrypt(statement, [{ ...principal, organizationId: undefined }])).toBe('AccessDeniedException');
    expect(await decrypt(statement, [principal, { organizationId: 'o-others' }])).toBe('AccessDeniedException');
    expect(await decrypt(statement, [{ ...principal, organizationId: 'o-others' }, { organizationId: 'o-orders' }])).toBe('allowed');
  });

  it('shuts out IAM when it does not name the account', async () => {
    const { kms, root, keyArn: KeyId } = await scene();
    const owner = { Effect: 'Allow', Principal: { AWS: READER }, Action: 'kms:*', Resource: '*' };
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(owner), BypassPolicyLockoutSafetyCheck: true });
    const administrator = kms.as(allowed(`arn:aws:iam::${ACCOUNT}:role/Administrator`, ['*']));
    const { message } = await exceptionOf(administrator.encrypt({ KeyId, Plaintext: bytes('x') }));
    expect(message).toContain('because no resource-based policy allows the kms:Encrypt action (LocalKms: ');
    await kms.as(READER).encrypt({ KeyId, Plaintext: bytes('x') });
  });
});

describe('an AccessDeniedException', () => {
  const deny = { Effect: 'Deny', Action: 'kms:*', Resource: '*' };
  const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement }) as never;
  const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

  it.each([
    ['no identity policy', {}, 'because no identity-based policy allows the kms:Encrypt action'],
    ['an identity policy that denies', { identityPolicies: [policy(allowAll, deny)] }, 'with an explicit deny in an identity-based policy'],
    ['a boundary that is too narrow', { identityPolicies: [policy(allowAll)], permissionsBoundary: policy({ ...allowAll, Action: 's3:*' }) }, 'because no permissions boundary allows the kms:Encrypt action'],
    ['a boundary that denies', { identityPolicies: [policy(allowAll)], permissionsBoundary: policy(allowAll, deny) }, 'with an explicit deny in a permissions boundary'],
    ['an SCP that is too narrow', { identityPolicies: [policy(allowAll)], serviceControlPolicies: [policy({ ...allowAll, Action: 's3:*' })] }, 'because no service control policy allows the kms:Encrypt action'],
    ['an SCP that denies', { identityPolicies: [policy(allowAll)], serviceControlPolicies: [policy(allowAll, deny)] }, 'with an explicit deny in a service control policy'],
  ])('with %s names it', async (_, policies, because) => {
    const { kms, keyArn: KeyId } = await scene();
    const { message } = await exceptionOf(kms.as({ arn: READER, ...policies }).encrypt({ KeyId, Plaintext: bytes('x') }));
    expect(message).toContain(`User: ${READER} is not authorized to perform: kms:Encrypt on resource: ${KeyId} ${because} (LocalKms: `);
  });

  it('by a Deny of the key policy says so and names the statement', async () => {
    const { kms, root, keyArn: KeyId } = await scene();
    const denial = { Sid: 'NoEncryption', Effect: 'Deny', Principal: { AWS: READER }, Action: 'kms:Encrypt', Resource: '*' };
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), denial) });
    const { message } = await exceptionOf(kms.as(allowed(READER, ['*'])).encrypt({ KeyId, Plaintext: bytes('x') }));
    expect(message).toMatch(/with an explicit deny in a resource-based policy \(LocalKms: .*NoEncryption/);
  });

  it('to Decrypt without a key id does not say under which key the ciphertext is', async () => {
    const { kms, ciphertext: CiphertextBlob } = await scene();
    const { message } = await exceptionOf(kms.as(READER).decrypt({ CiphertextBlob, EncryptionContext: CONTEXT }));
    expect(message).toContain('kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows');
  });

  it('never holds a value of the encryption context or the plaintext', async () => {
    const { kms, root, keyArn: KeyId } = await scene();
    const condition = { StringEquals: { 'kms:EncryptionContext:Tenant': 'green' } };
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), { Effect: 'Allow', Principal: { AWS: READER }, Action: 'kms:Encrypt', Resource: '*', Condition: condition }) });
    const { message } = await exceptionOf(kms.as(READER).encrypt({ KeyId, Plaintext: bytes('card 4711'), EncryptionContext: { Tenant: 'customer-0815' } }));
    expect(message).not.toMatch(/4711|0815|Y2FyZCA0NzEx/);
  });
});

describe('the lock-out safety check', () => {
  const onlyReader = { Effect: 'Allow', Principal: { AWS: READER }, Action: 'kms:*', Resource: '*' };
  const MESSAGE = 'The new key policy will not allow you to update the key policy in the future.';

  it('refuses a policy that shuts its author out, and changes nothing', async () => {
    const { root, keyArn: KeyId } = await scene();
    const before = await root.getKeyPolicy({ KeyId });
    expect(await exceptionOf(root.putKeyPolicy({ KeyId, Policy: keyPolicy(onlyReader) }))).toEqual({ name: 'MalformedPolicyDocumentException', message: MESSAGE });
    expect((await root.getKeyPolicy({ KeyId })).Policy).toBe(before.Policy);
  });

  it('can be bypassed', async () => {
    const { root, keyArn: KeyId } = await scene();
    await root.putKeyPolicy({ KeyId, Policy: keyPolicy(onlyReader), BypassPolicyLockoutSafetyCheck: true });
    await expect(root.getKeyPolicy({ KeyId })).rejects.toThrow('kms:GetKeyPolicy');
  });

  it('holds for CreateKey, and weighs IAM too', async () => {
    const kms = new LocalKms();
    const creator = kms.as(allowed(READER, ['CreateKey']));
    expect(await exceptionOf(creator.createKey())).toEqual({ name: 'MalformedPolicyDocumentException', message: MESSAGE });
    await creator.createKey({ Policy: keyPolicy(onlyReader) });
    await creator.createKey({ BypassPolicyLockoutSafetyCheck: true });
    expect((await kms.as(ROOT).listKeys()).Keys).toHaveLength(2);
  });

  it('counts a Deny that hits the author', async () => {
    const { root, keyArn: KeyId } = await scene();
    const denial = { Effect: 'Deny', Principal: '*', Action: 'kms:PutKeyPolicy', Resource: '*' };
    await expect(root.putKeyPolicy({ KeyId, Policy: keyPolicy(accountStatement(), denial) })).rejects.toThrow(MESSAGE);
  });
});

describe('callers', () => {
  it('are told apart by ARN, access key id and policies', async () => {
    const kms = new LocalKms({ principals: { AKIAREADER: allowed(READER, ['ListKeys']) } });
    await kms.as('AKIAREADER').listKeys();
    await kms.as(READER).listKeys();
    await expect(kms.as(`arn:aws:iam::${ACCOUNT}:role/Stranger`).listKeys()).rejects.toThrow('kms:ListKeys');
  });

  it('that nobody can be are refused at once', () => {
    expect(() => new LocalKms().as('arn:aws:s3:::bucket')).toThrow("'arn:aws:s3:::bucket' cannot call AWS KMS");
    expect(() => new LocalKms().asService('Logs.us-east-1.amazonaws.com')).toThrow("'Logs.us-east-1.amazonaws.com' cannot call AWS KMS");
  });

  it.each([
    ['us-east-1', 'aws'], ['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov'], ['us-iso-east-1', 'aws-iso'], ['us-isob-east-1', 'aws-iso-b'],
  ])('in %s have keys of the partition %s, whatever the LocalKms began with', async (region, partition) => {
    const client = new LocalKms().as(`arn:${partition}:iam::${ACCOUNT}:root`, { region });
    expect(await newKey(client)).toMatch(new RegExp(`^arn:${partition}:kms:${region}:${ACCOUNT}:key/`));
  });

  it('are unknown in another partition', () => {
    expect(() => new LocalKms().as(ROOT, { region: 'cn-north-1' })).toThrow(expect.objectContaining({ name: 'UnrecognizedClientException' }));
  });

  it('that are no service act for nobody', () => {
    expect(() => new LocalKms().as(READER, { sourceArn: 'arn:aws:s3:::orders' })).toThrow('only service principals send them');
  });

  it('that make a key with tags may be limited to the tags of keys', async () => {
    const statement = { Effect: 'Allow' as const, Action: 'kms:TagResource', Resource: `arn:aws:kms:*:${ACCOUNT}:key/*` };
    const { arn, identityPolicies = [] } = allowed(READER, ['CreateKey', 'PutKeyPolicy']);
    const client = new LocalKms().as({ arn, identityPolicies: [...identityPolicies, { Version: '2012-10-17', Statement: [statement] }] });
    expect(await newKey(client, { Tags: [{ TagKey: 'team', TagValue: 'orders' }] })).toContain(':key/');
  });

  it('of another account learn nothing about a key by the aliases it may have', async () => {
    const { kms, keyArn } = await scene();
    const client = kms.as(allowed(OUTSIDER, ['*']));
    const missing = `${keyArn.slice(0, -36)}00000000-0000-0000-0000-000000000000`;
    for (const KeyId of [keyArn, missing]) expect((await exceptionOf(client.listAliases({ KeyId }))).name).toBe('AccessDeniedException');
  });

  it('of a regional service call in its Region, all others in that of the call', async () => {
    const kms = new LocalKms({ region: 'eu-central-1' });
    const open = keyPolicy(accountStatement(), { Effect: 'Allow', Principal: { Service: ['logs.eu-west-1.amazonaws.com', 's3.amazonaws.com'] }, Action: 'kms:DescribeKey', Resource: '*' });
    const arnIn = (region: string) => newKey(kms.as(ROOT, { region }), { Policy: open });
    const [west, central] = [await arnIn('eu-west-1'), await arnIn('eu-central-1')];
    await kms.asService('logs.eu-west-1.amazonaws.com').describeKey({ KeyId: west });
    await kms.asService('s3.amazonaws.com').describeKey({ KeyId: central });
    await expect(kms.asService('s3.amazonaws.com').describeKey({ KeyId: west })).rejects.toThrow('Invalid arn eu-west-1');
  });
});

describe('a LocalKms', () => {
  it.each([
    [{ account: '12' }, "'account' is '12'; an account has 12 digits."],
    [{ region: 'nowhere' }, "'region' is 'nowhere'; Regions are named as 'eu-west-1'."],
  ])('of no place, %j, is refused', (options, message) => {
    expect(() => new LocalKms(options)).toThrow(message);
  });
});
