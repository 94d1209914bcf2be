import { evaluate, RequestError } from '../../src/proof';

const request = { principal: 'arn:aws:iam::111122223333:role/R', action: 'kms:Decrypt' };
const nothing = { Version: '2012-10-17', Statement: [] };

describe('input that means something else than it would be decided as', () => {
  it.each<[string, unknown]>([
    ['an action without its service: "Decrypt"; it is one action with its service', { request: { ...request, action: 'Decrypt' } }],
    ['The action of the request is none: "kms:Decript"', { request: { ...request, action: 'kms:Decript' } }],
    ['The action of the request is none: "kms:*"', { request: { ...request, action: 'kms:*' } }],
    ['The action of the request is none: nothing', {}],
    ['The input has a field that is none: "identityPolicy"; the fields are keyPolicy, identityPolicies', { request, identityPolicy: [nothing] }],
    ["'identityPolicies' is no list: \"object\"", { request, identityPolicies: nothing }],
  ])('is refused: %s', (message, input) => {
    expect(() => evaluate(input as any)).toThrow(RequestError);
    expect(() => evaluate(input as any)).toThrow(message.replace(/^an action without its service: /, 'The action of the request is none: '));
  });

  it.each(['kms:Decrypt', 'KMS:decrypt', 'kms:CreateKey', 's3:PutObject'])('is not %s', (action) => {
    expect(evaluate({ keyPolicy: nothing, request: { ...request, action } }).decision).toBe('implicitDeny');
  });
});
