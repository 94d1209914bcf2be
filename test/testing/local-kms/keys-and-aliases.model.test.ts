import fc from 'fast-check';
import { bytes, exceptionOf, ROOT } from './scene';
import { LocalKms, type KmsClient } from '../../../src/testing';

/** One thing that somebody does. `key` and `to` count the keys in the order in which they were created. */
interface Step {
  readonly does: keyof typeof EXPECTED;
  readonly key: number;
  readonly alias: string;
  readonly days: number;
}

interface ModelKey {
  state: 'Enabled' | 'Disabled' | 'PendingDeletion' | 'gone';
  deletedOn: number;
}

/** What AWS KMS promises of keys and aliases, in as few words as possible. */
class Model {
  public readonly keys: ModelKey[] = [];
  public readonly aliases = new Map<string, number>();
  public day = 0;

  public passTime(days: number): void {
    this.day += days;
    for (const [key, { state, deletedOn }] of this.keys.entries()) {
      if (state === 'PendingDeletion' && deletedOn <= this.day) { this.remove(key); }
    }
  }

  public remove(key: number): void {
    this.keys[key]!.state = 'gone';
    for (const [name, target] of this.aliases) { if (target === key) { this.aliases.delete(name); } }
  }
}

type Outcome = string | undefined;

const GONE = 'NotFoundException';
const WRONG_STATE = 'KMSInvalidStateException';

/** The exception for a key that is gone or waits for its deletion; none for others. */
const refusal = ({ state }: ModelKey): Outcome => state === 'gone' ? GONE : state === 'PendingDeletion' ? WRONG_STATE : undefined;
const use = (key: ModelKey): Outcome => refusal(key) ?? (key.state === 'Disabled' ? 'DisabledException' : undefined);

/** What each does to the model, and the exception that it ends in. */
const EXPECTED = {
  createKey: (model: Model) => { model.keys.push({ state: 'Enabled', deletedOn: NaN }); },
  enableKey: (model: Model, { key }: Step) => changed(model.keys[key]!, refusal, { state: 'Enabled' }),
  disableKey: (model: Model, { key }: Step) => changed(model.keys[key]!, refusal, { state: 'Disabled' }),
  scheduleKeyDeletion: (model: Model, { key, days }: Step) => changed(model.keys[key]!, refusal, { state: 'PendingDeletion', deletedOn: model.day + days }),
  cancelKeyDeletion: (model: Model, { key }: Step) =>
    changed(model.keys[key]!, ({ state }) => state === 'gone' ? GONE : state === 'PendingDeletion' ? undefined : WRONG_STATE, { state: 'Disabled' }),
  createAlias: (model: Model, { key, alias }: Step) => {
    const failure = refusal(model.keys[key]!) ?? (model.aliases.has(alias) ? 'AlreadyExistsException' : undefined);
    if (!failure) { model.aliases.set(alias, key); }
    return failure;
  },
  updateAlias: (model: Model, { key, alias }: Step) => {
    const failure = model.aliases.has(alias) ? refusal(model.keys[key]!) : GONE;
    if (!failure) { model.aliases.set(alias, key); }
    return failure;
  },
  deleteAlias: (model: Model, { alias }: Step) => model.aliases.delete(alias) ? undefined : GONE,
  useKey: (model: Model, { key }: Step) => use(model.keys[key]!),
  useAlias: (model: Model, { alias }: Step) => model.aliases.has(alias) ? use(model.keys[model.aliases.get(alias)!]!) : GONE,
  passTime: (model: Model, { days }: Step) => model.passTime(days),
} satisfies Record<string, (model: Model, step: Step) => Outcome | void>;

function changed(key: ModelKey, failureOf: (key: ModelKey) => Outcome, change: Partial<ModelKey>): Outcome {
  const failure = failureOf(key);
  if (!failure) { Object.assign(key, change); }
  return failure;
}

/** The KMS under test, with the ids that it gave to the model's keys. */
class Subject {
  public readonly ids: string[] = [];
  public readonly kms = new LocalKms();
  public readonly root: KmsClient = this.kms.as(ROOT);
  private readonly sealed: Uint8Array[] = [];

  public readonly does: Record<Step['does'], (step: Step) => Promise<unknown>> = {
    createKey: async () => {
      const { KeyMetadata: { KeyId } } = await this.root.createKey();
      this.ids.push(KeyId);
      this.sealed.push((await this.root.encrypt({ KeyId, Plaintext: bytes(KeyId) })).CiphertextBlob);
    },
    enableKey: ({ key }) => this.root.enableKey({ KeyId: this.ids[key]! }),
    disableKey: ({ key }) => this.root.disableKey({ KeyId: this.ids[key]! }),
    scheduleKeyDeletion: ({ key, days }) => this.root.scheduleKeyDeletion({ KeyId: this.ids[key]!, PendingWindowInDays: days }),
    cancelKeyDeletion: ({ key }) => this.root.cancelKeyDeletion({ KeyId: this.ids[key]! }),
    createAlias: ({ key, alias }) => this.root.createAlias({ AliasName: alias, TargetKeyId: this.ids[key]! }),
    updateAlias: ({ key, alias }) => this.root.updateAlias({ AliasName: alias, TargetKeyId: this.ids[key]! }),
    deleteAlias: ({ alias }) => this.root.deleteAlias({ AliasName: alias }),
    useKey: async ({ key }) => {
      const { KeyId, Plaintext } = await this.root.decrypt({ KeyId: this.ids[key]!, CiphertextBlob: this.sealed[key]! });
      expect([KeyId!.split('/')[1], Buffer.from(Plaintext).toString()]).toEqual([this.ids[key], this.ids[key]]);
    },
    useAlias: ({ alias }) => this.root.generateDataKey({ KeyId: alias, KeySpec: 'AES_256' }),
    passTime: async ({ days }) => this.kms.advance({ days }),
  };

  /** What listings and DescribeKey say, in the words of the model. */
  public async state(): Promise<object> {
    const { Keys } = await this.root.listKeys({ Limit: 1000 });
    const { Aliases } = await this.root.listAliases();
    const described = await Promise.all(Keys.map(async ({ KeyId }) => (await this.root.describeKey({ KeyId })).KeyMetadata));
    return {
      keys: Object.fromEntries(described.map(({ KeyId, KeyState }) => [this.ids.indexOf(KeyId), KeyState])),
      aliases: Object.fromEntries(Aliases.map(({ AliasName, TargetKeyId }) => [AliasName, this.ids.indexOf(TargetKeyId)])),
    };
  }
}

function stateOf({ keys, aliases }: Model): object {
  const there = [...keys.entries()].filter(([, { state }]) => state !== 'gone').map(([key, { state }]) => [key, state]);
  return { keys: Object.fromEntries(there), aliases: Object.fromEntries(aliases) };
}

const steps = fc.array(fc.record({
  does: fc.constantFrom(...Object.keys(EXPECTED) as Step['does'][]),
  key: fc.nat(3),
  alias: fc.constantFrom('alias/a', 'alias/b', 'alias/c'),
  days: fc.integer({ min: 7, max: 30 }),
}), { minLength: 10, maxLength: 60 });

it('keys and aliases are what the model says, whatever happens to them in whatever order', async () => {
  const outcomes = new Set<string>();
  await fc.assert(fc.asyncProperty(steps, async (history) => {
    const [model, subject] = [new Model(), new Subject()];
    for (const given of [{ ...history[0]!, does: 'createKey' } as const, ...history]) {
      const step = { ...given, key: given.key % Math.max(1, model.keys.length) };
      const expected = EXPECTED[step.does](model, step) ?? undefined;
      expect({ step, failure: (await exceptionOf(subject.does[step.does](step))).name }).toEqual({ step, failure: expected });
      expect(await subject.state()).toEqual(stateOf(model));
      outcomes.add(`${step.does}: ${expected ?? 'done'}`);
    }
  }), { numRuns: 150 });
  expect([...outcomes].sort()).toEqual([
    'cancelKeyDeletion: KMSInvalidStateException', 'cancelKeyDeletion: NotFoundException', 'cancelKeyDeletion: done',
    'createAlias: AlreadyExistsException', 'createAlias: KMSInvalidStateException', 'createAlias: NotFoundException', 'createAlias: done',
    'createKey: done',
    'deleteAlias: NotFoundException', 'deleteAlias: done',
    'disableKey: KMSInvalidStateException', 'disableKey: NotFoundException', 'disableKey: done',
    'enableKey: KMSInvalidStateException', 'enableKey: NotFoundException', 'enableKey: done',
    'passTime: done',
    'scheduleKeyDeletion: KMSInvalidStateException', 'scheduleKeyDeletion: NotFoundException', 'scheduleKeyDeletion: done',
    'updateAlias: KMSInvalidStateException', 'updateAlias: NotFoundException', 'updateAlias: done',
    'useAlias: DisabledException', 'useAlias: KMSInvalidStateException', 'useAlias: NotFoundException', 'useAlias: done',
    'useKey: DisabledException', 'useKey: KMSInvalidStateException', 'useKey: NotFoundException', 'useKey: done',
  ]);
});
