import TABLE from './key-states.json';
import { bytes, call, exceptionOf, importInto, newKey, OPERATION_NAMES, SAMPLES, scene, sceneOf, type Scene } from './scene';
import { incompatibleState, type KeyState } from '../../../src/testing/local-kms/keys/key-state';
import type { OperationName } from '../../../src/testing/local-kms/operations';

// AWS KMS Developer Guide, Key states of AWS KMS keys
const { states, ...rows } = TABLE;
const EXCEPTIONS: Record<string, string | undefined> = {
  '': undefined, 'Disabled': 'DisabledException', 'Invalid': 'KMSInvalidStateException', 'Unsupported': 'UnsupportedOperationException',
};
const cells = Object.entries(rows).flatMap(([operation, row]) =>
  row.map((exception, column) => ({ operation: operation as OperationName, state: states[column] as KeyState, exception: EXCEPTIONS[exception] })));

const ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

it.each(cells)('$operation on a key that is $state answers $exception', ({ operation, state, exception }) => {
  const answer = incompatibleState(operation, { arn: ARN, state, origin: 'AWS_KMS' });
  expect(answer?.name).toBe(exception);
});

it('the table has a row for every operation that names a key', () => {
  const keyless = ['CreateKey', 'GenerateRandom', 'ListKeys', 'ListAliases', 'ListRetirableGrants'];
  expect(Object.keys(rows).sort()).toEqual(Object.keys(SAMPLES).filter((name) => !keyless.includes(name)).sort());
});

it('an operation without a row is a fault that names the table', () => {
  expect(() => incompatibleState('Unknown', { arn: ARN, state: 'Enabled', origin: 'AWS_KMS' })).toThrow("'Unknown' has no row in the key-state table");
});

describe('a real key', () => {
  // What these name only a key can have that had material; for the others it is one that never had any.
  const NAME_FORMER_MATERIAL: readonly OperationName[] = ['Decrypt', 'ImportKeyMaterial', 'ReEncrypt', 'RetireGrant', 'RevokeGrant'];
  // Creating, Updating and Unavailable are passed by at once or never met here; the table above has them.
  const REACHABLE: Record<string, (operation: OperationName) => Promise<Scene>> = {
    Enabled: sceneOf,
    Disabled: async (operation) => {
      const at = await sceneOf(operation);
      await at.root.disableKey({ KeyId: at.keyArn });
      return at;
    },
    PendingDeletion: async (operation) => {
      const { kind } = SAMPLES[operation];
      const at = await scene(undefined, kind && { ...kind, prepare: undefined }); // replicas would come first
      await at.root.scheduleKeyDeletion({ KeyId: at.keyArn });
      return at;
    },
    PendingReplicaDeletion: async (operation) => {
      const { kind } = SAMPLES[operation];
      const at = await scene(undefined, { ...kind, request: { ...kind?.request, MultiRegion: true } });
      await at.root.replicateKey({ KeyId: at.keyArn, ReplicaRegion: 'ap-southeast-2' });
      await at.root.scheduleKeyDeletion({ KeyId: at.keyArn });
      return at;
    },
    PendingImport: async (operation) => {
      const { kind } = SAMPLES[operation];
      const request = { ...kind?.request, Origin: 'EXTERNAL' } as const;
      if (NAME_FORMER_MATERIAL.includes(operation)) {
        const at = await scene(undefined, { ...kind, request, import: importInto });
        await at.root.deleteImportedKeyMaterial({ KeyId: at.keyArn });
        return at;
      }
      const at = await sceneOf(operation);
      const keyArn = await newKey(at.root, request);
      await at.root.updateAlias({ AliasName: 'alias/present', TargetKeyId: keyArn });
      return { ...at, keyArn };
    },
  };
  const reachable = Object.keys(REACHABLE);
  // Where a second key takes part, the key in question is the alias's new target and the one that ReEncrypt encrypts with.
  const REQUESTS: Partial<Record<OperationName, (at: Scene) => Promise<object>>> = {
    UpdateAlias: async ({ root, otherKeyArn, keyArn: TargetKeyId }) => {
      await root.createAlias({ AliasName: 'alias/other', TargetKeyId: otherKeyArn });
      return { AliasName: 'alias/other', TargetKeyId };
    },
    ReEncrypt: async ({ root, otherKeyArn: KeyId, keyArn: DestinationKeyId }) => {
      const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext: bytes('order') });
      return { CiphertextBlob, DestinationKeyId };
    },
  };
  const metCells = cells.filter(({ operation, state }) => OPERATION_NAMES.includes(operation) && reachable.includes(state));

  it.each(metCells)('$state, in $operation, answers $exception', async ({ operation, state, exception }) => {
    const at = await REACHABLE[state]!(operation);
    const request = await (REQUESTS[operation] ?? SAMPLES[operation].request)(at);
    expect((await at.root.describeKey({ KeyId: at.keyArn })).KeyMetadata.KeyState).toBe(state);
    expect((await exceptionOf(call(at.root, operation, request))).name).toBe(exception);
  });

  it.each(reachable)('%s, as the one that ReEncrypt decrypts with, answers as for Decrypt', async (state) => {
    const at = await REACHABLE[state]!('ReEncrypt');
    const { exception } = cells.find((cell) => cell.operation === 'Decrypt' && cell.state === state)!;
    expect((await exceptionOf(call(at.root, 'ReEncrypt', SAMPLES.ReEncrypt.request(at)))).name).toBe(exception);
  });

  it.each(reachable)('%s shows its aliases and lets them go to another', async (state) => {
    const { root, keyArn: KeyId, otherKeyArn: TargetKeyId } = await REACHABLE[state]!('UpdateAlias');
    expect((await root.listAliases({ KeyId })).Aliases).toHaveLength(1);
    await root.updateAlias({ AliasName: 'alias/present', TargetKeyId });
    expect((await root.listAliases({ KeyId })).Aliases).toEqual([]);
  });

  it.each([
    ['Disabled', /^arn:aws:kms:us-east-1:111122223333:key\/[0-9a-f-]{36} is disabled\.$/],
    ['PendingDeletion', /is pending deletion\.$/],
    ['PendingReplicaDeletion', /is pending replica deletion\.$/],
    ['PendingImport', /is pending import\.$/],
  ])('%s says so as AWS KMS does', async (state, message) => {
    const at = await REACHABLE[state]!('Encrypt');
    await expect(at.root.encrypt({ KeyId: at.keyArn, Plaintext: bytes('x') })).rejects.toThrow(message);
  });

  it('stays disabled when its deletion is cancelled', async () => {
    const { root, keyArn: KeyId } = await scene();
    await root.scheduleKeyDeletion({ KeyId });
    await root.cancelKeyDeletion({ KeyId });
    expect((await root.describeKey({ KeyId })).KeyMetadata).toMatchObject({ KeyState: 'Disabled', Enabled: false });
    await root.enableKey({ KeyId });
    expect((await root.describeKey({ KeyId })).KeyMetadata).toMatchObject({ KeyState: 'Enabled', Enabled: true });
  });
});
