import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { CustomerManagedKey } from '../key/customer-managed-key';
import { compareAccounts } from '../key/grantee';
import { keyPolicyPrincipal } from '../key/key-policy-principal';
import { KeyAccess } from '../key/key-access';
import { PROBE_ACTIONS, PROBE_CONTEXT_KEY } from './contract';

/** The key itself: IAM gives no use of a key through the ARN of an alias (AWS KMS Developer Guide, "Aliases in AWS KMS"). */
export function keyBehind(probe: Construct, key: kms.IKey): kms.IKey {
  if (!('aliasName' in key)) return key;
  try {
    return (key as kms.IAlias).aliasTargetKey;
  } catch {
    throw new Error(`'encryptionKey' of ${probe.node.path} is an alias of which only the name is known; its key cannot be named in a policy. Give the key itself.`);
  }
}

/**
 * Lets `role` use the key with the encryption context of the probe, and with no other, in the policies that decide about it.
 *
 * The context's condition would keep DescribeKey, which has none, from ever matching: it stands alone.
 */
export function grantProbe(key: kms.IKey, role: iam.Role, probe: string, scope: Construct): void {
  const conditions = { StringEquals: { [`kms:EncryptionContext:${PROBE_CONTEXT_KEY}`]: probe } };
  const statements = [{ what: 'use', actions: PROBE_ACTIONS, conditions }, { what: 'describe', actions: ['kms:DescribeKey'] }];
  for (const { what, ...statement } of statements) {
    role.addToPolicy(new iam.PolicyStatement({ ...statement, resources: [key.keyArn] }));
    if (!(key instanceof CustomerManagedKey && key.access === KeyAccess.KEY_POLICY_ONLY)) continue;
    const sid = `Allow the probe ${probe} to ${what} the key`;
    key.addToResourcePolicy(new iam.PolicyStatement({ sid, ...statement, principals: [keyPolicyPrincipal(role, key)], resources: ['*'] }));
  }
  if (compareAccounts(key.env.account, Stack.of(scope).account) === 'different') warnForeignKey(key, scope, conditions);
}

function warnForeignKey(key: kms.IKey, scope: Construct, conditions: object): void {
  Annotations.of(scope).addWarningV2('cdk-customer-managed-keys:roundTripNeedsKeyPolicy',
    `The key belongs to account ${key.env.account}, whose key policy must let the role of ${scope.node.path} in, too: kms:DescribeKey, and under ` +
    `${JSON.stringify(conditions)} ${PROBE_ACTIONS.join(', ')}. Where the owner uses this library: key.shareWith(KeySharing.account(…)).`);
}
