import { bytes, call, clock, CONTEXT, exceptionOf, OPERATION_NAMES, SAMPLES, scene, sceneOf, type Scene } from './scene';
import { KeyLastUsageTrackingOperation } from '../../../src/testing/local-kms/service-model';

// AWS KMS API Reference, GetKeyLastUsage
const TRACKED: readonly string[] = KeyLastUsageTrackingOperation.enum;
const lastUsage = async ({ root }: Scene, KeyId: string) => (await root.getKeyLastUsage({ KeyId })).KeyLastUsage;

it('tells of a key that was never used when it was made, and that it was not', async () => {
  const { now } = clock();
  const { root, otherKeyArn: KeyId } = await scene(now);
  const { $metadata, ...answer } = await root.getKeyLastUsage({ KeyId });
  expect(answer).toEqual({ KeyId: KeyId.split('/')[1], KeyLastUsage: {}, TrackingStartDate: now(), KeyCreationDate: now() });
});

it.each(OPERATION_NAMES)('%s is a use if AWS KMS counts it as one', async (operation) => {
  const at = await sceneOf(operation);
  const { before, request } = SAMPLES[operation];
  await before?.(at);
  const earlier = await lastUsage(at, at.keyArn);
  const { $metadata: { requestId } } = await call(at.root, operation, request(at));
  const expected = TRACKED.includes(operation) ? { Operation: operation, Timestamp: expect.any(Date), KmsRequestId: requestId } : earlier;
  expect(await lastUsage(at, at.keyArn)).toEqual(expected);
});

it('ReEncrypt uses the key that it encrypts under, too', async () => {
  const at = await scene();
  await at.root.reEncrypt({ CiphertextBlob: at.ciphertext, SourceEncryptionContext: CONTEXT, DestinationKeyId: at.otherKeyArn });
  expect(await lastUsage(at, at.otherKeyArn)).toMatchObject({ Operation: 'ReEncrypt' });
});

it('what fails or is a dry run is no use', async () => {
  const at = await scene();
  const { root, keyArn: KeyId, ciphertext: CiphertextBlob } = at;
  await exceptionOf(root.decrypt({ CiphertextBlob }));
  await exceptionOf(root.generateDataKey({ KeyId, KeySpec: 'AES_256', DryRun: true }));
  await exceptionOf(root.encrypt({ KeyId, Plaintext: bytes('x'), EncryptionAlgorithm: 'SM2PKE' }));
  expect(await lastUsage(at, KeyId)).toMatchObject({ Operation: 'Encrypt' }); // the scene's
  await root.generateDataKey({ KeyId, KeySpec: 'AES_256' });
  expect(await lastUsage(at, KeyId)).toMatchObject({ Operation: 'GenerateDataKey' });
});
