import { Memo } from './memo';
import { KMS_ACTIONS, matchingActions } from '../policy/actions';

const isIdentityOnly = (action: string) => KMS_ACTIONS[action] === 'identityOnly';

/** The actions that act on a key, without `kms:`. */
export const KEY_ACTIONS: readonly string[] = Object.keys(KMS_ACTIONS).filter((action) => !isIdentityOnly(action));

/** The other actions of AWS KMS: they name no key, so that a key policy has no say over them. */
export const IDENTITY_ONLY_ACTIONS: readonly string[] = Object.keys(KMS_ACTIONS).filter(isIdentityOnly);

/** What principals of other accounts can do, beside all cryptographic operations. AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key. */
const FOR_OTHER_ACCOUNTS = ['CreateGrant', 'DescribeKey', 'GetKeyRotationStatus', 'GetPublicKey', 'ListGrants', 'RetireGrant', 'RevokeGrant'];

/** Whether principals of other accounts than the key's can do it. */
export function isCrossAccount(action: string): boolean {
  return KMS_ACTIONS[action] === 'cryptographic' || FOR_OTHER_ACCOUNTS.includes(action);
}

const matching = new Memo<readonly string[]>(500);

/** The actions on a key that a pattern such as `kms:Get*` matches, without `kms:`. */
export function keyActions(pattern: string): readonly string[] {
  return matching.get(pattern, () => matchingActions(pattern).map((action) => action.replace('kms:', '')).filter((action) => !isIdentityOnly(action)));
}
