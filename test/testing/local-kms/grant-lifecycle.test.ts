import { decrypt, describeKey, DYNAMODB, encrypt, FOR_TABLE, granted, type GrantRequest, OTHER_ROOT, outcome, OUTSIDER } from './grant-scene';
import { ACCOUNT, accountStatement, allowed, bytes, clock, CONTEXT, exceptionOf, GRANTEE, keyPolicy, OTHER_ACCOUNT, READER, ROOT, scene } from './scene';
import type { CallOptions, KmsClient, Principal } from '../../../src/testing';

describe('listings of grants', () => {
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
