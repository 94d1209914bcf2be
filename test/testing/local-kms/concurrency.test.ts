import { KMS } from '@aws-sdk/client-kms';
import { accountStatement, bytes, exceptionOf, keyPolicy, newKey, READER, ROOT } from './scene';
import { LocalKms, type KmsClient, type Listening } from '../../../src/testing';

/** What both kinds of clients can do. */
type Client = Pick<KmsClient & KMS, keyof KmsClient>;

/** `count` callers at once, and how often each outcome came about. */
async function outcomes(count: number, work: (caller: number) => Promise<unknown>): Promise<Record<string, number>> {
  const ends = await Promise.all(Array.from({ length: count }, async (_, caller) => (await exceptionOf(work(caller))).name ?? 'done'));
  return Object.fromEntries([...new Set(ends)].sort().map((end) => [end, ends.filter((each) => each === end).length]));
}

describe.each(['in process', 'over HTTP'])('many callers at once, %s', (way) => {
  let kms: LocalKms;
  let server: Listening;
  let client: Client;
  let KeyId: string;

  beforeAll(async () => {
    kms = new LocalKms({ principals: { AKIAADMINISTRATOR: { arn: ROOT } }, principalExists: () => true });
    server = await kms.listen();
    const credentials = { accessKeyId: 'AKIAADMINISTRATOR', secretAccessKey: 'any' };
    client = (way === 'over HTTP' ? new KMS({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 }) : kms.as(ROOT)) as Client;
  });
  beforeEach(async () => { KeyId = await newKey(kms.as(ROOT)); });
  afterAll(() => server.close());

  it('each get a key of their own, and all are listed once', async () => {
    const made = await Promise.all(Array.from({ length: 200 }, async () => (await client.createKey({})).KeyMetadata!.KeyId!));
    const listed: string[] = [];
    for (let Marker: string | undefined; listed.length === 0 || Marker !== undefined;) {
      const page = await client.listKeys({ Limit: 30, ...(Marker !== undefined && { Marker }) });
      listed.push(...page.Keys!.map((key) => key.KeyId!));
      Marker = page.Truncated ? page.NextMarker : undefined;
    }
    expect(new Set(made).size).toBe(200);
    expect(listed).toHaveLength(new Set(listed).size);
    expect(listed).toEqual(expect.arrayContaining(made));
  });

  it('get an alias only once, and no more than a key may have', async () => {
    expect(await outcomes(200, () => client.createAlias({ AliasName: 'alias/one', TargetKeyId: KeyId })))
      .toEqual({ AlreadyExistsException: 199, done: 1 });
    expect(await outcomes(120, (i) => client.createAlias({ AliasName: `alias/${i}`, TargetKeyId: KeyId })))
      .toEqual({ LimitExceededException: 71, done: 49 });
    expect((await client.listAliases({ KeyId, Limit: 100 })).Aliases).toHaveLength(50);
  });

  it('get one grant for one name', async () => {
    const request = { KeyId, GranteePrincipal: READER, Operations: ['Decrypt'] as ['Decrypt'], Name: 'orders' };
    const ids = await Promise.all(Array.from({ length: 150 }, async () => (await client.createGrant(request)).GrantId));
    expect(new Set(ids).size).toBe(1);
    expect((await client.listGrants({ KeyId })).Grants).toHaveLength(1);
    expect(await outcomes(50, () => client.revokeGrant({ KeyId, GrantId: ids[0]! }))).toEqual({ NotFoundException: 49, done: 1 });
  });

  it('rotate no more often than a key may be, while others encrypt, and nothing is lost', async () => {
    const sealed: Uint8Array[] = [];
    const encrypt = async (i: number) => { sealed.push((await client.encrypt({ KeyId, Plaintext: bytes(`order ${i}`) })).CiphertextBlob!); };
    const rotate = () => client.rotateKeyOnDemand({ KeyId });
    expect(await outcomes(200, (i) => i % 4 === 0 ? rotate() : encrypt(i))).toEqual({ LimitExceededException: 25, done: 175 });
    expect((await client.listKeyRotations({ KeyId })).Rotations).toHaveLength(25);
    const opened = await Promise.all(sealed.map(async (CiphertextBlob) => client.decrypt({ CiphertextBlob })));
    const plaintexts = opened.map(({ Plaintext }) => Buffer.from(Plaintext!).toString());
    expect(new Set(plaintexts)).toEqual(new Set(Array.from({ length: 200 }, (_, i) => i).filter((i) => i % 4).map((i) => `order ${i}`)));
    expect(new Set(opened.map(({ KeyMaterialId }) => KeyMaterialId)).size).toBeGreaterThan(1);
  });

  it('see the key enabled or disabled, open or closed, and nothing between', async () => {
    const open = keyPolicy(accountStatement());
    const closed = keyPolicy(accountStatement(), { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' });
    const moves = [
      (i: number) => client.putKeyPolicy({ KeyId, Policy: i % 16 ? open : closed }),
      () => client.disableKey({ KeyId }),
      () => client.enableKey({ KeyId }),
      (i: number) => client.tagResource({ KeyId, Tags: [{ TagKey: `t${i % 40}`, TagValue: String(i) }] }),
    ];
    const ends = await outcomes(400, (i) => i % 2 ? client.encrypt({ KeyId, Plaintext: bytes('x') }) : moves[(i / 2) % moves.length]!(i));
    expect(Object.keys(ends).filter((end) => !['AccessDeniedException', 'DisabledException', 'done'].includes(end))).toEqual([]);
    expect(ends['done']).toBeGreaterThanOrEqual(200);
    expect((await client.listResourceTags({ KeyId })).Tags).toHaveLength(5);
  });

  it('delete and use an alias: every use finds the key or nothing', async () => {
    const AliasName = 'alias/moving';
    await client.createAlias({ AliasName, TargetKeyId: KeyId });
    const ends = await outcomes(300, (i) => {
      if (i % 3 === 0) { return client.deleteAlias({ AliasName }); }
      return i % 3 === 1 ? client.createAlias({ AliasName, TargetKeyId: KeyId }) : client.generateDataKey({ KeyId: AliasName, KeySpec: 'AES_256' });
    });
    expect(Object.keys(ends).filter((end) => !['AlreadyExistsException', 'NotFoundException', 'done'].includes(end))).toEqual([]);
  });
});
