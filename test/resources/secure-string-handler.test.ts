import fc from 'fast-check';
import { FakeParameterStore, FakeSecretStore, Version } from './fake-stores';
import { Clock } from '../../src/custom-resource/clock';
import { CustomResourceError } from '../../src/custom-resource/custom-resource-error';
import { customResource, Outcome } from '../../src/custom-resource/custom-resource-handler';
import { GeneratedSettings, ParameterProperties } from '../../src/resources/secure-string/contract';
import { characterTypes, generatedValue } from '../../src/resources/secure-string/generated-value';
import { secureStringWork } from '../../src/resources/secure-string/lifecycle';

const NAME = '/orders/db';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one';
const NEXT_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/two';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf';
const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/orders/4d1c2b60-0000-11ef-8000-0a1b2c3d4e5f';

const GENERATED: GeneratedSettings = { Source: 'generated', PasswordLength: '32' };
const PROPERTIES: ParameterProperties = {
  Name: NAME, Arn: `arn:aws:ssm:eu-west-1:111122223333:parameter${NAME}`, KeyId: KEY, Tier: 'Standard', Value: GENERATED,
};
const FOREIGN: Version = { Value: 'somebody else\'s', KeyId: KEY, Tier: 'Standard' };

/** One stack that CloudFormation deploys, in a time that passes by sleeping. */
class Deployment {
  public readonly store = new FakeParameterStore();
  public slept = 0;
  private readonly work;

  constructor(secrets: Record<string, string | undefined> = {}, private readonly stackId = STACK) {
    this.work = secureStringWork(this.store, new FakeSecretStore(secrets));
  }

  public create(properties: ParameterProperties = PROPERTIES): Promise<Outcome> {
    return this.send('Create', 'orders-0123456789abcdef', properties);
  }

  public update(from: ParameterProperties, to: ParameterProperties, physicalId = from.Name): Promise<Outcome> {
    return this.send('Update', physicalId, to, from);
  }

  public delete(properties: ParameterProperties = PROPERTIES): Promise<Outcome> {
    return this.send('Delete', properties.Name, properties);
  }

  public value(name = NAME): string | undefined {
    return this.store.latest(name)?.Value;
  }

  private send(RequestType: 'Create' | 'Update' | 'Delete', PhysicalResourceId: string, to: ParameterProperties, from?: ParameterProperties) {
    const clock: Clock = {
      now: () => this.slept,
      remaining: () => 300_000 - this.slept,
      sleep: async (milliseconds) => { this.slept += milliseconds; },
      signal: new AbortController().signal,
    };
    return this.work({
      RequestType,
      RequestId: 'request',
      StackId: this.stackId,
      LogicalResourceId: 'DbPassword',
      ResourceType: 'Custom::SecureStringParameter',
      PhysicalResourceId,
      ResourceProperties: to,
      OldResourceProperties: from,
    }, clock);
  }
}

async function deployed(properties: ParameterProperties = PROPERTIES, secrets = {}): Promise<Deployment> {
  const deployment = new Deployment(secrets);
  await deployment.create(properties);
  return deployment;
}

const failureOf = async (promise: Promise<unknown>): Promise<CustomResourceError> => promise.then(
  () => { throw new Error('It did not fail.'); },
  (error) => {
    expect(error).toBeInstanceOf(CustomResourceError);
    return error;
  });

describe('Creating the parameter', () => {
  it('stores a generated value under the key, and tells its ARN and version', async () => {
    const deployment = new Deployment();
    const outcome = await deployment.create({ ...PROPERTIES, Description: 'For orders', Tags: { team: 'orders' } });
    expect(outcome).toEqual({ physicalResourceId: NAME, attributes: { Arn: PROPERTIES.Arn, Version: 1 } });
    expect(deployment.store.latest(NAME)).toMatchObject({ KeyId: KEY, Tier: 'Standard', Description: 'For orders' });
    expect(deployment.value()).toHaveLength(32);
    expect(Object.fromEntries(deployment.store.tagsOf(NAME))).toMatchObject({
      'team': 'orders', 'cdk-customer-managed-keys:stack-id': STACK, 'cdk-customer-managed-keys:logical-id': 'DbPassword',
    });
  });

  it('leaves a parameter alone that it does not own, and so does the deletion that follows', async () => {
    const deployment = new Deployment();
    deployment.store.write(NAME, FOREIGN);
    const failure = await failureOf(deployment.create());
    expect(failure.message).toBe("Parameter '/orders/db' exists and was not made by this resource of this stack; it is left as it is. "
      + "Choose another 'parameterName', or delete the parameter first if nobody needs its value.");
    await deployment.delete();
    expect(deployment.store.parameters.get(NAME)?.versions).toEqual([FOREIGN]);
  });

  it('leaves a parameter alone that the same resource of an earlier stack made', async () => {
    const earlier = await deployed();
    const tags = Object.fromEntries(earlier.store.tagsOf(NAME));
    const deployment = new Deployment({}, STACK.replace('4d1c', '9999'));
    deployment.store.write(NAME, FOREIGN, tags);
    await failureOf(deployment.create());
    await deployment.delete();
    expect(deployment.value()).toBe(FOREIGN.Value);
  });

  it('keeps the value when CloudFormation delivers the request twice', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    expect(await deployment.create()).toMatchObject({ physicalResourceId: NAME });
    expect(deployment.value()).toBe(value);
  });

  it('leaves no orphan when the answer of Parameter Store gets lost', async () => {
    const deployment = new Deployment();
    deployment.store.fail('putParameter', 'TimeoutError', { when: 'after' });
    const { physicalResourceId } = await failureOf(deployment.create());
    expect(deployment.value()).toBeDefined();
    await deployment.delete({ ...PROPERTIES, Name: physicalResourceId! });
    expect(deployment.store.parameters.size).toBe(0);
  });

  it.each(['InternalServerError', 'TimeoutError'])('lets the deletion look for a parameter when %s leaves open whether there is one', async (error) => {
    const deployment = new Deployment();
    deployment.store.fail('putParameter', error, { times: Infinity });
    expect((await failureOf(deployment.create())).physicalResourceId).toBe(NAME);
  });

  it.each(['AccessDeniedException', 'ParameterLimitExceeded', 'ValidationException'])(
    'has nothing to delete when %s says that there is none, so that a roll-back needs no permission', async (error) => {
      const deployment = new Deployment();
      deployment.store.fail('putParameter', error, { times: Infinity });
      expect((await failureOf(deployment.create())).physicalResourceId).toBeUndefined();
    });

  it('waits until policies are known everywhere', async () => {
    const deployment = new Deployment();
    deployment.store.fail('putParameter', 'AccessDeniedException', { times: 4 });
    await deployment.create();
    expect(deployment.value()).toHaveLength(32);
    expect(deployment.slept).toBe(500 + 1000 + 2000 + 4000);
  });

  it('fails after two minutes of being denied, and says what to do', async () => {
    const deployment = new Deployment();
    deployment.store.deniedKeys.add(KEY);
    const { message } = await failureOf(deployment.create());
    expect(message).toContain(`Access to parameter '/orders/db', its key ${KEY} or its secret was denied for 120 seconds. See that`);
    expect(deployment.slept).toBeGreaterThan(110_000);
    expect(deployment.slept).toBeLessThanOrEqual(120_000);
  });

  it('fails at once where the environment says that nothing has to become known', async () => {
    const deployment = new Deployment();
    deployment.store.deniedKeys.add(KEY);
    const before = process.env;
    process.env = { ...before, CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS: '0' };
    const { message } = await failureOf(deployment.create()).finally(() => { process.env = before; });
    expect(message).toContain('was denied for 0 seconds');
    expect(deployment.slept).toBe(0);
  });
});

describe('A value from a secret', () => {
  const from = (more: object) => ({ ...PROPERTIES, Value: { Source: 'secret' as const, SecretId: SECRET, ...more } });
  const secrets = {
    [SECRET]: '{"password":"correct horse","port":5432}',
    [`${SECRET}:v1`]: 'battery staple',
    'arn:bytes': undefined,
    'arn:text': 'Tr0ub4dor&3',
    'arn:braces': 'Tr0ub4dor{{3}}',
  };

  it.each([
    ['the whole secret', {}, '{"password":"correct horse","port":5432}'],
    ['a field', { JsonField: 'password' }, 'correct horse'],
    ['a version', { VersionId: 'v1' }, 'battery staple'],
  ])('is %s', async (_, more, expected) => {
    expect((await deployed(from(more), secrets)).value()).toBe(expected);
  });

  it.each([
    ['a field that is missing', { JsonField: 'passphrase' }, "has no text in the JSON field 'passphrase'"],
    ['a field that an object inherits', { JsonField: 'constructor' }, "has no text in the JSON field 'constructor'"],
    ['a field that is no text', { JsonField: 'port' }, "has no text in the JSON field 'port'"],
    ['a field of what is no JSON', { SecretId: 'arn:text', JsonField: 'password' }, 'Secret arn:text has no text in the JSON field'],
    ['bytes', { SecretId: 'arn:bytes' }, 'Secret arn:bytes holds bytes; a parameter holds text.'],
    ['a secret that does not exist', { SecretId: 'arn:none' }, 'does not exist'],
    ['a secret that is being deleted', { SecretId: 'arn:deleted' }, 'scheduled for deletion'],
    ['a text with double braces', { SecretId: 'arn:braces' }, 'hold no double braces'],
  ])('cannot be %s', async (_, more, message) => {
    const failure = await failureOf(new Deployment(secrets).create(from(more)));
    expect(failure.message).toContain(message);
    expect(failure.message).not.toMatch(/Tr0ub4dor|horse|5432/);
  });

  it('is copied again when another version is asked for', async () => {
    const deployment = await deployed(from({}), secrets);
    await deployment.update(from({}), from({ VersionId: 'v1' }));
    expect(deployment.value()).toBe('battery staple');
  });
});

describe('Updating the parameter', () => {
  const OTHER_SETTINGS = { ...PROPERTIES, Value: { ...GENERATED, PasswordLength: '40' } };

  it.each([
    ['description', { Description: 'For orders' }],
    ['tier', { Tier: 'Advanced' as const }],
    ['key', { KeyId: NEXT_KEY }],
  ])('keeps the value when the %s changes', async (_, change) => {
    const deployment = await deployed();
    const value = deployment.value();
    const outcome = await deployment.update(PROPERTIES, { ...PROPERTIES, ...change });
    expect(outcome).toEqual({ physicalResourceId: NAME, attributes: { Arn: PROPERTIES.Arn, Version: 2 } });
    expect(deployment.store.latest(NAME)).toMatchObject({ Value: value, ...change });
  });

  it('takes a description away', async () => {
    const described = { ...PROPERTIES, Description: 'For orders' };
    const deployment = await deployed(described);
    await deployment.update(described, PROPERTIES);
    expect(deployment.store.latest(NAME)?.Description).toBe('');
  });

  it('keeps a value that somebody else wrote since', async () => {
    const deployment = await deployed();
    deployment.store.write(NAME, { ...FOREIGN, Value: 'rotated' });
    await deployment.update(PROPERTIES, { ...PROPERTIES, KeyId: NEXT_KEY });
    expect(deployment.store.latest(NAME)).toMatchObject({ Value: 'rotated', KeyId: NEXT_KEY });
  });

  it('adds, changes and removes tags, and only its own', async () => {
    const from = { ...PROPERTIES, Tags: { team: 'orders', cost: '1' } };
    const deployment = await deployed(from);
    deployment.store.tagsOf(NAME).set('added-by-hand', 'yes');
    await deployment.update(from, { ...PROPERTIES, Tags: { team: 'billing' } });
    const tags = Object.fromEntries(deployment.store.tagsOf(NAME));
    expect(tags).toMatchObject({ 'team': 'billing', 'added-by-hand': 'yes' });
    expect(tags).not.toHaveProperty('cost');
  });

  it.each([
    ['another length', { PasswordLength: '40' }],
    ['another revision', { Revision: '2' }],
  ])('makes another value for %s', async (_, change) => {
    const deployment = await deployed();
    const value = deployment.value();
    await deployment.update(PROPERTIES, { ...PROPERTIES, Value: { ...GENERATED, ...change } });
    expect(deployment.value()).not.toBe(value);
  });

  it('makes one value, however often the request is delivered', async () => {
    const deployment = await deployed();
    await deployment.update(PROPERTIES, OTHER_SETTINGS);
    const value = deployment.value();
    await deployment.update(PROPERTIES, OTHER_SETTINGS);
    expect(deployment.value()).toBe(value);
  });

  it('does not touch a parameter that somebody else put in its place', async () => {
    const deployment = await deployed();
    deployment.store.parameters.delete(NAME);
    deployment.store.write(NAME, FOREIGN);
    expect((await failureOf(deployment.update(PROPERTIES, OTHER_SETTINGS))).message).toContain('was not made by this resource');
    expect(deployment.value()).toBe(FOREIGN.Value);
  });

  it('fails when the parameter is gone, and makes no other value behind the user\'s back', async () => {
    const deployment = await deployed();
    deployment.store.parameters.delete(NAME);
    expect((await failureOf(deployment.update(PROPERTIES, OTHER_SETTINGS))).message).toContain('was deleted outside of CloudFormation');
    expect(deployment.store.parameters.size).toBe(0);
  });

  it('refuses to make an advanced parameter standard', async () => {
    const advanced = { ...PROPERTIES, Tier: 'Advanced' as const };
    const deployment = await deployed(advanced);
    const { message } = await failureOf(deployment.update(advanced, PROPERTIES));
    expect(message).toBe("Parameter '/orders/db' is Advanced and cannot become Standard: Parameter Store has no way back. "
      + "Keep ParameterTier.ADVANCED, or choose another 'parameterName' to replace the parameter.");
    expect(deployment.store.parameters.get(NAME)?.versions).toHaveLength(1);
  });

  it('says what to do when the old key cannot be used any more', async () => {
    const deployment = await deployed();
    deployment.store.deniedKeys.add(KEY);
    const { message } = await failureOf(deployment.update(PROPERTIES, { ...PROPERTIES, KeyId: NEXT_KEY }));
    expect(message).toContain("name the old one in 'previousKeys' of the new");
  });
});

describe('Rolling back', () => {
  const REVISED = { ...PROPERTIES, Value: { ...GENERATED, Revision: '2' } };
  const REKEYED = { ...PROPERTIES, KeyId: NEXT_KEY };
  const ADVANCED = { ...PROPERTIES, Tier: 'Advanced' as const };

  it.each([
    ['settings', REVISED],
    ['a key', REKEYED],
    ['settings and a key', { ...REVISED, KeyId: NEXT_KEY }],
    ['a tier', ADVANCED],
    ['a description', { ...PROPERTIES, Description: 'For orders' }],
  ])('%s brings back the value that was there', async (_, changed) => {
    const deployment = await deployed();
    const value = deployment.value();
    await deployment.update(PROPERTIES, changed);
    await deployment.update(changed, PROPERTIES);
    expect(deployment.store.latest(NAME)).toMatchObject({ Value: value, KeyId: KEY });
  });

  it('brings back what somebody else wrote before the change', async () => {
    const deployment = await deployed();
    deployment.store.write(NAME, { ...FOREIGN, Value: 'rotated' });
    await deployment.update(PROPERTIES, REVISED);
    await deployment.update(REVISED, PROPERTIES);
    expect(deployment.value()).toBe('rotated');
  });

  it('needs no access to a key that is already taken away again', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    await deployment.update(PROPERTIES, REKEYED);
    deployment.store.deniedKeys.add(NEXT_KEY);
    await deployment.update(REKEYED, PROPERTIES);
    expect(deployment.store.latest(NAME)).toMatchObject({ Value: value, KeyId: KEY });
  });

  it('waits for the old key, whose policy CloudFormation may roll back a moment later', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    await deployment.update(PROPERTIES, REKEYED);
    deployment.store.fail('putParameter', 'AccessDeniedException', { times: 5 });
    await deployment.update(REKEYED, PROPERTIES);
    expect(deployment.store.latest(NAME)).toMatchObject({ Value: value, KeyId: KEY });
  });

  it('does not bring back what is older than what somebody else wrote since', async () => {
    const deployment = await deployed();
    await deployment.update(PROPERTIES, REKEYED);
    deployment.store.write(NAME, { ...FOREIGN, Value: 'rotated', KeyId: NEXT_KEY });
    await deployment.update(REKEYED, PROPERTIES);
    expect(deployment.store.latest(NAME)).toMatchObject({ Value: 'rotated', KeyId: KEY });
  });

  it('leaves an advanced parameter advanced, and later updates go on', async () => {
    const deployment = await deployed();
    await deployment.update(PROPERTIES, ADVANCED);
    await deployment.update(ADVANCED, PROPERTIES);
    await deployment.update(PROPERTIES, { ...PROPERTIES, Description: 'For orders' });
    expect(deployment.store.latest(NAME)).toMatchObject({ Tier: 'Advanced', Description: 'For orders' });
  });

  it('keeps the value when the change never came as far as a new version', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    deployment.store.fail('putParameter', 'ParameterMaxVersionLimitExceeded');
    expect((await failureOf(deployment.update(PROPERTIES, REVISED))).message).toContain('has a label');
    await deployment.update(REVISED, PROPERTIES);
    expect(deployment.value()).toBe(value);
  });

  it('is not confused with the same change being tried again', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    deployment.store.fail('putParameter', 'InternalError');
    await failureOf(deployment.update(PROPERTIES, REVISED));
    await deployment.update(PROPERTIES, REVISED);
    expect(deployment.value()).not.toBe(value);
    await deployment.update(REVISED, PROPERTIES);
    expect(deployment.value()).toBe(value);
  });
});

describe('Another name', () => {
  const RENAMED = { ...PROPERTIES, Name: '/orders/database', Arn: `${PROPERTIES.Arn}ase` };

  it('replaces the parameter: a new one with its own value, then the old one goes', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    expect(await deployment.update(PROPERTIES, RENAMED)).toEqual({
      physicalResourceId: RENAMED.Name, attributes: { Arn: RENAMED.Arn, Version: 1 },
    });
    expect(deployment.value()).toBe(value);
    await deployment.delete();
    expect([...deployment.store.parameters.keys()]).toEqual([RENAMED.Name]);
    expect(deployment.value(RENAMED.Name)).not.toBe(value);
  });

  it('that is taken leaves both parameters as they are', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    deployment.store.write(RENAMED.Name, FOREIGN);
    await failureOf(deployment.update(PROPERTIES, RENAMED));
    expect([deployment.value(), deployment.value(RENAMED.Name)]).toEqual([value, FOREIGN.Value]);
  });

  it('that is rolled back leaves the old parameter with its value, and the new one goes', async () => {
    const deployment = await deployed();
    const value = deployment.value();
    await deployment.update(PROPERTIES, RENAMED);
    expect(await deployment.update(RENAMED, PROPERTIES)).toMatchObject({ physicalResourceId: NAME });
    await deployment.delete(RENAMED);
    expect([...deployment.store.parameters.keys()]).toEqual([NAME]);
    expect(deployment.value()).toBe(value);
  });
});

describe('Deleting the parameter', () => {
  it('removes it, and succeeds again when it is gone', async () => {
    const deployment = await deployed();
    await deployment.delete();
    expect(deployment.store.parameters.size).toBe(0);
    await expect(deployment.delete()).resolves.toEqual({});
  });

  it('succeeds when it goes at the same moment', async () => {
    const deployment = await deployed();
    deployment.store.fail('deleteParameter', 'ParameterNotFound');
    await expect(deployment.delete()).resolves.toEqual({});
  });

  it('fails when it is denied, so that nobody takes it for deleted', async () => {
    const deployment = await deployed();
    deployment.store.fail('deleteParameter', 'AccessDeniedException', { times: Infinity });
    expect((await failureOf(deployment.delete())).message).toContain('Access to parameter');
    expect(deployment.store.parameters.size).toBe(1);
  });
});

describe('The value', () => {
  const generated = { ...PROPERTIES, Value: { ...GENERATED, ExcludePunctuation: 'true' } }; // nothing that JSON would write otherwise
  const secret = { ...PROPERTIES, Value: { Source: 'secret' as const, SecretId: SECRET, JsonField: 'password' } };
  const operations = ['putParameter', 'getParameter', 'listTagsForResource', 'addTagsToResource'] as const;
  const context = { getRemainingTimeInMillis: () => 60_000 };
  const event = {
    RequestId: 'request', StackId: STACK, LogicalResourceId: 'DbPassword', ResourceType: 'Custom::SecureStringParameter', PhysicalResourceId: NAME,
  };
  afterEach(() => jest.restoreAllMocks());

  /** Each value that the parameter had, and its tags, in a life in which each call of an operation fails once. */
  async function lifeOf(properties: ParameterProperties, operation: typeof operations[number]) {
    const store = new FakeParameterStore();
    const handler = customResource(secureStringWork(store, new FakeSecretStore({ [SECRET]: '{"password":"correct horse"}' })));
    const send = (RequestType: 'Create' | 'Update' | 'Delete', ResourceProperties = properties) => handler(
      { ...event, RequestType, ResourceProperties, OldResourceProperties: properties, ResponseURL: 'https://answer' }, context);
    const seen: string[] = [];
    await send('Create');
    for (const change of [{ KeyId: NEXT_KEY }, { Value: { ...properties.Value, Revision: '2' } }, {}]) {
      seen.push(store.latest(NAME)!.Value);
      store.fail(operation, 'ValidationException');
      await send('Update', { ...properties, ...change });
    }
    const tags = Object.fromEntries(store.tagsOf(NAME));
    store.fail(operation, 'ValidationException');
    await send('Delete');
    return { seen, tags };
  }

  it.each([['generated', generated], ['from a secret', secret]])('%s is in no answer, no error, no log and no tag, whichever call fails', async (_, properties) => {
    const logs = (['log', 'info', 'warn', 'error'] as const).map((method) => jest.spyOn(console, method).mockImplementation());
    const answers = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response());
    const lives = [];
    for (const operation of operations) lives.push(await lifeOf(properties, operation));
    const bodies = answers.mock.calls.map(([, init]) => Buffer.from(init!.body as Uint8Array).toString());
    const said = JSON.stringify([bodies, logs.map((spy) => spy.mock.calls), lives.map(({ tags }) => tags)]);
    expect(bodies).toHaveLength(5 * operations.length);
    expect(said).toContain('Parameter Store refuses parameter');
    for (const value of lives.flatMap(({ seen }) => seen)) expect(said).not.toContain(value);
  });
});

describe('A generated value', () => {
  const flag = fc.constantFrom('true', 'false', undefined);
  const settings = fc.record({
    Source: fc.constant('generated' as const),
    PasswordLength: fc.integer({ min: 5, max: 200 }).map(String),
    ExcludeCharacters: fc.string({ maxLength: 20 }),
    ExcludeLowercase: flag,
    ExcludeNumbers: flag,
    ExcludePunctuation: flag,
    ExcludeUppercase: flag,
    IncludeSpace: flag,
    RequireEachIncludedType: flag,
  });
  const TYPES: [keyof GeneratedSettings & `Exclude${string}`, string, RegExp][] = [
    ['ExcludeLowercase', 'true', /[a-z]/], ['ExcludeUppercase', 'true', /[A-Z]/],
    ['ExcludeNumbers', 'true', /[0-9]/], ['ExcludePunctuation', 'true', /[!-/:-@[-`{-~]/],
  ];

  const possible = settings.filter((asked) => characterTypes(asked).length > 0);

  it('has the length, no excluded character, and each included type where asked for', () => {
    fc.assert(fc.property(possible, (asked) => {
      const value = generatedValue(asked);
      expect(value).toHaveLength(Number(asked.PasswordLength));
      expect([...value].filter((character) => asked.ExcludeCharacters.includes(character))).toEqual([]);
      for (const [prop, excluded, characters] of TYPES) {
        if (asked[prop] === excluded) expect(value).not.toMatch(characters);
        else if (asked.RequireEachIncludedType !== 'false' && asked.ExcludeCharacters === '') expect(value).toMatch(characters);
      }
      if (asked.IncludeSpace !== 'true') expect(value).not.toContain(' ');
    }));
  });

  it('is one that Parameter Store accepts, however long: it has no brace to double', async () => {
    const punctuated = { ...GENERATED, PasswordLength: '8192', ExcludeLowercase: 'true', ExcludeUppercase: 'true', ExcludeNumbers: 'true' };
    const { store } = await deployed({ ...PROPERTIES, Tier: 'Advanced', Value: punctuated });
    expect(new Set(store.latest(NAME)!.Value).size).toBe(31);
  });

  it('is uniform: every value of a small set comes about as often as any other', () => {
    const small: GeneratedSettings = { // two letters and a digit in three places, each type at least once: 18 values
      Source: 'generated',
      PasswordLength: '3',
      ExcludeUppercase: 'true',
      ExcludePunctuation: 'true',
      ExcludeCharacters: 'cdefghijklmnopqrstuvwxyz123456789',
    };
    const counts = new Map<string, number>();
    for (let i = 0; i < 18_000; i++) {
      const value = generatedValue(small);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect(counts.size).toBe(18);
    expect(Math.max(...counts.values()) / Math.min(...counts.values())).toBeLessThan(1.5);
  });
});
