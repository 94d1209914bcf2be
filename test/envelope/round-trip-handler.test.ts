import { FakeKms, KEY_ARN, serviceError } from './fake-kms';
import { CREATE_FAILED } from '../../src/custom-resource/cloudformation-contract';
import { roundTripHandler } from '../../src/envelope/round-trip-handler';
import { responseServer } from '../custom-resource/response-server';

const PROPERTIES = {
  KeyArn: KEY_ARN,
  EncryptionContext: { 'envelope-round-trip': 'marker-value' },
  PayloadSizes: ['0', '1'],
  PropagationSeconds: '1',
};
const EVENT = {
  RequestType: 'Create',
  RequestId: 'request-1',
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Orders/0a1b',
  LogicalResourceId: 'Proof',
  ResourceType: 'Custom::EnvelopeRoundTrip',
  ResourceProperties: PROPERTIES,
};
const context = (milliseconds = 60_000) => {
  const end = Date.now() + milliseconds;
  return { getRemainingTimeInMillis: () => end - Date.now() };
};

describe('The handler of a round trip', () => {
  let server: Awaited<ReturnType<typeof responseServer>>;
  let logged: jest.SpyInstance[];
  beforeEach(async () => {
    server = await responseServer();
    logged = [jest.spyOn(console, 'error'), jest.spyOn(console, 'log')].map((spy) => spy.mockImplementation(() => undefined));
  });
  afterEach(async () => {
    const said = JSON.stringify([...logged.map((spy) => spy.mock.calls), server.deliveries]);
    expect(said).not.toMatch(/marker-value|X-Amz-Signature/);
    await server.close();
  });

  const run = async (kms: FakeKms, event: object = {}, milliseconds?: number) => {
    await roundTripHandler(kms)({ ...EVENT, ResponseURL: server.url, ...event }, context(milliseconds));
    return server.deliveries.at(-1)?.body;
  };
  const broken = () => {
    const kms = new FakeKms();
    kms.before = () => { throw serviceError('InvalidKeyUsageException'); };
    return kms;
  };

  it('answers a Create with the evidence', async () => {
    expect(await run(new FakeKms())).toMatchObject({ Status: 'SUCCESS', Data: { Bytes: '1', CasesPassed: '9' } });
  });

  it('answers a Create that is delivered twice with the same id', async () => {
    const first = await run(new FakeKms());
    expect((await run(new FakeKms())).PhysicalResourceId).toBe(first.PhysicalResourceId);
  });

  const OTHER = { ...PROPERTIES, PayloadSizes: ['2'] };
  const update = (PhysicalResourceId: string, ResourceProperties: object, OldResourceProperties: object) =>
    ({ RequestType: 'Update', PhysicalResourceId, ResourceProperties, OldResourceProperties });

  it('proves again on an Update, which is a replacement whose old resource costs nothing to delete', async () => {
    const kms = new FakeKms();
    const { PhysicalResourceId: first } = await run(kms);
    const updated = await run(kms, update(first, OTHER, PROPERTIES));
    expect(updated).toMatchObject({ Status: 'SUCCESS', Data: { Bytes: '2', CasesPassed: '8' } });
    expect(updated.PhysicalResourceId).not.toBe(first);
    const asked = kms.calls.length;
    expect(await run(kms, { RequestType: 'Delete', PhysicalResourceId: first })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first });
    expect(kms.calls).toHaveLength(asked);
  });

  it('rolls back an Update that failed although the key is still broken, with every attribute', async () => {
    const { PhysicalResourceId: first, Data: evidence } = await run(new FakeKms());
    const failed = await run(broken(), update(first, OTHER, PROPERTIES));
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: first });
    const reordered = Object.fromEntries(Object.entries(PROPERTIES).reverse());
    const rolledBack = await run(broken(), update(failed.PhysicalResourceId, reordered, OTHER));
    expect(rolledBack).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first, Data: { CasesPassed: '0' } });
    expect(Object.keys(rolledBack.Data).sort()).toEqual(Object.keys(evidence).sort());
    expect(Object.values(rolledBack.Data)).not.toContain('');
  });

  it('proves again when only the time-out changed, and when properties come back in a later deployment', async () => {
    const { PhysicalResourceId: first } = await run(new FakeKms());
    expect(await run(broken(), update(first, { ...PROPERTIES, ServiceTimeout: '400' }, PROPERTIES))).toMatchObject({ Status: 'FAILED' });
    const { PhysicalResourceId: second } = await run(new FakeKms(), update(first, OTHER, PROPERTIES));
    expect(await run(broken(), update(second, PROPERTIES, OTHER))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: second });
  });

  it('fails a deployment whose key is broken, and its clean-up succeeds without the key', async () => {
    const kms = broken();
    const failed = await run(kms);
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: CREATE_FAILED, Reason: expect.stringMatching(/InvalidKeyUsageException.*Use a key with/) });
    const asked = kms.calls.length;
    expect(await run(kms, { RequestType: 'Delete', PhysicalResourceId: failed.PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
    expect(kms.calls).toHaveLength(asked);
  });

  it('deletes a proof of a key that no longer works', async () => {
    expect(await run(broken(), { RequestType: 'Delete', PhysicalResourceId: 'proof-1' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'proof-1' });
  });

  it('tries again through throttling', async () => {
    const kms = new FakeKms();
    kms.before = (_, call) => { if (call === 2) throw serviceError('ThrottlingException'); };
    expect(await run(kms)).toMatchObject({ Status: 'SUCCESS' });
  });

  it('says why while there is time when permissions do not come, whatever it was told to wait', async () => {
    const kms = new FakeKms();
    kms.before = () => { throw serviceError('AccessDeniedException'); };
    const answer = await run(kms, { ResourceProperties: { ...PROPERTIES, PropagationSeconds: '180' } }, 3000);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('kms:DescribeKey') });
  });

  it('answers before it times out when AWS KMS does not', async () => {
    const kms = new FakeKms();
    kms.describeKey = () => new Promise(() => undefined);
    const Reason = expect.stringContaining(`time-out of its Lambda function, during kms:DescribeKey on ${KEY_ARN}. Set a longer`);
    expect(await run(kms, {}, 2000)).toMatchObject({ Status: 'FAILED', Reason });
    await expect(roundTripHandler(kms)(PROPERTIES, context(600))).rejects.toMatchObject({ message: Reason });
  });

  it('does not throw when the response URL cannot be reached', async () => {
    const { url } = server;
    await server.close();
    await roundTripHandler(new FakeKms())({ ...EVENT, ResponseURL: url }, context(1000));
    server = await responseServer();
  });

  it('logs the evidence of a scheduled proof', async () => {
    await roundTripHandler(new FakeKms())(PROPERTIES, context());
    expect(JSON.parse(logged[1]!.mock.calls[0][0])).toMatchObject({ keyArn: KEY_ARN, CasesPassed: '9' });
    expect(server.deliveries).toEqual([]);
  });

  it.each([{}, null, { KeyArn: 1 }])('refuses %j, which nobody sends', async (event) => {
    await expect(roundTripHandler(new FakeKms())(event, context())).rejects.toThrow('The event has no KeyArn');
  });

  it('throws when a scheduled proof fails, so that its alarm sees it', async () => {
    const error = await roundTripHandler(broken())(PROPERTIES, context()).catch((thrown) => thrown);
    expect(error.message).toContain(`kms:DescribeKey on ${KEY_ARN} failed with InvalidKeyUsageException`);
    expect(error.cause).toBeUndefined();
  });
});
