import { ACCOUNT, accountStatement, allowed, bytes, clock, CONTEXT, exceptionOf, GRANTEE, keyPolicy, OTHER_ACCOUNT, READER, ROOT, scene, type Scene } from './scene';
import type { CallOptions, KmsClient, Principal } from '../../../src/testing';
import { bytesInProcess } from '../../../src/testing/aws-json/deserialize';
import { callerOf } from '../../../src/testing/local-kms/caller';
import type { KeyGrant } from '../../../src/testing/local-kms/grant';
import { KeyStore } from '../../../src/testing/local-kms/key-store';
import { Service } from '../../../src/testing/local-kms/service';

type GrantRequest = Parameters<KmsClient['createGrant']>[0];
type Use = (client: KmsClient, at: Scene) => Promise<unknown>;

const OUTSIDER = `arn:aws:iam::${OTHER_ACCOUNT}:role/Reader`;
const OTHER_ROOT = `arn:aws:iam::${OTHER_ACCOUNT}:root`;
const DYNAMODB = 'dynamodb.us-east-1.amazonaws.com';
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Orders`;

/** A grant to a service that works for one table. */
const FOR_TABLE: Partial<GrantRequest> = {
  GranteePrincipal: undefined, GranteeServicePrincipal: DYNAMODB, RetiringPrincipal: ROOT, Constraints: { SourceArn: TABLE },
};

/** A scene in which root has made a grant to `READER`. */
async function granted(grant: Partial<GrantRequest> = {}) {
  const at = await scene();
  const given = { KeyId: at.keyArn, GranteePrincipal: READER, Operations: ['Decrypt', 'Encrypt', 'DescribeKey'], ...grant } as GrantRequest;
  return { ...at, ...await at.root.createGrant(given) };
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  return (await exceptionOf(promise)).name ?? 'allowed';
}

const encrypt = (EncryptionContext?: Record<string, string>): Use => (client, { keyArn: KeyId }) =>
  client.encrypt({ KeyId, Plaintext: bytes('x'), EncryptionContext });
const decrypt: Use = (client, { ciphertext: CiphertextBlob }) => client.decrypt({ CiphertextBlob, EncryptionContext: CONTEXT });
const describeKey: Use = (client, { keyArn: KeyId }) => client.describeKey({ KeyId });

// AWS KMS Developer Guide, Grants in AWS KMS
describe('a grant', () => {
  it.each<[string, Partial<GrantRequest>, Principal | string, CallOptions, Use, string]>([
    ['its operation', {}, READER, {}, decrypt, 'allowed'],
    ['another operation', { Operations: ['Encrypt'] }, READER, {}, decrypt, 'AccessDeniedException'],
    ['another role', {}, `${READER}2`, {}, decrypt, 'AccessDeniedException'],
    ['a session of the role', {}, `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/one`, {}, decrypt, 'allowed'],
    ['a role of another account', { GranteePrincipal: OUTSIDER }, OUTSIDER, {}, decrypt, 'allowed'],
    ['an account whose IAM does not', { GranteePrincipal: OTHER_ROOT }, OUTSIDER, {}, decrypt, 'AccessDeniedException'],
    ['an account whose IAM does too', { GranteePrincipal: OTHER_ROOT }, allowed(OUTSIDER, ['Decrypt']), {}, decrypt, 'allowed'],
    ['no foreign role where an own one is named', {}, OUTSIDER, {}, decrypt, 'AccessDeniedException'],
    ['the same context', { Constraints: { EncryptionContextEquals: CONTEXT } }, READER, {}, decrypt, 'allowed'],
    ['less than the context', { Constraints: { EncryptionContextEquals: CONTEXT } }, READER, {}, encrypt({ Tenant: 'blue' }), 'AccessDeniedException'],
    ['more than the context', { Constraints: { EncryptionContextEquals: CONTEXT } }, READER, {}, encrypt({ ...CONTEXT, More: '' }), 'AccessDeniedException'],
    ['a context with the subset', { Constraints: { EncryptionContextSubset: { Tenant: 'blue' } } }, READER, {}, decrypt, 'allowed'],
    ['the subset, its key in another case', { Constraints: { EncryptionContextSubset: { tenant: 'blue' } } }, READER, {}, decrypt, 'allowed'],
    ['the subset, its value in another case', { Constraints: { EncryptionContextSubset: { Tenant: 'Blue' } } }, READER, {}, decrypt, 'AccessDeniedException'],
    ['no context', { Constraints: { EncryptionContextSubset: { Tenant: 'blue' } } }, READER, {}, encrypt(), 'AccessDeniedException'],
    ['DescribeKey, which has no context', { Constraints: { EncryptionContextEquals: CONTEXT } }, READER, {}, describeKey, 'allowed'],
    ['a service as a principal', { GranteePrincipal: DYNAMODB }, DYNAMODB, {}, decrypt, 'allowed'],
    ['a service for its source', FOR_TABLE, DYNAMODB, { sourceArn: TABLE }, decrypt, 'allowed'],
    ['a service for another source', FOR_TABLE, DYNAMODB, { sourceArn: `${TABLE}2` }, decrypt, 'AccessDeniedException'],
    ['another service', FOR_TABLE, 'sqs.amazonaws.com', { sourceArn: TABLE }, decrypt, 'AccessDeniedException'],
  ])('lets in %s: %j', async (_, grant, principal, options, use, expected) => {
    const at = await granted(grant);
    expect(await outcome(use(at.kms.as(principal, options), at))).toBe(expected);
  });

  it('is needed on either key of ReEncrypt', async () => {
    const at = await granted({ Operations: ['ReEncryptFrom'] });
    const request = { CiphertextBlob: at.ciphertext, SourceEncryptionContext: CONTEXT, DestinationKeyId: at.otherKeyArn };
    const reEncrypt = () => at.kms.as(READER).reEncrypt(request);
    await expect(reEncrypt()).rejects.toThrow('kms:ReEncryptTo');
    await at.root.createGrant({ KeyId: at.otherKeyArn, GranteePrincipal: READER, Operations: ['ReEncryptTo'] });
    await reEncrypt();
  });

  it.each([[TABLE, 'allowed'], [`${TABLE}2`, 'AccessDeniedException']])('has the same source on either key of ReEncrypt: %s is %s', async (SourceArn, expected) => {
    const at = await granted({ ...FOR_TABLE, Operations: ['ReEncryptFrom'] });
    const other = { ...FOR_TABLE, KeyId: at.otherKeyArn, Operations: ['ReEncryptTo'], Constraints: { SourceArn } } as GrantRequest;
    await at.root.createGrant(other);
    const service = at.kms.asService(DYNAMODB, { sourceArn: TABLE });
    const request = { CiphertextBlob: at.ciphertext, SourceEncryptionContext: CONTEXT, DestinationKeyId: at.otherKeyArn };
    expect(await outcome(service.reEncrypt(request))).toBe(expected);
  });

  it('yields to an explicit deny, and to the state of the key', async () => {
    const at = await granted();
    const deny = { Effect: 'Deny', Principal: { AWS: READER }, Action: 'kms:DescribeKey', Resource: '*' };
    await at.root.putKeyPolicy({ KeyId: at.keyArn, Policy: keyPolicy(accountStatement(), deny) });
    await expect(describeKey(at.kms.as(READER), at)).rejects.toThrow('with an explicit deny in a resource-based policy');
    expect(await outcome(encrypt()(at.kms.as(READER), at))).toBe('allowed');
    await at.root.disableKey({ KeyId: at.keyArn });
    expect(await outcome(encrypt()(at.kms.as(READER), at))).toBe('DisabledException');
  });

  it('is of one key only', async () => {
    const at = await granted();
    await expect(at.kms.as(READER).encrypt({ KeyId: at.otherKeyArn, Plaintext: bytes('x') })).rejects.toThrow('kms:Encrypt');
  });
});

describe('CreateGrant', () => {
  it('answers a name with the grant that is there, and a token of its own, when all else is the same', async () => {
    const { root, keyArn: KeyId } = await scene();
    const request = { KeyId, Name: 'orders', GranteePrincipal: READER, Operations: ['Decrypt', 'Encrypt'], Constraints: { EncryptionContextSubset: CONTEXT } } as const;
    const create = (odd: Partial<GrantRequest> = {}) => root.createGrant({ ...request, Operations: [...request.Operations], ...odd });
    const first = await create();
    const again = await create({ Operations: ['Encrypt', 'Decrypt'] });
    expect(again.GrantId).toBe(first.GrantId);
    expect(again.GrantToken).not.toBe(first.GrantToken);
    const odd: Partial<GrantRequest>[] = [{ Operations: ['Decrypt'] }, { GranteePrincipal: GRANTEE }, { Constraints: {} }, { Name: 'other' }, { Name: undefined }];
    for (const difference of odd) { expect((await create(difference)).GrantId).not.toBe(first.GrantId); }
    expect((await create({ Name: undefined })).GrantId).not.toBe((await create({ Name: undefined })).GrantId);
  });

  it('makes nothing in a dry run, which says whether it would', async () => {
    const { kms, root, keyArn: KeyId } = await scene();
    const dryRun = (client: KmsClient, operation: 'Decrypt' | 'Sign') =>
      outcome(client.createGrant({ KeyId, GranteePrincipal: READER, Operations: [operation], DryRun: true }));
    expect(await dryRun(root, 'Decrypt')).toBe('DryRunOperationException');
    expect(await dryRun(root, 'Sign')).toBe('ValidationException');
    expect(await dryRun(kms.as(READER), 'Decrypt')).toBe('AccessDeniedException');
    expect((await root.listGrants({ KeyId, GranteePrincipal: READER })).Grants).toEqual([]);
  });

  it('may give away by policy what the caller does not have', async () => {
    const at = await scene();
    const maker = at.kms.as(allowed(GRANTEE, ['CreateGrant']));
    await maker.createGrant({ KeyId: at.keyArn, GranteePrincipal: READER, Operations: ['Encrypt'] });
    expect(await outcome(encrypt()(maker, at))).toBe('AccessDeniedException');
    expect(await outcome(encrypt()(at.kms.as(READER), at))).toBe('allowed');
  });

  const request: Partial<GrantRequest> = {
    Operations: ['Decrypt', 'Encrypt'], Constraints: { EncryptionContextEquals: CONTEXT }, RetiringPrincipal: ROOT,
  };
  it.each<[object, CallOptions, Partial<GrantRequest>, string]>([
    [{ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, { viaService: 'ec2.us-east-1.amazonaws.com' }, request, 'allowed'],
    [{ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, {}, request, 'AccessDeniedException'],
    [{ 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'Encrypt'] } }, {}, request, 'allowed'],
    [{ 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } }, {}, request, 'AccessDeniedException'],
    [{ StringEquals: { 'kms:GranteePrincipal': GRANTEE, 'kms:RetiringPrincipal': ROOT } }, {}, request, 'allowed'],
    [{ StringEquals: { 'kms:GranteePrincipal': ROOT } }, {}, request, 'AccessDeniedException'],
    [{ StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals', 'kms:EncryptionContext:Tenant': 'blue' } }, {}, request, 'allowed'],
    [{ StringEquals: { 'kms:EncryptionContext:Tenant': 'red' } }, {}, request, 'AccessDeniedException'],
    [{ StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } }, {}, { Constraints: { SourceArn: TABLE } }, 'AccessDeniedException'],
    [{ ArnEquals: { 'kms:GrantConstraintSourceArn': TABLE } }, {}, { Constraints: { SourceArn: TABLE } }, 'allowed'],
    [{ ArnEquals: { 'kms:GrantConstraintSourceArn': TABLE } }, {}, request, 'AccessDeniedException'],
  ])('if %j, called with %j', async (condition, options, given, expected) => {
    const { kms, keyArn: KeyId } = await scene();
    const client = kms.as(allowed(READER, ['CreateGrant'], condition), options);
    expect(await outcome(client.createGrant({ KeyId, GranteePrincipal: GRANTEE, Operations: ['Decrypt'], ...given }))).toBe(expected);
  });

  it('stops at 50,000 grants of a key', () => {
    const store = new KeyStore();
    const service = new Service(store, () => new Date());
    const caller = callerOf({ arn: ROOT }, {}, { account: ACCOUNT, region: 'us-east-1' });
    const perform = (name: string, input: object) => service.perform(caller, name, input, bytesInProcess) as any;
    const { Arn: KeyId } = perform('CreateKey', {}).KeyMetadata;
    const create = () => perform('CreateGrant', { KeyId, GranteePrincipal: READER, Operations: ['Decrypt'] });
    create();
    const key = store.key(KeyId, new Date())!;
    key.grants = Array<KeyGrant>(49_999).fill(key.grants[0]!);
    create();
    expect(create).toThrow('A key may have 50000 grants.');
  });
});

// AWS KMS API Reference, CreateGrant; AWS KMS Developer Guide, Creating grants
describe('a child grant', () => {
  it.each<[string, GrantRequest['Constraints'], GrantRequest['Operations'], GrantRequest['Constraints'], string]>([
    ['fewer operations', undefined, ['Decrypt'], undefined, 'allowed'],
    ['the right to make grants', undefined, ['Decrypt', 'CreateGrant'], undefined, 'allowed'],
    ['another operation', undefined, ['Decrypt', 'GenerateDataKey'], undefined, 'AccessDeniedException'],
    ['a constraint of its own', undefined, ['Decrypt'], { EncryptionContextSubset: CONTEXT }, 'allowed'],
    ['no constraint', { EncryptionContextSubset: { Tenant: 'blue' } }, ['Decrypt'], undefined, 'AccessDeniedException'],
    ['the same subset', { EncryptionContextSubset: { Tenant: 'blue' } }, ['Decrypt'], { EncryptionContextSubset: { Tenant: 'blue' } }, 'allowed'],
    ['a narrower subset', { EncryptionContextSubset: { Tenant: 'blue' } }, ['Decrypt'], { EncryptionContextSubset: CONTEXT }, 'allowed'],
    ['all of a context with the subset', { EncryptionContextSubset: { Tenant: 'blue' } }, ['Decrypt'], { EncryptionContextEquals: CONTEXT }, 'allowed'],
    ['a wider subset', { EncryptionContextSubset: CONTEXT }, ['Decrypt'], { EncryptionContextSubset: { Tenant: 'blue' } }, 'AccessDeniedException'],
    ['another value', { EncryptionContextSubset: { Tenant: 'blue' } }, ['Decrypt'], { EncryptionContextSubset: { Tenant: 'red' } }, 'AccessDeniedException'],
    ['the same context', { EncryptionContextEquals: CONTEXT }, ['Decrypt'], { EncryptionContextEquals: CONTEXT }, 'allowed'],
    ['the context as a subset', { EncryptionContextEquals: CONTEXT }, ['Decrypt'], { EncryptionContextSubset: CONTEXT }, 'AccessDeniedException'],
    ['more than the context', { EncryptionContextEquals: { Tenant: 'blue' } }, ['Decrypt'], { EncryptionContextEquals: CONTEXT }, 'AccessDeniedException'],
  ])('with %s: parent %j, child %j %j', async (_, Constraints, Operations, child, expected) => {
    const at = await granted({ Operations: ['Decrypt', 'Encrypt', 'CreateGrant'], Constraints });
    const made = at.kms.as(READER).createGrant({ KeyId: at.keyArn, GranteePrincipal: OUTSIDER, Operations, Constraints: child });
    expect(await outcome(made)).toBe(expected);
    expect(await outcome(decrypt(at.kms.as(OUTSIDER), at))).toBe(expected);
  });

  it('has the source of its parent', async () => {
    const at = await granted({ ...FOR_TABLE, Operations: ['Decrypt', 'CreateGrant'] });
    const service = at.kms.asService(DYNAMODB, { sourceArn: TABLE, sourceAccount: ACCOUNT });
    const create = (Constraints?: object) => outcome(service.createGrant({ KeyId: at.keyArn, GranteePrincipal: READER, Operations: ['Decrypt'], Constraints }));
    expect(await create()).toBe('AccessDeniedException');
    expect(await create({ SourceArn: `${TABLE}2` })).toBe('AccessDeniedException');
    expect(await create({ SourceArn: TABLE })).toBe('allowed');
  });
});

describe('listings', () => {
  const grantee = (i: number) => `arn:aws:iam::${ACCOUNT}:role/R${i}`;
  const many = async () => {
    const at = await scene();
    for (let i = 0; i < 120; i++) {
      await at.root.createGrant({ KeyId: i % 2 ? at.keyArn : at.otherKeyArn, GranteePrincipal: grantee(i), RetiringPrincipal: GRANTEE, Operations: ['Decrypt'] });
    }
    return at;
  };
  type Page = Awaited<ReturnType<KmsClient['listGrants']>>;
  const pages = async (list: (Marker?: string) => Promise<Page>) => {
    const all: Page[] = [];
    for (let Marker: string | undefined, more = true; more;) {
      const page = await list(Marker);
      all.push(page);
      [Marker, more] = page.Truncated ? [page.NextMarker, true] : [undefined, false];
    }
    return all.map(({ Grants }) => Grants.map(({ GrantId }) => GrantId));
  };

  it('of a key tell all that a grant says, by its id and its grantee', async () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const at = await scene(() => now);
    const grant = {
      KeyId: at.keyArn,
      Name: 'orders',
      GranteePrincipal: READER,
      RetiringPrincipal: ROOT,
      Operations: ['Decrypt' as const],
      Constraints: { EncryptionContextEquals: CONTEXT },
    };
    const { GrantId } = await at.root.createGrant(grant);
    const expected = [{ ...grant, GrantId, CreationDate: now, IssuingAccount: ROOT }];
    expect((await at.root.listGrants({ KeyId: at.keyArn, GrantId })).Grants).toEqual(expected);
    expect((await at.root.listGrants({ KeyId: at.keyArn, GranteePrincipal: READER })).Grants).toEqual(expected);
    expect((await at.root.listGrants({ KeyId: at.keyArn, GrantId, GranteePrincipal: GRANTEE })).Grants).toEqual([]);
    expect((await at.root.listGrants({ KeyId: at.keyArn })).Grants).toHaveLength(2);
    expect((await at.root.listGrants({ KeyId: at.otherKeyArn })).Grants).toEqual([]);
  });

  it('give copies: what a caller does to an answer changes no grant', async () => {
    const { root, keyArn: KeyId } = await granted();
    const { Grants } = await root.listGrants({ KeyId, GranteePrincipal: READER });
    Grants[0]!.Operations.push('GenerateDataKey');
    expect((await root.listGrants({ KeyId, GranteePrincipal: READER })).Grants[0]!.Operations).not.toContain('GenerateDataKey');
  });

  it('of a service\'s grants are for that service', async () => {
    const at = await granted({ ...FOR_TABLE, RetiringPrincipal: undefined, RetiringServicePrincipal: DYNAMODB });
    await at.root.createGrant({ KeyId: at.keyArn, GranteePrincipal: READER, Operations: ['Decrypt'] });
    const statement = { Effect: 'Allow', Principal: { Service: DYNAMODB }, Action: 'kms:ListGrants', Resource: '*' };
    await at.root.putKeyPolicy({ KeyId: at.keyArn, Policy: keyPolicy(accountStatement(), statement) });
    const { Grants } = await at.kms.asService(DYNAMODB).listGrants({ KeyId: at.keyArn, GranteeServicePrincipal: DYNAMODB });
    expect(Grants.map(({ GrantId }) => GrantId)).toEqual([at.GrantId]);
    const retirable = await at.kms.asService(DYNAMODB).listRetirableGrants({ RetiringServicePrincipal: DYNAMODB });
    expect(retirable.Grants.map(({ GrantId }) => GrantId)).toEqual([at.GrantId]);
    await expect(at.kms.asService('sqs.amazonaws.com').listRetirableGrants({ RetiringServicePrincipal: DYNAMODB })).rejects.toThrow(
      `User: sqs.amazonaws.com is not authorized to perform: kms:ListRetirableGrants on resource: ${DYNAMODB}`);
  });

  it('forget the grants of a key that is deleted', async () => {
    const { now, pass } = clock();
    const { kms, root, keyArn: KeyId } = await scene(now);
    const { GrantToken } = await root.createGrant({ KeyId, GranteePrincipal: READER, RetiringPrincipal: GRANTEE, Operations: ['Decrypt'] });
    const retirable = async () => (await root.listRetirableGrants({ RetiringPrincipal: GRANTEE })).Grants.length;
    await root.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    expect(await retirable()).toBe(1);
    pass(7);
    expect(await retirable()).toBe(0);
    expect(await outcome(kms.as(GRANTEE).retireGrant({ GrantToken }))).toBe('InvalidGrantTokenException');
  });

  it('come in pages, of a key and of a retiring principal', async () => {
    const { root, keyArn: KeyId } = await many();
    const ofKey = await pages((Marker) => root.listGrants({ KeyId, Limit: 25, Marker }));
    expect(ofKey.map(({ length }) => length)).toEqual([25, 25, 11]);
    expect(new Set(ofKey.flat()).size).toBe(61);
    const retirable = await pages((Marker) => root.listRetirableGrants({ RetiringPrincipal: GRANTEE, Marker }));
    expect(retirable.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect(new Set(retirable.flat()).size).toBe(120);
  });

  it('of a retiring principal reach other accounts\' keys, and only for one\'s own principals', async () => {
    const at = await granted({ RetiringPrincipal: OUTSIDER });
    const list = (principal: Principal, options?: CallOptions) => at.kms.as(principal, options).listRetirableGrants({ RetiringPrincipal: OUTSIDER });
    const { Grants } = await list(allowed(`arn:aws:iam::${OTHER_ACCOUNT}:role/Administrator`, ['ListRetirableGrants']));
    expect(Grants.map(({ GrantId }) => GrantId)).toEqual([at.GrantId]);
    expect((await list(allowed(OUTSIDER, ['ListRetirableGrants']), { region: 'eu-west-1' })).Grants).toEqual([]);
    expect(await outcome(list(allowed(READER, ['*'])))).toBe('AccessDeniedException');
    expect(await outcome(list({ arn: OUTSIDER }))).toBe('AccessDeniedException');
  });
});

// AWS KMS Developer Guide, Retiring and revoking grants
describe('the end of a grant', () => {
  it.each<[string, Partial<GrantRequest>, Principal | string, string]>([
    ['its retiring principal', { RetiringPrincipal: OUTSIDER }, OUTSIDER, 'allowed'],
    ['another principal than the retiring one', { RetiringPrincipal: OUTSIDER }, `${OUTSIDER}2`, 'AccessDeniedException'],
    ['its grantee, if it says so', { Operations: ['Decrypt', 'RetireGrant'] }, READER, 'allowed'],
    ['its grantee, whatever its constraint', { Operations: ['Decrypt', 'RetireGrant'], Constraints: { EncryptionContextEquals: CONTEXT } }, READER, 'allowed'],
    ['its grantee otherwise', {}, READER, 'AccessDeniedException'],
    ['the account of the key', {}, ROOT, 'allowed'],
    ['an administrator there', {}, allowed(GRANTEE, ['RetireGrant']), 'allowed'],
    ['a stranger there', {}, GRANTEE, 'AccessDeniedException'],
    ['its retiring service', { RetiringServicePrincipal: DYNAMODB }, DYNAMODB, 'allowed'],
    ['another service', { RetiringServicePrincipal: DYNAMODB }, 'sqs.amazonaws.com', 'AccessDeniedException'],
    ['a retiring account by its root user', { RetiringPrincipal: OTHER_ROOT }, OTHER_ROOT, 'allowed'],
    ['a retiring account by its IAM', { RetiringPrincipal: OTHER_ROOT }, allowed(OUTSIDER, ['RetireGrant']), 'allowed'],
    ['a retiring account without its IAM', { RetiringPrincipal: OTHER_ROOT }, OUTSIDER, 'AccessDeniedException'],
    ['another account', {}, allowed(OUTSIDER, ['*']), 'AccessDeniedException'],
    ['whom the key policy alone names', {}, `arn:aws:iam::${ACCOUNT}:role/Named`, 'AccessDeniedException'],
  ])('retired by %s', async (_, grant, principal, expected) => {
    const at = await granted(grant);
    const statement = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Named` }, Action: 'kms:RetireGrant', Resource: '*' };
    await at.root.putKeyPolicy({ KeyId: at.keyArn, Policy: keyPolicy(accountStatement(), statement) });
    const client = at.kms.as(principal);
    const dryRun = await outcome(client.retireGrant({ KeyId: at.keyArn, GrantId: at.GrantId, DryRun: true }));
    expect(dryRun).toBe(expected === 'allowed' ? 'DryRunOperationException' : expected);
    expect(await outcome(client.retireGrant({ GrantToken: at.GrantToken }))).toBe(expected);
    const left = (await at.root.listGrants({ KeyId: at.keyArn, GrantId: at.GrantId })).Grants;
    expect(left).toHaveLength(expected === 'allowed' ? 0 : 1);
  });

  it('retired by the account that made it, where that is not the key\'s', async () => {
    const at = await scene();
    const open = { Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 'kms:CreateGrant', Resource: '*' };
    await at.root.putKeyPolicy({ KeyId: at.keyArn, Policy: keyPolicy(accountStatement(), open) });
    const maker = at.kms.as(allowed(OUTSIDER, ['CreateGrant', 'RetireGrant']));
    const { GrantId } = await maker.createGrant({ KeyId: at.keyArn, GranteePrincipal: READER, Operations: ['Decrypt'] });
    expect((await at.root.listGrants({ KeyId: at.keyArn, GrantId })).Grants[0]!.IssuingAccount).toBe(OTHER_ROOT);
    await maker.retireGrant({ KeyId: at.keyArn, GrantId });
    expect(await outcome(decrypt(at.kms.as(READER), at))).toBe('AccessDeniedException');
  });

  it('is denied by an explicit deny of IAM, by the context of its constraint too', async () => {
    const at = await granted({ RetiringPrincipal: READER, Constraints: { EncryptionContextSubset: { Tenant: 'blue' } } });
    const denied = (tenant: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'kms:RetireGrant', Resource: '*', Condition: { StringEquals: { 'kms:EncryptionContext:Tenant': tenant } } }],
    }) as const;
    const retire = (tenant: string) =>
      at.kms.as({ arn: READER, identityPolicies: [denied(tenant)] }).retireGrant({ KeyId: at.keyArn, GrantId: at.GrantId });
    await expect(retire('blue')).rejects.toThrow('with an explicit deny in an identity-based policy');
    await retire('red');
  });

  it('tells another account nothing: neither whether the grant is there nor the key', async () => {
    const at = await granted();
    const client = at.kms.as(allowed(OUTSIDER, ['*']));
    const answer = async (KeyId: string, GrantId: string) =>
      (await exceptionOf(client.retireGrant({ KeyId, GrantId }))).message!.replace(KeyId, 'KEY').replace(/ \(LocalKms.*/s, '');
    const present = await answer(at.keyArn, at.GrantId);
    expect(await answer(at.keyArn, '0'.repeat(64))).toBe(present);
    expect(await answer(`${at.keyArn.slice(0, -12)}000000000000`, at.GrantId)).toBe(present);
  });

  it('revoked, it lets nobody in, and its tokens are none any more', async () => {
    const at = await granted();
    const reader = at.kms.as(READER);
    const use = () => reader.encrypt({ KeyId: at.keyArn, Plaintext: bytes('x'), GrantTokens: [at.GrantToken] });
    await use();
    expect(await outcome(at.root.revokeGrant({ KeyId: at.keyArn, GrantId: at.GrantId, DryRun: true }))).toBe('DryRunOperationException');
    await use();
    expect(await outcome(reader.revokeGrant({ KeyId: at.keyArn, GrantId: at.GrantId }))).toBe('AccessDeniedException');
    await at.root.revokeGrant({ KeyId: at.keyArn, GrantId: at.GrantId });
    expect(await outcome(use())).toBe('InvalidGrantTokenException');
    expect(await outcome(encrypt()(reader, at))).toBe('AccessDeniedException');
    expect(await outcome(at.root.revokeGrant({ KeyId: at.keyArn, GrantId: at.GrantId }))).toBe('NotFoundException');
    expect(await outcome(describeKey(at.kms.as(GRANTEE), at))).toBe('allowed'); // by the other grant
  });

  it('takes no grant of another key along', async () => {
    const at = await granted();
    expect(await outcome(at.root.revokeGrant({ KeyId: at.otherKeyArn, GrantId: at.GrantId }))).toBe('NotFoundException');
    expect(await outcome(decrypt(at.kms.as(READER), at))).toBe('allowed');
  });
});
