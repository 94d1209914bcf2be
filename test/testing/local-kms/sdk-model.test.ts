import * as sdk from '@aws-sdk/client-kms';
import { call, exceptionOf } from './scene';
import { LocalKms } from '../../../src/testing';
import type { Members } from '../../../src/testing/aws-json/shape';
import { CUSTOM_KEY_STORE_OPERATIONS, NO_CUSTOM_KEY_STORES } from '../../../src/testing/local-kms/custom-key-stores';
import { OPERATIONS } from '../../../src/testing/local-kms/operations';
import * as model from '../../../src/testing/local-kms/service-model';

// The SDK is made from AWS's service model and carries it: schemas of operations, requests and enumerations.
const exported = sdk as unknown as Readonly<Record<string, any>>;
const INPUT = 4; // of an operation's schema
const [NAMES, REQUIRED_COUNT] = [4, 6]; // of a structure's schema; those that are required come first

const operations = Object.entries(OPERATIONS as Readonly<Record<string, { readonly members: Members }>>);

it.each(CUSTOM_KEY_STORE_OPERATIONS)('%s is refused', async (name) => {
  const listening = await new LocalKms().listen();
  const client = new sdk.KMS({ endpoint: listening.url, region: 'us-east-1', credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' } });
  const answer = await exceptionOf(call(client, name as never, { CustomKeyStoreId: 'cks-1', CustomKeyStoreName: 'store' }));
  client.destroy();
  await listening.close();
  expect(answer).toEqual({ name: 'UnsupportedOperationException', message: NO_CUSTOM_KEY_STORES });
});

/** In the service model, but not yet in every SDK that takes part here. */
const NEWER: Readonly<Record<string, readonly string[]>> = { ListKeys: ['ResourceOwners'] };

describe.each(operations)('%s', (name, { members }) => {
  const request = exported[`${name}$`]![INPUT]();

  it('takes the members of the service model', () => {
    expect(Object.keys(members).sort()).toEqual([...new Set([...request[NAMES], ...NEWER[name] ?? []])].sort());
  });

  it('requires those that the service model requires', () => {
    const required = Object.keys(members).filter((member) => members[member]!.required);
    expect(required.sort()).toEqual(request[NAMES].slice(0, request[REQUIRED_COUNT] ?? 0).sort());
  });
});

it.each(Object.entries(model).filter(([name, shape]) => 'enum' in shape && name in exported))('%s has the values of the service model', (name, shape) => {
  expect([...(shape as { enum: readonly string[] }).enum].sort()).toEqual(Object.values(exported[name]).sort());
});
