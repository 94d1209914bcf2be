import { propagationSeconds } from '../../src/custom-resource/propagation';

const CAP = 'CUSTOMER_MANAGED_KEYS_PROPAGATION_SECONDS';

describe('The time that a new policy or key is waited for', () => {
  const before = process.env[CAP];

  afterEach(() => {
    if (before === undefined) delete process.env[CAP];
    else process.env[CAP] = before;
  });

  it.each([
    [undefined, 120],
    ['0', 0],
    ['0.5', 0.5],
    ['600', 120],
  ])('is, where %s seconds are the most and 120 are wanted, %d seconds', (cap, expected) => {
    delete process.env[CAP];
    if (cap !== undefined) process.env[CAP] = cap;

    expect(propagationSeconds(120)).toBe(expected);
  });

  it.each(['', 'soon', '-1', '5s'])('is refused where the cap is "%s"', (cap) => {
    process.env[CAP] = cap;

    expect(() => propagationSeconds(120)).toThrow(`${CAP} is '${cap}'; it takes seconds`);
  });
});
