import { readResponse } from '../../../src/testing/simulated-account/custom-resources/custom-resource-response';

const ECHO = { StackId: 'arn:stack', RequestId: 'request', LogicalResourceId: 'Thing' };
const SUCCESS = { ...ECHO, Status: 'SUCCESS', PhysicalResourceId: 'thing-1' };

describe('the response of a custom resource', () => {
  test.each([
    ['without data', SUCCESS],
    ['with data', { ...SUCCESS, Data: { Arn: 'x' } }],
    ['with data that is kept secret', { ...SUCCESS, Data: { Arn: 'x' }, NoEcho: true }],
    ['that failed without a physical id', { ...ECHO, Status: 'FAILED', Reason: 'no' }],
    ['with the longest physical id', { ...SUCCESS, PhysicalResourceId: 'é'.repeat(512) }],
  ])('is taken %s', (_, response) => {
    expect(readResponse(JSON.stringify(response), ECHO)).toEqual(response);
  });

  test.each([
    ['no JSON', 'SUCCESS', 'The response is not a JSON object.'],
    ['null', 'null', 'The response is not a JSON object.'],
    ['another status', { ...SUCCESS, Status: 'DONE' }, "'Status' is \"DONE\"; allowed are SUCCESS and FAILED."],
    ['another stack', { ...SUCCESS, StackId: 'arn:other' }, "'StackId' is not the one of the request. Copy it from the event."],
    ['another request', { ...SUCCESS, RequestId: 'other' }, "'RequestId' is not the one of the request. Copy it from the event."],
    ['another resource', { ...SUCCESS, LogicalResourceId: undefined }, "'LogicalResourceId' is not the one of the request. Copy it from the event."],
    ['no physical id', { ...SUCCESS, PhysicalResourceId: undefined }, 'Invalid PhysicalResourceId: the response has none. Give a text.'],
    ['an empty physical id', { ...SUCCESS, PhysicalResourceId: '' }, 'Invalid PhysicalResourceId: the response has none. Give a text.'],
    ['a physical id that is too long', { ...SUCCESS, PhysicalResourceId: 'é'.repeat(513) }, "'PhysicalResourceId' has 1026 bytes; allowed are 1024."],
    ['a list as data', { ...SUCCESS, Data: ['a'] }, "'Data' is no map. Give names with values."],
    ['null as data', { ...SUCCESS, Data: null }, "'Data' is no map. Give names with values."],
    ['a text for NoEcho', { ...SUCCESS, NoEcho: 'true' }, "'NoEcho' is \"true\"; allowed are true and false."],
    ['one byte too many', `${JSON.stringify(SUCCESS)}${' '.repeat(4097 - JSON.stringify(SUCCESS).length)}`, 'Response object is too long: 4097 bytes; allowed are 4096.'],
  ])('breaks the contract with %s', (_, response, fault) => {
    expect(readResponse(typeof response === 'string' ? response : JSON.stringify(response), ECHO)).toEqual({ fault });
  });

  it('is taken at exactly 4096 bytes', () => {
    const body = JSON.stringify(SUCCESS);
    expect(readResponse(body + ' '.repeat(4096 - body.length), ECHO)).toEqual(SUCCESS);
  });
});
