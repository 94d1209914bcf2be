import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { evaluate } from '../../../src/proof';
import { AccessCell, SimulatedAccount } from '../../../src/testing';

const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'access-matrix-'));
afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

const ANYONE = new iam.AccountRootPrincipal();
const ROOT = { arn: 'arn:aws:iam::111122223333:root' };

function stackIn(app = new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) }), id = 'App', env = {}): Stack {
  return new Stack(app, id, { env });
}

function role(stack: Stack, id: string, ...statements: iam.PolicyStatementProps[]): iam.Role {
  const made = new iam.Role(stack, id, { assumedBy: ANYONE });
  statements.forEach((statement) => made.addToPolicy(new iam.PolicyStatement(statement)));
  return made;
}

const load = (stack: Stack) => SimulatedAccount.of(stack.node.root as App);

function cellOf(account: SimulatedAccount, who: string, action: string): AccessCell {
  return account.matrix({ actions: [action] }).cells.find((cell) => cell.who === who)!;
}

describe('the access matrix', () => {
  it('names for each cell the statement that decides, as data', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key', { alias: 'orders' });
    key.grantDecrypt(role(stack, 'Reader'));
    key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'NoReaders', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['kms:Encrypt'], resources: ['*'],
    }));
    const account = await load(stack);
    const matrix = account.matrix({ keys: ['alias/orders'], actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:Sign'] });
    const KeyArn = account.keyArn('alias/orders');
    const reader = { who: 'App/Reader', principal: account.as('App/Reader').arn, key: 'App/Key', keyArn: KeyArn };

    expect(matrix.cells.map(({ who, action, decision }) => `${who} ${action} ${decision}`)).toEqual([
      'App/Reader kms:Decrypt allow', 'App/Reader kms:Encrypt deny', 'App/Reader kms:Sign deny',
      'root of 111122223333 kms:Decrypt allow', 'root of 111122223333 kms:Encrypt deny', 'root of 111122223333 kms:Sign allow',
    ]);
    expect(matrix.cells[0]).toEqual({
      ...reader,
      action: 'kms:Decrypt',
      decision: 'allow',
      statement: expect.objectContaining({ policy: 'identityPolicy', index: 0 }),
      reason: expect.stringContaining('allows kms:Decrypt'),
    });
    expect(matrix.cells[1]).toMatchObject({ ...reader, action: 'kms:Encrypt', decision: 'deny', statement: { policy: 'keyPolicy', sid: 'NoReaders' } });
    expect(matrix.cells[2]).toMatchObject({ decision: 'deny', reason: expect.stringContaining('No identity policy') });
    expect(matrix.cells[2]).not.toHaveProperty('statement');
  });

  it('says what a call comes to, cell by cell', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    key.grantDecrypt(role(stack, 'Reader'));
    key.grantEncrypt(role(stack, 'Writer'));
    key.grantAdmin(role(stack, 'Admin'));
    role(stack, 'Other');
    const account = await load(stack);
    const KeyId = account.keyArn('App/Key');
    const { CiphertextBlob } = await account.kms.as(ROOT).encrypt({ KeyId, Plaintext: Buffer.from('x') });
    const calls: Record<string, (who: string) => Promise<unknown>> = {
      'kms:Encrypt': (who) => account.as(who).kms.encrypt({ KeyId, Plaintext: Buffer.from('x') }),
      'kms:Decrypt': (who) => account.as(who).kms.decrypt({ KeyId, CiphertextBlob }),
      'kms:DescribeKey': (who) => account.as(who).kms.describeKey({ KeyId }),
      'kms:UpdateKeyDescription': (who) => account.as(who).kms.updateKeyDescription({ KeyId, Description: 'x' }),
    };
    const { cells } = account.matrix({ actions: Object.keys(calls) });
    for (const { who, action, decision } of cells.filter((cell) => cell.who.startsWith('App/'))) {
      const outcome = await calls[action]!(who).then(() => 'allow', ({ name }) => name === 'AccessDeniedException' ? 'deny' : name);
      expect([who, action, outcome]).toEqual([who, action, decision]);
    }
    expect(cells.filter(({ decision }) => decision === 'allow')).toHaveLength(4 + 1 + 1 + 2);
  });

  it('tells on which condition a cell is open, with a request that meets it', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Logs',
      principals: [new iam.ServicePrincipal('logs.amazonaws.com')],
      actions: ['kms:Encrypt'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111122223333:*' } },
    }));
    const byOrder = { StringEquals: { 'kms:EncryptionContext:order': '7' } };
    role(stack, 'Reader', { actions: ['kms:Decrypt'], resources: [key.keyArn], conditions: byOrder });
    const account = await load(stack);

    const logs = cellOf(account, 'logs.amazonaws.com', 'kms:Encrypt');
    expect(logs).toMatchObject({ decision: 'conditional', statement: { policy: 'keyPolicy', sid: 'Logs' } });
    const reader = cellOf(account, 'App/Reader', 'kms:Decrypt');
    expect(reader).toMatchObject({ decision: 'conditional', witness: { context: { 'kms:EncryptionContext:order': '7' } } });
    for (const { witness, keyArn, principal } of [logs, reader]) {
      const input = account.kms.matter(principal === 'logs.amazonaws.com' ? { arn: principal } : {
        arn: principal,
        identityPolicies: [{
          Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn, Condition: byOrder }],
        }],
      }, witness!.action.replace('kms:', ''), keyArn)!;
      expect(evaluate({ ...input, request: witness! }).decision).toBe('allow');
    }
    expect(cellOf(account, 'logs.amazonaws.com', 'kms:Decrypt').decision).toBe('deny');
  });

  it('knows the tags of principals and keys, and nothing of what variables come to', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    Tags.of(key).add('team', 'orders');
    for (const team of ['orders', 'billing']) {
      role(stack, team, { actions: ['kms:Decrypt'], resources: ['*'], conditions: { StringEquals: { 'aws:ResourceTag/team': team } } });
    }
    role(stack, 'Tenant', { actions: ['kms:Decrypt'], resources: ['*'], conditions: { StringEquals: { 'kms:EncryptionContext:tenant': '${aws:PrincipalTag/tenant}' } } });
    const account = await load(stack);
    expect(['App/orders', 'App/billing', 'App/Tenant'].map((who) => cellOf(account, who, 'kms:Decrypt').decision)).toEqual(['allow', 'deny', 'unknown']);
  });

  it('counts grants of the simulated AWS KMS, and services that they name', async () => {
    const stack = stackIn();
    new kms.Key(stack, 'Key');
    role(stack, 'Reader');
    const account = await load(stack);
    expect(cellOf(account, 'App/Reader', 'kms:Decrypt').decision).toBe('deny');
    const KeyId = account.keyArn('App/Key');
    const GranteePrincipal = account.as('App/Reader').arn;
    await account.kms.as(ROOT).createGrant({ KeyId, GranteePrincipal, Operations: ['Decrypt'], Name: 'reader' });
    const Constraints = { EncryptionContextSubset: { order: '7' } };
    await account.kms.as(ROOT).createGrant({ KeyId, GranteePrincipal, Operations: ['Encrypt'], Name: 'writer', Constraints });
    expect(cellOf(account, 'App/Reader', 'kms:Decrypt')).toMatchObject({ decision: 'allow', statement: { policy: 'grant', statement: { Name: 'reader' } } });
    expect(cellOf(account, 'App/Reader', 'kms:Encrypt')).toMatchObject({ decision: 'conditional', witness: { context: { 'kms:EncryptionContext:order': '7' } } });
    expect(String(account.matrix({ actions: ['kms:Decrypt'] }))).toContain("grant 'reader'");
  });

  it('has the roles that the app imported, and the keys of other accounts', async () => {
    const app = new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) });
    const [keys, users] = [stackIn(app, 'Keys', { account: '111111111111', region: 'eu-west-1' }), stackIn(app, 'Users', { account: '222222222222', region: 'eu-west-1' })];
    const key = new kms.Key(keys, 'Key', { alias: 'orders' });
    key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.AccountPrincipal('222222222222')], actions: ['kms:*'], resources: ['*'] }));
    role(users, 'Reader', { actions: ['kms:*'], resources: ['*'] });
    new iam.Policy(users, 'Legacy', {
      roles: [iam.Role.fromRoleName(users, 'Imported', 'legacy')], statements: [new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'] })],
    });
    const account = await load(keys);
    expect(account.matrix({ actions: ['kms:Decrypt', 'kms:PutKeyPolicy'] }).cells.map(({ who, action, decision }) => `${who} ${action} ${decision}`)).toEqual([
      'Users/Reader kms:Decrypt allow', 'Users/Reader kms:PutKeyPolicy deny',
      'legacy kms:Decrypt allow', 'legacy kms:PutKeyPolicy deny',
      'root of 111111111111 kms:Decrypt allow', 'root of 111111111111 kms:PutKeyPolicy allow',
    ]);
  });

  it('asks for what a key of its spec and usage can do', async () => {
    const stack = stackIn();
    new kms.Key(stack, 'Key', { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC });
    const actions = (await load(stack)).matrix({ actions: ['kms:*Mac', 'kms:Encr*', 'kms:PutKey*'] }).cells.map(({ action }) => action);
    expect([...new Set(actions)]).toEqual(['kms:GenerateMac', 'kms:PutKeyPolicy', 'kms:VerifyMac']);
  });

  it('is text, too, always the same', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    key.grantDecrypt(role(stack, 'Reader'));
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('sns.amazonaws.com')],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    }));
    role(stack, 'Other');
    expect(`\n${(await load(stack)).matrix()}\n`).toMatchInlineSnapshot(`
"
App/Key
  App/Reader
    allow        Decrypt                                                           identity policy 1, statement 1
    deny         all else                                                          no statement
  App/Other
    deny         everything                                                        no statement
  root of 111122223333
    allow        CancelKeyDeletion, CreateAlias, CreateGrant, Decrypt              key policy, statement 1
                 DeleteAlias, DeleteImportedKeyMaterial, DescribeKey, DisableKey
                 DisableKeyRotation, EnableKey, EnableKeyRotation, Encrypt
                 GenerateDataKey, GenerateDataKeyPair
                 GenerateDataKeyPairWithoutPlaintext
                 GenerateDataKeyWithoutPlaintext, GetKeyLastUsage, GetKeyPolicy
                 GetKeyRotationStatus, GetParametersForImport, ImportKeyMaterial
                 ListGrants, ListKeyPolicies, ListKeyRotations, ListResourceTags
                 PutKeyPolicy, ReEncryptFrom, ReEncryptTo, ReplicateKey
                 RevokeGrant, RotateKeyOnDemand, ScheduleKeyDeletion
                 SynchronizeMultiRegionKey, TagResource, UntagResource
                 UpdateAlias, UpdateKeyDescription, UpdatePrimaryRegion
  sns.amazonaws.com
    conditional  Decrypt, GenerateDataKey                                          key policy, statement 2 if aws:SourceAccount
    deny         all else                                                          no statement
"
`);
  });

  it('tells every condition that a plain call does not meet, be it on what callers cannot choose', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    const withTag = (id: string, ...of: string[]) => {
      const StringEquals = Object.fromEntries(of.map((tag) => [`aws:PrincipalTag/${tag}`, 'orders']));
      const made = role(stack, id, { actions: ['kms:Decrypt'], resources: [key.keyArn], conditions: { StringEquals } });
      Tags.of(made).add('team', 'orders');
    };
    withTag('Tagged', 'team');
    withTag('Lacking', 'team', 'project');
    role(stack, 'Member', { actions: ['kms:Decrypt'], resources: [key.keyArn], conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } });
    const account = await load(stack);

    expect(cellOf(account, 'App/Tagged', 'kms:Decrypt').decision).toBe('allow');
    expect(cellOf(account, 'App/Lacking', 'kms:Decrypt')).toMatchObject({ decision: 'conditional', conditions: ['aws:PrincipalTag/project'] });
    expect(cellOf(account, 'App/Member', 'kms:Decrypt').conditions).toContain('aws:PrincipalOrgID');
    expect(String(account.matrix())).toMatch(/Decrypt .* if aws:PrincipalTag\/project$/m);
  });

  it('does not deny what hangs on policies that the app does not tell', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    const group = new iam.Group(stack, 'Group');
    const managed = iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess');
    iam.User.fromUserName(stack, 'Added', 'added').addToGroup(group);
    new iam.CfnUserToGroupAddition(stack, 'Addition', { groupName: group.groupName, users: [new iam.User(stack, 'AlsoAdded').userName] });
    new iam.Role(stack, 'Power', { assumedBy: ANYONE, managedPolicies: [managed] });
    const bounded = new iam.Role(stack, 'Bounded', { assumedBy: ANYONE, permissionsBoundary: managed });
    const member = new iam.User(stack, 'Member');
    member.addToGroup(group);
    key.grantDecrypt(group);
    key.grantDecrypt(bounded);
    role(stack, 'Other');
    const account = await load(stack);
    const decisions = account.matrix({ actions: ['kms:Decrypt', 'kms:Encrypt'] }).cells
      .filter(({ who }) => !who.startsWith('root')).map(({ who, action, decision }) => `${who} ${action} ${decision}`);
    expect(decisions).toEqual([
      'App/AlsoAdded kms:Decrypt unknown', 'App/AlsoAdded kms:Encrypt unknown',
      'App/Power kms:Decrypt unknown', 'App/Power kms:Encrypt unknown', 'App/Bounded kms:Decrypt unknown', 'App/Bounded kms:Encrypt deny',
      'App/Member kms:Decrypt unknown', 'App/Member kms:Encrypt unknown', 'App/Other kms:Decrypt deny', 'App/Other kms:Encrypt deny',
      'added kms:Decrypt unknown', 'added kms:Encrypt unknown',
    ]);
    expect(cellOf(account, 'App/Power', 'kms:Decrypt').reason).toContain('arn:aws:iam::aws:policy/PowerUserAccess');
    for (const who of ['App/Member', 'App/AlsoAdded', 'added']) {
      expect(cellOf(account, who, 'kms:Decrypt').reason).toContain('arn:aws:iam::111122223333:group/');
    }
    expect(account.inert.map(({ type }) => type)).toContain('AWS::IAM::UserToGroupAddition');
  });

  it('knows the path of an imported role from policies that name it', async () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    for (const name of ['named', 'unnamed']) {
      const imported = iam.Role.fromRoleArn(stack, name, `arn:aws:iam::111122223333:role/team/${name}`);
      imported.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['kms:Sign'], resources: [key.keyArn] }));
      if (name === 'named') key.addToResourcePolicy(new iam.PolicyStatement({ principals: [imported], actions: ['kms:Decrypt'], resources: ['*'] }));
    }
    const account = await load(stack);
    expect(['named', 'unnamed'].map((who) => account.as(who).arn)).toEqual(['arn:aws:iam::111122223333:role/team/named', 'arn:aws:iam::111122223333:role/unnamed']);
    expect(['named', 'unnamed'].map((who) => cellOf(account, who, 'kms:Decrypt').decision)).toEqual(['allow', 'deny']);
  });

  it('has imported users and roles, of every account', async () => {
    const app = stackIn().node.root as App;
    for (const account of ['111122223333', '444455556666']) {
      const stack = stackIn(app, `In${account}`, { account, region: 'us-east-1' });
      const imported = [iam.Role.fromRoleName(stack, 'Role', 'Imported'), iam.User.fromUserName(stack, 'User', `user-of-${account}`)];
      for (const each of imported) each.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'] }));
      if (account === '111122223333') new kms.Key(stack, 'Key');
    }
    const simulated = await SimulatedAccount.of(app);
    const { cells } = simulated.matrix({ actions: ['kms:Decrypt'] });
    expect(cells.map(({ who, decision }) => `${who} ${decision}`).sort()).toEqual([
      'arn:aws:iam::111122223333:role/Imported allow', 'arn:aws:iam::444455556666:role/Imported deny',
      'root of 111122223333 allow', 'user-of-111122223333 allow', 'user-of-444455556666 deny',
    ]);
    const roles = ['arn:aws:iam::111122223333:role/Imported', 'arn:aws:iam::444455556666:role/Imported'] as const;
    expect(() => simulated.as('Imported')).toThrow(`'Imported' means several roles and users: ${roles.join(', ')}. Give the ARN.`);
    const KeyId = simulated.keyArn('In111122223333/Key');
    await expect(simulated.as(roles[0]).kms.describeKey({ KeyId })).resolves.toHaveProperty('KeyMetadata');
    await expect(simulated.as(roles[1]).kms.describeKey({ KeyId })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(simulated.as('user-of-444455556666').arn).toBe('arn:aws:iam::444455556666:user/user-of-444455556666');
  });
});
