import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, RemovalPolicy, SecretValue, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { SecureStringParameter } from '../../../src/resources/secure-string-parameter';
import { SecureStringValue } from '../../../src/resources/secure-string-value';
import { SimulatedAccount } from '../../../src/testing';
import { randomPassword } from '../../../src/testing/simulated-account/secrets/random-password';

const TEMPORARY = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
const ADMIN = 'App/Admin';

const opened: SimulatedAccount[] = [];
afterEach(async () => { for (const account of opened.splice(0)) await account.close(); });
afterAll(() => fs.rmSync(TEMPORARY, { recursive: true }));

type Build = (stack: Stack, encryptionKey: kms.Key) => void;

function appOf(build: Build): App {
  const stack = new Stack(new App({ outdir: fs.mkdtempSync(path.join(TEMPORARY, 'out-')) }), 'App');
  const key = new kms.Key(stack, 'Key');
  role(stack, 'Admin').addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess'));
  build(stack, key);
  return stack.node.root as App;
}

function role(stack: Stack, id: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
}

async function load(build: Build): Promise<SimulatedAccount> {
  const account = await SimulatedAccount.of(appOf(build));
  opened.push(account);
  return account;
}

const secretsOf = (account: SimulatedAccount, who = ADMIN) => account.as(who).secrets;
const read = async (account: SimulatedAccount, SecretId: string, who = ADMIN) =>
  (await secretsOf(account, who).getSecretValue({ SecretId })).SecretString!;

describe('a secret of the app', () => {
  it('is read by whom it is granted to, with the key, and by nobody else', async () => {
    const account = await load((stack, encryptionKey) => {
      const secret = new secretsmanager.Secret(stack, 'Db', { encryptionKey, secretName: 'orders/db', secretStringValue: SecretValue.unsafePlainText('s3cret') });
      secret.grantRead(role(stack, 'Reader'));
      secret.grantWrite(role(stack, 'Writer'));
      role(stack, 'Keyless').addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'] }));
      encryptionKey.grantDecrypt(role(stack, 'KeyOnly'));
    });
    expect(await read(account, 'orders/db', 'App/Reader')).toBe('s3cret');
    await expect(read(account, 'orders/db', 'App/Keyless')).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringMatching(/^Access to KMS is not allowed .*kms:Decrypt/) });
    for (const who of ['App/Writer', 'App/KeyOnly']) {
      await expect(read(account, 'orders/db', who)).rejects.toMatchObject({
        name: 'AccessDeniedException', message: expect.stringContaining('is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:111122223333:secret:orders/db-'),
      });
    }
    expect(account.inert).toEqual([]);
  });

  it('is encrypted through Secrets Manager, with its ARN and version as context', async () => {
    let readers: string[] = [];
    const account = await load((stack, encryptionKey) => {
      const secret = new secretsmanager.Secret(stack, 'Db', { encryptionKey, secretStringValue: SecretValue.unsafePlainText('s3cret') });
      const condition = (StringLike: Record<string, string>) => {
        const reader = role(stack, `Reader${stack.node.children.length}`);
        reader.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));
        reader.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [encryptionKey.keyArn], conditions: { StringLike } }));
        return reader.node.path;
      };
      readers = [
        condition({ 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': secret.secretArn, 'kms:EncryptionContext:SecretVersionId': '?*' }),
        condition({ 'kms:EncryptionContext:SecretARN': 'arn:aws:secretsmanager:us-east-1:111122223333:secret:other-*' }),
        condition({ 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' }),
      ];
    });
    const arn = String(account.attribute('App/Db', 'Ref'));
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:App-Db.*-[A-Za-z0-9]{6}$/);
    expect(await read(account, arn, readers[0])).toBe('s3cret');
    for (const reader of readers.slice(1)) await expect(read(account, arn, reader)).rejects.toThrow('Access to KMS is not allowed');
  });

  it('is generated, alone or in a template', async () => {
    const account = await load((stack, encryptionKey) => {
      new secretsmanager.Secret(stack, 'Plain', { encryptionKey });
      new secretsmanager.Secret(stack, 'Json', {
        encryptionKey, generateSecretString: { secretStringTemplate: '{"user":"orders"}', generateStringKey: 'password', passwordLength: 12, excludePunctuation: true },
      });
    });
    expect(await read(account, String(account.attribute('App/Plain', 'Ref')))).toHaveLength(32);
    expect(JSON.parse(await read(account, String(account.attribute('App/Json', 'Ref'))))).toEqual({ user: 'orders', password: expect.stringMatching(/^[A-Za-z0-9]{12}$/) });
  });

  it('keeps its value when the app changes something else, gets another with other settings, and goes with its stack', async () => {
    const withLength = (passwordLength: number, description: string): Build => (stack, encryptionKey) => {
      new secretsmanager.Secret(stack, 'Db', {
        encryptionKey, secretName: 'db', description, generateSecretString: { passwordLength }, removalPolicy: RemovalPolicy.DESTROY,
      });
    };
    const account = await load(withLength(20, 'old'));
    const first = await read(account, 'db');
    await account.update(appOf(withLength(20, 'new')));
    expect(await read(account, 'db')).toBe(first);
    expect(await secretsOf(account).describeSecret({ SecretId: 'db' })).toMatchObject({ Description: 'new' });
    await account.update(appOf(withLength(24, 'new')));
    expect(await read(account, 'db')).toHaveLength(24);
    expect(await secretsOf(account).getSecretValue({ SecretId: 'db', VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: first });
    await account.delete();
    await account.update(appOf(() => undefined));
    await expect(read(account, 'db')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is told apart by its tags', async () => {
    const account = await load((stack, encryptionKey) => {
      for (const team of ['orders', 'billing']) Tags.of(new secretsmanager.Secret(stack, team, { encryptionKey, secretName: team })).add('team', team);
      const reader = role(stack, 'Reader');
      encryptionKey.grantDecrypt(reader);
      const conditions = { StringEquals: { 'aws:ResourceTag/team': 'orders' } };
      reader.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'], conditions }));
    });
    await expect(read(account, 'orders', 'App/Reader')).resolves.toHaveLength(32);
    await expect(read(account, 'billing', 'App/Reader')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('is not made under a key that its creator may not use', async () => {
    const work = load((stack, encryptionKey) => {
      encryptionKey.addToResourcePolicy(new iam.PolicyStatement({
        effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['kms:Decrypt'], resources: ['*'],
      }));
      new secretsmanager.Secret(stack, 'Db', { encryptionKey });
    });
    await expect(work).rejects.toThrow(/CREATE_FAILED AWS::SecretsManager::Secret 'App\/Db\/Resource'.*Access to KMS is not allowed/);
  });

  it('stays inert without a key of the app, and is listed', async () => {
    const account = await load((stack) => { new secretsmanager.Secret(stack, 'Default'); });
    expect(account.inert.map(({ type }) => type)).toEqual(['AWS::SecretsManager::Secret']);
    expect(account.attribute('App/Default', 'Ref')).toMatch(/^arn:aws:secretsmanager:/);
  });

  it.each([undefined, 'password'])('is what a SecureStringParameter is made of, by the real handler (field %s)', async (field) => {
    const account = await load((stack, encryptionKey) => {
      const secretStringValue = SecretValue.unsafePlainText('{"password":"s3cret"}');
      const secret = new secretsmanager.Secret(stack, 'Db', { encryptionKey, secretStringValue });
      new SecureStringParameter(stack, 'Parameter', { encryptionKey, parameterName: '/orders/db', value: SecureStringValue.fromSecret(secret, field) });
    });
    await account.deploy();
    const { Parameter } = await account.as(ADMIN).ssm.getParameter({ Name: '/orders/db', WithDecryption: true });
    expect(Parameter.Value).toBe(field ? 's3cret' : '{"password":"s3cret"}');
  });
});

describe('Secrets Manager', () => {
  it('keeps text and bytes in versions, of which one is current', async () => {
    const account = await load(() => undefined);
    const secrets = secretsOf(account);
    const { VersionId: first, ARN } = await secrets.createSecret({ Name: 'a', KmsKeyId: account.keyArn('App/Key'), SecretString: 'one' });
    const { VersionId: second } = await secrets.putSecretValue({ SecretId: ARN, SecretBinary: Buffer.from([1, 2]) });
    expect(await secrets.getSecretValue({ SecretId: 'a' })).toMatchObject({ SecretBinary: new Uint8Array(Buffer.from([1, 2])), VersionId: second, VersionStages: ['AWSCURRENT'] });
    expect(await secrets.getSecretValue({ SecretId: ARN.slice(0, -7), VersionId: first })).toMatchObject({ SecretString: 'one', VersionStages: ['AWSPREVIOUS'] });
    expect(await secrets.describeSecret({ SecretId: 'a' })).toMatchObject({ VersionIdsToStages: { [first!]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] } });
    await account.as(ADMIN).kms.disableKey({ KeyId: account.keyArn('App/Key') });
    await expect(secrets.getSecretValue({ SecretId: 'a' })).rejects.toMatchObject({ name: 'DecryptionFailure' });
    await expect(secrets.putSecretValue({ SecretId: 'a', SecretString: 'x' })).rejects.toMatchObject({ name: 'EncryptionFailure' });
  });

  it.each<[string, (secrets: ReturnType<typeof secretsOf>, KmsKeyId: string) => Promise<unknown>]>([
    ['ResourceNotFoundException', (secrets) => secrets.getSecretValue({ SecretId: 'absent' })],
    ['ResourceNotFoundException', (secrets) => secrets.getSecretValue({ SecretId: 'a', VersionStage: 'AWSPENDING' })],
    ['ResourceExistsException', (secrets, KmsKeyId) => secrets.createSecret({ Name: 'a', KmsKeyId, SecretString: 'x' })],
    ['ResourceExistsException', (secrets) => secrets.putSecretValue({ SecretId: 'a', SecretString: 'x', ClientRequestToken: '0'.repeat(32) })],
    ['InvalidRequestException', (secrets) => secrets.createSecret({ Name: 'b', SecretString: 'x' })],
    ['InvalidRequestException', (secrets) => secrets.putSecretValue({ SecretId: 'a' })],
    ['InvalidRequestException', (secrets) => secrets.putSecretValue({ SecretId: 'a', SecretString: 'x', SecretBinary: Buffer.from('x') })],
    ['InvalidRequestException', (secrets) => secrets.deleteSecret({ SecretId: 'a' })],
    ['ValidationException', (secrets) => secrets.getSecretValue({ SecretId: '' })],
  ])('answers %s', async (name, call) => {
    const account = await load(() => undefined);
    const KmsKeyId = account.keyArn('App/Key');
    await secretsOf(account).createSecret({ Name: 'a', KmsKeyId, SecretString: 'x', ClientRequestToken: '0'.repeat(32) });
    await expect(call(secretsOf(account), KmsKeyId)).rejects.toMatchObject({ name });
  });

  it('does not tell a value that is too long', async () => {
    const account = await load(() => undefined);
    const secret = secretsOf(account).createSecret({ Name: 'a', KmsKeyId: account.keyArn('App/Key'), SecretString: 'x'.repeat(65_537) });
    await expect(secret).rejects.toThrow(/^1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length/);
  });
});

describe('a random password', () => {
  it('has a character of each type that is not excluded', () => {
    for (let i = 0; i < 50; i++) {
      expect(randomPassword({ PasswordLength: 4 })).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9 ]).{4}$/);
      expect(randomPassword({ PasswordLength: '8', ExcludeCharacters: '01', ExcludeLowercase: 'true', ExcludeUppercase: true, ExcludePunctuation: true })).toMatch(/^[2-9]{8}$/);
    }
  });

  it.each([{ PasswordLength: 3 }, { PasswordLength: 'x' }, { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true }])('is not made of %j', (settings) => {
    expect(() => randomPassword(settings)).toThrow('No password of');
  });
});
