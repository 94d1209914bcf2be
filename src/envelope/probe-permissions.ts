import { Aws, CfnElement, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { PROBE_ACTIONS, PROBE_CONTEXT_KEY } from './contract';
import { CustomerManagedKey } from '../key/customer-managed-key';
import { arnWithoutReference, compareAccounts } from '../key/grantee';
import { keyPolicyPrincipal } from '../key/key-policy-principal';
import { SharedKey } from '../key/shared-key';
import { warn } from '../key/warning';

/**
 * Lets `role` use the key with the encryption context of the probe, and with no other, in the policies that decide about it.
 *
 * The context's condition would keep DescribeKey, which has none, from ever matching: it stands alone.
 */
export function grantProbe(key: kms.IKey, role: iam.Role, probe: string, scope: Construct): void {
  const conditions = { StringEquals: { [`kms:EncryptionContext:${PROBE_CONTEXT_KEY}`]: probe } };
  const statements = [
    { sid: `Allow the probe ${probe} to use the key`, actions: PROBE_ACTIONS, conditions },
    { sid: `Allow the probe ${probe} to describe the key`, actions: ['kms:DescribeKey'] },
  ];
  statements.forEach(({ sid: _, ...statement }) => role.addToPolicy(new iam.PolicyStatement({ ...statement, resources: [key.keyArn] })));
  if (isLeftToIam(key, scope)) return;
  const principals = [keyPolicyPrincipal(role, key)];
  const missing = statements.filter((statement) =>
    !key.addToResourcePolicy(new iam.PolicyStatement({ ...statement, principals, resources: ['*'] })).statementAdded);
  if (missing.length > 0) warnOfMissing(missing, role, key, scope);
}

/** Whether IAM policies of this account suffice; the policy of a `SharedKey` is the business of the app that shares it. */
function isLeftToIam(key: kms.IKey, scope: Construct): boolean {
  if (key instanceof SharedKey) return true;
  const isOpen = !(key instanceof CustomerManagedKey) || key._isLeftToIam(PROBE_ACTIONS);
  return isOpen && compareAccounts(key.env.account, Stack.of(scope).account) === 'same';
}

/** The statements as the owner of the key can paste them: under the account, so that they hold before the role exists. */
function warnOfMissing(missing: iam.PolicyStatementProps[], role: iam.Role, key: kms.IKey, scope: Construct): void {
  const { account, partition } = Stack.of(role);
  const root = new iam.ArnPrincipal(`arn:${Aws.PARTITION}:iam::${account}:root`);
  const ArnLike = { 'aws:PrincipalArn': arnWithoutReference(role, role.node.defaultChild as CfnElement, Stack.of(role)) };
  const statements = missing.map((statement) => new iam.PolicyStatement({
    ...statement, conditions: { ...statement.conditions, ArnLike }, principals: [root], resources: ['*'],
  }).toStatementJson());
  const text = JSON.stringify(statements).replaceAll(Aws.PARTITION, partition).replace(/\$\{Token\[AWS\.(\w+)\.\d+\]\}/g, '<$1>');
  warn(scope, 'cdk-customer-managed-keys:roundTripNeedsKeyPolicy',
    `The policy of ${key.node.path} is not of this app, and the key may be of another account. Unless its owner has done so, it must add: ${text}. ` +
    'With a roleName, the role is named exactly. Where the owner uses this library: SharedKey.fromSharedKeyArn() here, key.shareWith(…) there.');
}
