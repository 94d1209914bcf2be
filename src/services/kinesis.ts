import { ServiceFacts } from './service-facts';

/** Amazon Kinesis Data Streams forwards producers and consumers. */
export const KINESIS: ServiceFacts = {
  service: 'Amazon Kinesis Data Streams',
  forwards: {
    viaService: 'kinesis',
    write: ['kms:GenerateDataKey'],
    read: ['kms:Decrypt'],
    contextKey: 'aws:kinesis:arn',
    source: 'Amazon Kinesis Data Streams Developer Guide, Permissions to use user-generated KMS keys',
  },
  slots: [{ resourceType: 'AWS::Kinesis::Stream', property: 'StreamEncryption.KeyId' }],
  edges: [],
};
