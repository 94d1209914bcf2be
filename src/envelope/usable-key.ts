import { RoundTripKms } from './round-trip-kms';

/** The states in which a key encrypts and decrypts (AWS KMS Developer Guide, "Key states of AWS KMS keys"). */
const USABLE = ['Enabled', 'Updating'];

/** The key is in another state, which the error's name tells: some of them pass, and each has its remedy. */
export class UnusableKey extends Error {
  constructor(state: string | undefined) {
    super();
    this.name = `KeyState ${state}`;
  }
}

/** The same client, whose DescribeKey fails as long as the key cannot be used. */
export function usableKey(kms: RoundTripKms): RoundTripKms {
  const describeKey: RoundTripKms['describeKey'] = async (request) => {
    const answer = await kms.describeKey(request);
    const state = answer.KeyMetadata?.KeyState;
    if (state === undefined || !USABLE.includes(state)) throw new UnusableKey(state);
    return answer;
  };
  return Object.assign(Object.create(kms) as RoundTripKms, { describeKey });
}
