import { decrypt, describeKey, DYNAMODB, encrypt, FOR_TABLE, granted, type GrantRequest, OTHER_ROOT, outcome, OUTSIDER, TABLE, type Use } from './grant-scene';
import { ACCOUNT, accountStatement, allowed, bytes, CONTEXT, exceptionOf, GRANTEE, keyPolicy, READER, ROOT, scene } from './scene';
import type { CallOptions, KmsClient, Principal } from '../../../src/testing';
import { bytesInProcess } from '../../../src/testing/aws-json/deserialize';
import { callerOf } from '../../../src/testing/local-kms/callers/caller';
import type { RequestFacts } from '../../../src/testing/local-kms/callers/request-context';
import { TokenSeal } from '../../../src/testing/local-kms/cryptography/token-seal';
import type { KeyGrant } from '../../../src/testing/local-kms/grants/grant';
import { requireFittingGrant } from '../../../src/testing/local-kms/grants/grant-request';
import { newGrantToken } from '../../../src/testing/local-kms/grants/grant-token';
import type { KeyKind } from '../../../src/testing/local-kms/keys/key-spec';
import { KeyStore } from '../../../src/testing/local-kms/keys/key-store';
import { Service } from '../../../src/testing/local-kms/service';
import { GrantOperation } from '../../../src/testing/local-kms/service-model';

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

  it.each<[string, (token: string) => string]>([
    ['with more behind it', (token) => `${token}!`],
    ['with a break', (token) => `${token.slice(0, 40)}\n${token.slice(40)}`],
    ['cut short', (token) => token.slice(0, -4)],
    ['with a character changed', (token) => `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`],
    ['as bytes of nothing', () => 'AAAA'],
  ])('its token is none %s', async (_, change) => {
    const { root, keyArn: KeyId } = await scene();
    const { GrantToken } = await root.createGrant({ KeyId, GranteePrincipal: READER, Operations: ['Decrypt'] });
    await root.describeKey({ KeyId, GrantTokens: [GrantToken] });
    expect((await exceptionOf(root.describeKey({ KeyId, GrantTokens: [change(GrantToken)] }))).name).toBe('InvalidGrantTokenException');
  });

  it('its token is made by this KMS alone, and tells nothing of the grant', async () => {
    const { root, keyArn: KeyId } = await scene();
    const { GrantToken, GrantId } = await root.createGrant({ KeyId, GranteePrincipal: READER, Operations: ['Decrypt'] });
    const described = async (token: string) => (await exceptionOf(root.describeKey({ KeyId, GrantTokens: [token] }))).name ?? 'allowed';
    const content = JSON.stringify({ keyArn: KeyId, grantId: GrantId });
    const forged = [Buffer.from(content).toString('base64url'), newGrantToken(new TokenSeal(), { KeyId, GrantId } as KeyGrant)];
    expect(await Promise.all([GrantToken, ...forged].map(described))).toEqual(['allowed', 'InvalidGrantTokenException', 'InvalidGrantTokenException']);
    expect(Buffer.from(GrantToken, 'base64url').includes(GrantId)).toBe(false);
  });

  // AWS KMS Developer Guide, Grants in AWS KMS, Grant operations
  const OF_EVERY_KEY = ['CreateGrant', 'DescribeKey', 'RetireGrant'];
  it.each<[KeyKind['spec'], KeyKind['usage'], string[]]>([
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', [
      'Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext', 'GenerateDataKeyWithoutPlaintext',
      'ReEncryptFrom', 'ReEncryptTo',
    ]],
    ['RSA_2048', 'ENCRYPT_DECRYPT', ['Decrypt', 'Encrypt', 'GetPublicKey', 'ReEncryptFrom', 'ReEncryptTo']],
    ['RSA_2048', 'SIGN_VERIFY', ['GetPublicKey', 'Sign', 'Verify']],
    ['ECC_NIST_P256', 'KEY_AGREEMENT', ['DeriveSharedSecret', 'GetPublicKey']],
    ['HMAC_256', 'GENERATE_VERIFY_MAC', ['GenerateMac', 'VerifyMac']],
    ['ML_DSA_65', 'SIGN_VERIFY', ['GetPublicKey', 'Sign', 'Verify']],
    ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE', ['Decapsulate', 'Encapsulate', 'GetPublicKey']],
  ])('takes the operations that fit a key of %s for %s, and a context where there is one', (spec, usage, operations) => {
    const fits = (request: RequestFacts) => { try { requireFittingGrant(request, { spec, usage }); return true; } catch { return false; } };
    expect(GrantOperation.enum.filter((operation) => fits({ Operations: [operation] })).sort()).toEqual([...OF_EVERY_KEY, ...operations].sort());
    expect(fits({ Constraints: { EncryptionContextSubset: CONTEXT } })).toBe(spec === 'SYMMETRIC_DEFAULT');
    expect(fits({ Constraints: { SourceArn: TABLE } })).toBe(true);
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
    const perform = (operation: string, input: object) => service.perform(caller, { operation, request: input, requestId: '' }, bytesInProcess) as any;
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
