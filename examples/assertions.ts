import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { KeyPolicyAssertions } from '../src';

/** What a unit test asserts of a key that is shared with account 444455556666. */
export function assertKeyPolicy(stack: Stack, logicalId: string): void {
  // README: assertions
  const logs = { principal: 'logs.eu-west-1.amazonaws.com', action: 'kms:Decrypt' };
  KeyPolicyAssertions.fromTemplate(Template.fromStack(stack), logicalId, { account: '111122223333', region: 'eu-west-1' })
    .allows({ principal: 'arn:aws:iam::444455556666:role/Backup', action: 'kms:Decrypt' })
    .allows({ ...logs, encryptionContext: { 'aws:logs:arn': 'arn:aws:logs:eu-west-1:111122223333:log-group:orders' } })
    .denies({ ...logs, encryptionContext: { 'aws:logs:arn': 'arn:aws:logs:eu-west-1:999999999999:log-group:theirs' } })
    .noOneBut({ accounts: ['111122223333', '444455556666'] }, ['kms:*']); // proved of all requests, those of services included
  // README: end
}
