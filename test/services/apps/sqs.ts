import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AppParts } from './app-part';

export const SQS: AppParts = {
  'queue': (scope, key) => { new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key }); },
  'queue with a dead-letter queue': (scope, key) => {
    const queue = new sqs.Queue(scope, 'DeadLetters', { encryptionMasterKey: key });
    new sqs.Queue(scope, 'Queue', { encryptionMasterKey: key, deadLetterQueue: { queue, maxReceiveCount: 3 } });
  },
  'L1 queue': (scope, key) => { new sqs.CfnQueue(scope, 'Queue', { kmsMasterKeyId: key.keyId }); },
};
