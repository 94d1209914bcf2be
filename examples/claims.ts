import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomerManagedKey, KeyClaim } from '../src';

/** A key and what is claimed of it: it holds, as long as nobody adds to its policy. */
export function claimedKey(): CustomerManagedKey {
  const stack = new Stack(new App(), 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
  const auditor = new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() });
  const key = new CustomerManagedKey(stack, 'Key', { admins: [auditor] });
  key.claim(KeyClaim.usableOnlyBy({ accounts: ['444455556666'] }), KeyClaim.cannot([auditor], ['kms:Decrypt']));
  return key;
}

/** What the synthesis says when a statement names another account by a slip. */
export function refuted(): string {
  return errorWith({ sid: 'Backup', principals: [new iam.ArnPrincipal('arn:aws:iam::444455556665:role/Backup')] });
}

/** What it says when a statement depends on the tags of the request and of the key. */
export function unknown(): string {
  return errorWith({
    sid: 'Tenant', principals: [new iam.AccountPrincipal('777788889999')], conditions: { StringEquals: { 'aws:PrincipalTag/tenant': '${aws:ResourceTag/tenant}' } },
  });
}

function errorWith(props: iam.PolicyStatementProps): string {
  const key = claimedKey();
  key.addToResourcePolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], ...props }));
  try {
    (key.node.root as App).synth();
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).map((line) => line.trim()).join('\n');
  }
  throw new Error('The claim holds.');
}
