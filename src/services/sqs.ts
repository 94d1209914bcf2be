import { ServiceFacts } from './service-facts';

/** Amazon SQS forwards senders and receivers; the services that send to a queue are edges of their own files. */
export const SQS: ServiceFacts = {
  service: 'Amazon SQS',
  forwards: {
    viaService: 'sqs',
    write: ['kms:Decrypt', 'kms:GenerateDataKey'], // Decrypt, because SQS checks the data key that it keeps for the reuse period
    read: ['kms:Decrypt'],
    contextKey: 'aws:sqs:arn',
    source: 'Amazon SQS Developer Guide, Key management (Configuring AWS KMS permissions)',
  },
  slots: [{ resourceType: 'AWS::SQS::Queue', property: 'KmsMasterKeyId' }],
  edges: [],
};
