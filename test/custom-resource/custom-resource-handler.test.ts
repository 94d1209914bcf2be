import { responseServer } from './response-server';
import { CREATE_FAILED, isCloudFormationEvent, physicalIdOf } from '../../src/custom-resource/cloudformation-contract';
import { CustomResourceError } from '../../src/custom-resource/custom-resource-error';
import { customResource, Work } from '../../src/custom-resource/custom-resource-handler';
import { defaultProvider } from '../../src/custom-resource/environment-credentials';

// Pauses take a tenth of their time.
jest.mock('node:timers/promises', () => {
  const { setTimeout } = jest.requireActual('node:timers/promises');
  return { setTimeout: (milliseconds: number, ...more: unknown[]) => setTimeout(milliseconds / 10, ...more) };
});

const EVENT = {
  RequestType: 'Create' as const,
  RequestId: 'request-1',
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Orders/0a1b',
  LogicalResourceId: 'Proof',
  ResourceType: 'Custom::Proof',
  ResourceProperties: { ServiceToken: 'arn', Secret: 'property-value' },
};
const DERIVED = physicalIdOf(EVENT);

/** A context whose time runs. */
const context = (milliseconds = 60_000) => {
  const end = Date.now() + milliseconds;
  return { getRemainingTimeInMillis: () => end - Date.now() };
};

describe('A custom resource', () => {
  let server: Awaited<ReturnType<typeof responseServer>>;
  let log: jest.SpyInstance;
  beforeEach(async () => {
    server = await responseServer();
    log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => server.close());

  const run = async (work: Work<object>, event: object = {}, milliseconds?: number) => {
    await customResource(work)({ ...EVENT, ResponseURL: server.url, ...event }, context(milliseconds));
    return server.deliveries[0];
  };

  it('answers CloudFormation with the attributes of the work', async () => {
    const delivery = await run(async () => ({ attributes: { Bytes: 5 } }));
    expect(delivery).toMatchObject({ method: 'PUT', contentType: '' });
    expect(delivery!.body).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: DERIVED,
      StackId: EVENT.StackId,
      RequestId: 'request-1',
      LogicalResourceId: 'Proof',
      Data: { Bytes: 5 },
    });
  });

  it('derives the same physical id for a Create that is delivered twice, and another for another stack', async () => {
    await run(async () => ({}));
    await run(async () => ({}));
    const ids = server.deliveries.map(({ body }) => body.PhysicalResourceId);
    expect(ids).toEqual([DERIVED, DERIVED]);
    expect(physicalIdOf({ ...EVENT, StackId: EVENT.StackId + 'c' })).not.toBe(DERIVED);
  });

  it('keeps the physical id on Update unless the work names another', async () => {
    const update = { RequestType: 'Update', PhysicalResourceId: 'mine' };
    expect((await run(async () => ({}), update))!.body.PhysicalResourceId).toBe('mine');
    await run(async () => ({ physicalResourceId: 'replacement' }), update);
    expect(server.deliveries[1]!.body.PhysicalResourceId).toBe('replacement');
  });

  it('does not show the response URL to the work', async () => {
    let seen: object = {};
    await run(async (request) => ((seen = request), {}));
    expect(seen).toMatchObject({ LogicalResourceId: 'Proof', PhysicalResourceId: DERIVED });
    expect(JSON.stringify(seen)).not.toContain('secret-signature');
  });

  it('fails with the message of an error that was written for the user', async () => {
    const delivery = await run(async () => { throw new CustomResourceError('The key is disabled. Enable it.', { cause: new Error('x') }); });
    expect(delivery!.body).toMatchObject({ Status: 'FAILED', Reason: 'The key is disabled. Enable it.', PhysicalResourceId: CREATE_FAILED });
  });

  it('shows of any other error the name and the request, but not the message', async () => {
    const error = Object.assign(new Error('the password is hunter2'), {
      name: 'ValidationException', $metadata: { httpStatusCode: 400, requestId: 'r-1' },
    });
    const { body } = (await run(async () => { throw error; }))!;
    expect(body.Reason).toContain('ValidationException (HTTP 400, request r-1)');
    expect(JSON.stringify([body, log.mock.calls])).not.toContain('hunter2');
  });

  it.each([undefined, null, 'hunter2', { name: 'a hunter2 b' }])('fails without showing it when %j is thrown', async (thrown) => {
    const { body } = (await run(async () => { throw thrown; }))!;
    expect(body).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('An unknown error') });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('logs neither the response URL nor the properties', async () => {
    await run(async () => { throw new CustomResourceError('No.'); });
    expect(log).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(log.mock.calls)).not.toMatch(/secret-signature|property-value/);
  });

  it('deletes nothing when its Create made nothing', async () => {
    const work = jest.fn();
    const { body } = (await run(work, { RequestType: 'Delete', PhysicalResourceId: CREATE_FAILED }))!;
    expect(body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: CREATE_FAILED });
    expect(work).not.toHaveBeenCalled();
  });

  it('asks for the deletion of what a failed Create says that it made', async () => {
    const { body } = (await run(async () => { throw new CustomResourceError('No.', { physicalResourceId: 'half' }); }))!;
    expect(body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'half' });
  });

  it('asks for the deletion of what a failed replacement has made, but never renames what it fails to delete', async () => {
    const failing = async () => { throw new CustomResourceError('No.', { physicalResourceId: 'half' }); };
    expect((await run(failing, { RequestType: 'Update', PhysicalResourceId: 'mine' }))!.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'half' });
    await run(failing, { RequestType: 'Delete', PhysicalResourceId: 'mine' });
    expect(server.deliveries[1]!.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'mine' });
  });

  it('keeps its physical id when an Update fails', async () => {
    const { body } = (await run(async () => { throw new Error('No.'); }, { RequestType: 'Update', PhysicalResourceId: 'mine' }))!;
    expect(body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'mine' });
  });

  it('answers before the function times out, and leaves the rest to Delete', async () => {
    let stopped = false;
    const started = Date.now();
    const { body } = (await run(async (_, clock) => {
      clock.doing = 'kms:Decrypt on the-key';
      await clock.sleep(60_000).catch(() => { stopped = clock.signal.aborted; });
      return {};
    }, {}, 2000))!;
    expect(body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: DERIVED, Reason: expect.stringContaining('time-out of its Lambda function, during kms:Decrypt on the-key. Set a longer') });
    expect(Date.now() - started).toBeLessThan(2000);
    expect(stopped).toBe(true);
  });

  it('bounds a reason of any characters', async () => {
    const { bytes, body } = (await run(async () => { throw new CustomResourceError('"\u0001é\n'.repeat(5000)); }))!;
    expect(bytes).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(body.Reason)).toBeLessThanOrEqual(1024);
    expect(body.Reason).toMatch(/^" é .*…$/);
  });

  it.each([
    ['attributes', { attributes: { Long: 'x'.repeat(4096) } }, DERIVED],
    ['a physical id', { physicalResourceId: 'i'.repeat(1025) }, expect.stringMatching(/^i+…$/)],
  ])('fails when %s would not fit into the answer', async (_, outcome, id) => {
    const { bytes, body } = (await run(async () => outcome))!;
    expect(bytes).toBeLessThanOrEqual(4096);
    expect(body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id, Reason: expect.stringContaining('CloudFormation accepts 4096') });
  });

  it('delivers its answer again when the bucket fails', async () => {
    await server.close();
    server = await responseServer([500, 503]);
    await run(async () => ({}));
    expect(server.deliveries).toHaveLength(1);
  });

  it('delivers its answer as long as there is time', async () => {
    await server.close();
    server = await responseServer(new Array(6).fill(503)); // 100 + 200 + … + 3200 ms
    await run(async () => ({}));
    expect(server.deliveries).toHaveLength(1);
  });

  it('gives up at once when the URL has expired', async () => {
    await server.close();
    server = await responseServer([403]);
    await run(async () => ({}));
    expect(server.deliveries).toEqual([]);
    expect(log.mock.calls.join()).toContain('"failure":403');
  });

  it('gives up without throwing when nobody listens, so that Lambda does not repeat the work', async () => {
    const { url } = server;
    await server.close();
    const work = jest.fn(async () => ({}));
    await customResource(work)({ ...EVENT, ResponseURL: url }, context(1200));
    expect(work).toHaveBeenCalledTimes(1);
    expect(log.mock.calls.join()).toContain('"message":"CloudFormation could not be answered","failure":"ECONNREFUSED"');
    expect(log.mock.calls.join()).not.toContain('secret-signature');
    server = await responseServer();
  });
});

describe('Credentials', () => {
  it('that are missing have the name of the error that the SDK has for it', async () => {
    await expect(defaultProvider()()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });
});

describe('An event', () => {
  it.each([[{ ResponseURL: 'https://x' }, true], [{ ResponseURL: 1 }, false], [{}, false], [null, false], ['x', false]])(
    'of %j is from CloudFormation: %s', (event, expected) => expect(isCloudFormationEvent(event)).toBe(expected));
});
