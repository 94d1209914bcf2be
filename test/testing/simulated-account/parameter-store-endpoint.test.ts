import { SSM } from '@aws-sdk/client-ssm';
import * as fc from 'fast-check';
import { LocalKms } from '../../../src/testing/local-kms/local-kms';
import { ParameterStore } from '../../../src/testing/simulated-account/parameters/parameter-store';
import { openParameterStore } from '../../../src/testing/simulated-account/parameters/parameter-store-endpoint';

const ADMIN = {
  arn: 'arn:aws:iam::111122223333:role/Admin',
  identityPolicies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] }],
};
const kms = new LocalKms();

let endpoint: Awaited<ReturnType<typeof openParameterStore>>;
beforeAll(async () => { endpoint = await openParameterStore(new ParameterStore(kms), new Map([['AKIDADMIN', ADMIN]])); });
afterAll(() => endpoint.close());

function clientOf(accessKeyId: string): SSM {
  return new SSM({ endpoint: endpoint.url, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey: 'x' } });
}

function post(body: string, headers: Record<string, string> = {}) {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDADMIN/20261122/eu-west-1/ssm/aws4_request, SignedHeaders=host, Signature=0';
  return fetch(endpoint.url, { method: 'POST', body, headers: { authorization, 'x-amz-target': 'AmazonSSM.PutParameter', ...headers } });
}

describe('Parameter Store over HTTP', () => {
  it('serves an unmodified SDK client, in the Region of its signature', async () => {
    const ssm = clientOf('AKIDADMIN');
    const { KeyMetadata: metadata } = await kms.as(ADMIN, { region: 'eu-west-1' }).createKey({});
    await ssm.putParameter({ Name: '/orders/db', Value: 'p4ss', Type: 'SecureString', KeyId: metadata!.Arn!, Tier: 'Advanced' });
    const { Parameter: parameter } = await ssm.getParameter({ Name: '/orders/db', WithDecryption: true });
    expect(parameter).toMatchObject({ Value: 'p4ss', ARN: 'arn:aws:ssm:eu-west-1:111122223333:parameter/orders/db', LastModifiedDate: expect.any(Date) });
  });

  it('answers with the errors of the service', async () => {
    await expect(clientOf('AKIDADMIN').getParameter({ Name: 'none' })).rejects.toMatchObject({ name: 'ParameterNotFound', $metadata: { httpStatusCode: 400 } });
    await expect(clientOf('AKIDOTHER').getParameter({ Name: 'none' })).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(clientOf('AKIDADMIN').getParameterHistory({ Name: 'none' })).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  test.each([
    ['no JSON', '{', {}, 'SerializationException'],
    ['a list', '[]', {}, 'SerializationException'],
    ['a value that is too long', `{"Name":"a","Type":"String","Value":"${'x'.repeat(300_000)}"}`, {}, 'ValidationException'],
    ['no signature', '{}', { authorization: '' }, 'MissingAuthenticationTokenException'],
    ['no operation', '{}', { 'x-amz-target': 'Nothing' }, 'UnknownOperationException'],
    ['a pattern that is none', '{"Name":"a","Type":"String","Value":"s3cret","AllowedPattern":"["}', {}, 'InvalidAllowedPatternException'],
  ])('refuses %s', async (_, body, headers, type) => {
    const response = await post(body, headers as Record<string, string>);
    const text = await response.text();
    expect([response.status, JSON.parse(text).__type]).toEqual([400, type]);
    expect(text).not.toContain('s3cret');
  });

  it('answers whatever comes with 200 or 400, and stays up', async () => {
    const operations = ['PutParameter', 'GetParameter', 'GetParameters', 'DescribeParameters', 'DeleteParameter', 'AddTagsToResource', 'ListTagsForResource', 'toString'];
    const members = ['Name', 'Names', 'Value', 'Type', 'Tags', 'Tier', 'ResourceType', 'ResourceId', 'ParameterFilters', 'MaxResults', 'NextToken', 'Overwrite'];
    const input = fc.dictionary(fc.constantFrom(...members), fc.oneof(fc.jsonValue(), fc.constantFrom('String', 'Parameter', '/a', 'b')), { maxKeys: 6 });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...operations), input, async (operation, body) => {
      const response = await post(JSON.stringify(body), { 'x-amz-target': `AmazonSSM.${operation}` });
      await response.text();
      expect([200, 400]).toContain(response.status);
    }), { numRuns: 200 });
    expect((await post('{"Name":"alive","Type":"String","Value":"v"}')).status).toBe(200);
  });
});
