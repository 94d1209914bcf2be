import cases from './intrinsics.json';
import { NO_VALUE, resolve, Scope } from '../../../src/testing/simulated-account/intrinsics';

const SCOPE: Scope = {
  ref: (name) => name === 'AWS::NoValue' ? NO_VALUE : `${name.toLowerCase()}-url`,
  attribute: (logicalId, name) => `${logicalId}/${name}`,
  importValue: (name) => `imported ${name}`,
  mapping: (map, first, second) => `${map}/${first}/${second}`,
  condition: (name) => name === 'Yes',
};

describe('functions of a template', () => {
  test.each(cases.filter(({ error }) => error === undefined))('$name resolves', ({ value, expected }) => {
    expect(resolve(value, SCOPE)).toEqual(expected);
  });

  test.each(cases.filter(({ error }) => error !== undefined))('$name is an error that names it', ({ value, error }) => {
    expect(() => resolve(value, SCOPE)).toThrow(error);
  });
});
