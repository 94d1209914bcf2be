import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { KeyPolicyAssertions } from '../src';

/** What a unit test asserts of a key that is shared with account 444455556666. */
export function assertKeyPolicy(stack: Stack, logicalId: string): void {
  // README: assertions
  KeyPolicyAssertions.fromTemplate(Template.fromStack(stack), logicalId, { account: '111122223333' })
    .allows({ principal: 'arn:aws:iam::444455556666:role/Backup', action: 'kms:Decrypt' })
    .denies({ principal: 'logs.eu-west-1.amazonaws.com', action: 'kms:Decrypt', sourceAccount: '999999999999' })
    .noOneBut({ accounts: ['111122223333', '444455556666'] }, ['kms:*']);
  // README: end
}
