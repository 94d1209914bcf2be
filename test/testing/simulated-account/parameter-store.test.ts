import { LocalKms } from '../../../src/testing/local-kms/local-kms';
import { ParameterStore, ParameterStoreClient } from '../../../src/testing/simulated-account/parameters/parameter-store';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const ARN = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/orders/db`;

function allow(...statements: Array<{ Action: string | string[]; Resource?: string; Condition?: Record<string, Record<string, string>> }>) {
  return [{ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow' as const, Resource: '*', ...statement })) }];
}

function role(name: string, ...statements: Parameters<typeof allow>) {
  return { arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, identityPolicies: allow(...statements) };
}

const kms = new LocalKms({ account: ACCOUNT, region: REGION, now: () => new Date('2026-11-22T12:00:00Z') });
let store: ParameterStore;
let admin: ParameterStoreClient;
let KeyId: string;

beforeAll(async () => {
  const { KeyMetadata: metadata } = await kms.as(role('Admin', { Action: '*' })).createKey({});
  KeyId = metadata!.Arn!;
});

beforeEach(() => {
  store = new ParameterStore(kms);
  admin = store.as(role('Admin', { Action: '*' }), REGION);
});

type Put = Parameters<ParameterStoreClient['putParameter']>[0];

const secure = (more: object = {}): Put => ({ Name: '/orders/db', Type: 'SecureString', Value: 'p4ss', KeyId, ...more });
const read = (client = admin, Name = '/orders/db') => client.getParameter({ Name, WithDecryption: true });

describe('a parameter', () => {
  it('is put, read, overwritten and deleted', async () => {
    expect(await admin.putParameter({ Name: 'plain', Type: 'String', Value: 'one' })).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await admin.putParameter({ Name: 'plain', Value: 'two', Overwrite: true })).toMatchObject({ Version: 2, Tier: 'Standard' });
    expect(await read(admin, 'plain')).toMatchObject({
      Parameter: {
        Name: 'plain',
        Type: 'String',
        Value: 'two',
        Version: 2,
        LastModifiedDate: new Date('2026-11-22T12:00:00Z'),
        ARN: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/plain`,
        DataType: 'text',
      },
    });
    expect(await read(admin, 'plain:1')).toMatchObject({ Parameter: { Value: 'one' } });
    await admin.deleteParameter({ Name: 'plain' });
    await expect(read(admin, 'plain')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(admin.deleteParameter({ Name: 'plain' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('has one slash in its ARN, and is found by it', async () => {
    await admin.putParameter(secure());
    expect(await read(admin, ARN)).toMatchObject({ Parameter: { ARN, Name: '/orders/db' } });
  });

  it('keeps its versions to the hundredth before', async () => {
    for (let version = 1; version <= 101; version++) await admin.putParameter({ Name: 'p', Type: 'String', Value: `${version}`, Overwrite: true });
    await expect(read(admin, 'p:1')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    expect(await read(admin, 'p:2')).toMatchObject({ Parameter: { Value: '2' } });
  });

  it('of another account or Region is not the caller\'s of the same name', async () => {
    await admin.putParameter(secure());
    for (const other of [ARN.replace(ACCOUNT, '444455556666'), ARN.replace(REGION, 'us-east-1')]) {
      await expect(read(admin, other)).rejects.toMatchObject({ name: 'ParameterNotFound' });
    }
    await expect(read(admin, 'orders/db')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('may have no description, and lose the one it has', async () => {
    await admin.putParameter(secure({ Description: 'password' }));
    await admin.putParameter(secure({ Description: '', Overwrite: true }));
    expect((await admin.describeParameters()).Parameters).toMatchObject([{ Description: '' }]);
  });

  it('exists once per account and Region', async () => {
    await admin.putParameter(secure());
    await expect(read(store.as(role('Admin', { Action: '*' }), 'us-east-1'))).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('is made once by two who race for it', async () => {
    const both = await Promise.allSettled([admin.putParameter(secure({ Value: 'a' })), admin.putParameter(secure({ Value: 'b' }))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is described without its value, page by page', async () => {
    await admin.putParameter(secure({ Description: 'password' }));
    await admin.putParameter({ Name: '/orders/host', Type: 'String', Value: 'h' });
    await admin.putParameter({ Name: 'other', Type: 'String', Value: 'o' });
    const filter = { ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/orders/'] }], MaxResults: 1 };
    const first = await admin.describeParameters(filter);
    expect(first.Parameters).toEqual([expect.objectContaining({ Name: '/orders/db', Description: 'password', KeyId, Tier: 'Standard', Version: 1 })]);
    expect(JSON.stringify(first)).not.toContain('p4ss');
    const second = await admin.describeParameters({ ...filter, NextToken: first.NextToken });
    expect(second.NextToken).toBeUndefined();
    expect(second).toMatchObject({ Parameters: [expect.objectContaining({ Name: '/orders/host' })] });
  });

  it('is read with others, and who is missing is named', async () => {
    await admin.putParameter(secure());
    expect(await admin.getParameters({ Names: ['/orders/db', '/orders/no'], WithDecryption: true }))
      .toMatchObject({ Parameters: [{ Value: 'p4ss' }], InvalidParameters: ['/orders/no'] });
  });

  it('is tagged and untagged', async () => {
    await admin.putParameter(secure({ Tags: [{ Key: 'a', Value: '1' }] }));
    const resource = { ResourceType: 'Parameter', ResourceId: '/orders/db' };
    await admin.addTagsToResource({ ...resource, Tags: [{ Key: 'b', Value: '2' }, { Key: 'a', Value: '3' }] });
    expect(await admin.listTagsForResource(resource)).toMatchObject({ TagList: [{ Key: 'a', Value: '3' }, { Key: 'b', Value: '2' }] });
    await admin.removeTagsFromResource({ ...resource, TagKeys: ['a'] });
    expect(await admin.listTagsForResource(resource)).toMatchObject({ TagList: [{ Key: 'b', Value: '2' }] });
    await expect(admin.listTagsForResource({ ...resource, ResourceId: 'none' })).rejects.toMatchObject({ name: 'InvalidResourceId' });
  });
});

describe('what Parameter Store refuses', () => {
  const plain = { Name: 'plain', Type: 'String', Value: 'v' };
  test.each([
    ['a parameter that exists, without Overwrite', { ...plain, Name: 'taken' }, 'ParameterAlreadyExists'],
    ['tags together with Overwrite', { ...plain, Name: 'taken', Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException'],
    ['another type for one that exists', secure({ Name: 'taken', Overwrite: true }), 'HierarchyTypeMismatchException'],
    ['no type', { Name: 'plain', Value: 'v' }, 'ValidationException'],
    ['no value', { Name: 'plain', Type: 'String' }, 'ValidationException'],
    ['a name of AWS', { ...plain, Name: '/aws/mine' }, 'ValidationException'],
    ['a path that does not begin with a slash', { ...plain, Name: 'orders/db' }, 'ValidationException'],
    ['a character', { ...plain, Name: 'a b' }, 'ValidationException'],
    ['16 levels', { ...plain, Name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    ['4097 bytes in the standard tier', { ...plain, Value: 'x'.repeat(4097) }, 'ValidationException'],
    ['8193 bytes in the advanced tier', { ...plain, Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException'],
    ['a tier', { ...plain, Tier: 'Gold' }, 'ValidationException'],
    ['a key for a String', { ...plain, KeyId: 'alias/x' }, 'ValidationException'],
    ['a value that its pattern does not match', { ...plain, AllowedPattern: '^\\d+$' }, 'ParameterPatternMismatchException'],
    ['the AWS managed key, which is not simulated', secure({ KeyId: undefined }), 'InvalidKeyId'],
    ['a key that does not exist', secure({ KeyId: '00000000-0000-0000-0000-000000000000' }), 'InvalidKeyId'],
    ['51 tags', { ...plain, Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' })) }, 'TooManyTagsError'],
    ['tags of another shape', { ...plain, Tags: 'a=b' }, 'SerializationException'],
    ['a value that is no text', { ...plain, Value: 7 }, 'SerializationException'],
    ['a description of 1025 characters', { ...plain, Description: 'x'.repeat(1025) }, 'ValidationException'],
    ['parameter policies', { ...plain, Policies: '[]' }, 'UnsupportedOperationException'],
  ])('%s', async (_, input, name) => {
    await admin.putParameter({ Name: 'taken', Type: 'String', Value: 'old' });
    await expect(admin.putParameter(input as Put)).rejects.toMatchObject({ name });
    expect((await admin.describeParameters({})).Parameters).toHaveLength(1);
    expect(await read(admin, 'taken')).toMatchObject({ Parameter: { Value: 'old', Version: 1 } });
  });

  it('an operation that is not simulated', async () => {
    await expect(store.call('GetParameterHistory', {}, role('Admin', { Action: '*' }), REGION)).rejects.toMatchObject({ name: 'UnknownOperationException' });
    await expect(store.call('constructor', {}, role('Admin', { Action: '*' }), REGION)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('tiers', () => {
  it('keeps 4096 bytes in the standard and 8192 in the advanced tier', async () => {
    expect(await admin.putParameter(secure({ Value: 'x'.repeat(4096) }))).toMatchObject({ Tier: 'Standard' });
    expect(await admin.putParameter(secure({ Value: 'y'.repeat(8192), Tier: 'Advanced', Overwrite: true }))).toMatchObject({ Tier: 'Advanced', Version: 2 });
    expect((await read()).Parameter.Value).toBe('y'.repeat(8192));
  });

  it('stays advanced, and never goes back', async () => {
    await admin.putParameter(secure({ Tier: 'Advanced' }));
    expect(await admin.putParameter(secure({ Overwrite: true }))).toMatchObject({ Tier: 'Advanced' });
    await expect(admin.putParameter(secure({ Tier: 'Standard', Overwrite: true }))).rejects.toMatchObject({ message: expect.stringContaining('downgrade') });
  });

  it('is chosen by the length when asked to', async () => {
    expect(await admin.putParameter(secure({ Value: 'x'.repeat(4097), Tier: 'Intelligent-Tiering' }))).toMatchObject({ Tier: 'Advanced' });
  });
});

describe('who may', () => {
  const SSM = { Action: 'ssm:*' };
  const via = (action: string) => ({
    Action: action,
    Condition: { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': ARN, 'kms:ViaService': `ssm.${REGION}.amazonaws.com` } },
  });
  const as = (...statements: Parameters<typeof allow>) => store.as(role('Caller', ...statements), REGION);

  test.each([
    ['write a standard parameter with kms:Encrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'Standard'],
    ['write an advanced one with kms:GenerateDataKey', 'kms:GenerateDataKey', 'kms:Encrypt', 'Advanced'],
  ])('%s through ssm, on that parameter', async (_, right, wrong, Tier) => {
    await expect(as(SSM, via(right)).putParameter(secure({ Tier }))).resolves.toMatchObject({ Version: 1 });
    await expect(as(SSM, via(right)).putParameter(secure({ Tier, Name: '/orders/other' }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(as(SSM, via(wrong)).putParameter(secure({ Tier, Overwrite: true }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(as(SSM).putParameter(secure({ Tier, Overwrite: true }))).rejects.toMatchObject({ message: expect.stringContaining(`not authorized to perform: ${right}`) });
    expect(await read()).toMatchObject({ Parameter: { Version: 1 } });
  });

  test.each(['Standard', 'Advanced'])('read a %s parameter with kms:Decrypt through ssm, and nobody without', async (Tier) => {
    await admin.putParameter(secure({ Tier }));
    await expect(read(as(SSM, via('kms:Decrypt')))).resolves.toMatchObject({ Parameter: { Value: 'p4ss' } });
    await expect(read(as(SSM))).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('kms:Decrypt') });
    const { Parameter: sealed } = await as(SSM).getParameter({ Name: '/orders/db' });
    expect(sealed.Value).not.toContain('p4ss');
  });

  it('call an operation: who has its action on that parameter', async () => {
    await admin.putParameter(secure());
    const reader = as({ Action: 'ssm:GetParameter', Resource: ARN }, { Action: 'kms:Decrypt' });
    await expect(read(reader)).resolves.toBeDefined();
    await expect(read(reader, '/orders/none')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(reader.deleteParameter({ Name: '/orders/db' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${ACCOUNT}:role/Caller is not authorized to perform: ssm:DeleteParameter on resource: ${ARN} because no identity-based policy allows the ssm:DeleteParameter action`,
    });
    const tagged = { ResourceType: 'Parameter', ResourceId: '/orders/db' };
    await expect(reader.addTagsToResource({ ...tagged, Tags: [] })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(reader.describeParameters({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('put tags on a new parameter: who may tag too', async () => {
    const input = secure({ Tags: [{ Key: 'a', Value: 'b' }] });
    await expect(as({ Action: ['ssm:PutParameter', 'kms:*'] }).putParameter(input)).rejects.toMatchObject({ message: expect.stringContaining('ssm:AddTagsToResource') });
    await expect(as({ Action: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'kms:*'] }).putParameter(input)).resolves.toBeDefined();
  });

  it('overwrite or delete: who may by condition', async () => {
    const creator = as({ Action: 'ssm:PutParameter', Condition: { StringEquals: { 'ssm:Overwrite': 'false' } } }, { Action: 'kms:*' });
    await creator.putParameter(secure());
    await expect(creator.putParameter(secure({ Overwrite: true }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const owner = as({ Action: 'ssm:DeleteParameter', Condition: { StringEquals: { 'aws:ResourceTag/owner': 'me' } } });
    await expect(owner.deleteParameter({ Name: '/orders/db' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await admin.addTagsToResource({ ResourceType: 'Parameter', ResourceId: '/orders/db', Tags: [{ Key: 'owner', Value: 'me' }] });
    await expect(owner.deleteParameter({ Name: '/orders/db' })).resolves.toHaveProperty('$metadata');
  });

  it('nothing: who has an explicit deny', async () => {
    const denied = role('Caller', SSM);
    denied.identityPolicies[0]!.Statement.push({ Effect: 'Deny' as never, Action: 'ssm:GetParameter*', Resource: '*' });
    await expect(store.as(denied, REGION).getParameters({ Names: ['x'] })).rejects.toMatchObject({ message: expect.stringContaining('with an explicit deny') });
  });

  it('decrypt a stored value elsewhere: nobody, its context is its ARN', async () => {
    await admin.putParameter(secure());
    const { Parameter: { Value: stored } } = await admin.getParameter({ Name: '/orders/db' });
    const direct = kms.as(role('Admin', { Action: '*' }));
    const CiphertextBlob = Buffer.from(stored, 'base64');
    await expect(direct.decrypt({ CiphertextBlob, EncryptionContext: { PARAMETER_ARN: `${ARN}x` } })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(direct.decrypt({ CiphertextBlob, EncryptionContext: { PARAMETER_ARN: ARN } })).resolves.toHaveProperty('Plaintext');
  });
});
