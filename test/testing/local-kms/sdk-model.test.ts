import * as sdk from '@aws-sdk/client-kms';
import type { Members } from '../../../src/testing/aws-json/shape';
import { OPERATIONS } from '../../../src/testing/local-kms/operations';
import * as model from '../../../src/testing/local-kms/service-model';

// The SDK is made from AWS's service model and carries it: schemas of operations, requests and enumerations.
const exported = sdk as unknown as Readonly<Record<string, any>>;
const INPUT = 4; // of an operation's schema
const [NAMES, REQUIRED_COUNT] = [4, 6]; // of a structure's schema; those that are required come first

const operations = Object.entries(OPERATIONS as Readonly<Record<string, { readonly members: Members }>>);

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
