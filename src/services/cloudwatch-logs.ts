import { ServiceFacts, ServiceUse } from './service-facts';

// Amazon CloudWatch Logs User Guide, Encrypt log data in CloudWatch Logs using AWS Key Management Service: the regional service
// principal, told apart by the encryption context alone; the page shows no source condition. Its Describe* is left out, because a
// DescribeKey request carries no encryption context and would never match. A pattern for the account and Region, not a name: a
// retained log group stays readable after its construct is gone, and no reference runs from the key to the group.
function logsUse(id: string, sid: string, resource: string): ServiceUse {
  return {
    id,
    sid,
    principal: 'logs.${Region}.${UrlSuffix}',
    actions: [
      'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
    ],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:\${Partition}:logs:\${Region}:\${Account}:${resource}:*` } },
    source: 'Amazon CloudWatch Logs User Guide, Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  };
}

const LOG_GROUPS = logsUse('logs:log-group', 'Allow CloudWatch Logs to encrypt the log groups of this account and Region', 'log-group');
const ANOMALY_DETECTORS = logsUse('logs:anomaly-detector',
  'Allow CloudWatch Logs to encrypt the anomaly detectors of this account and Region', 'anomaly-detector');

/** Amazon CloudWatch Logs comes as itself, and checks its callers besides (DescribeKey to associate, the key to read and write). */
export const CLOUDWATCH_LOGS: ServiceFacts = {
  service: 'Amazon CloudWatch Logs',
  forwards: {
    viaService: 'logs',
    write: ['kms:Decrypt', 'kms:GenerateDataKey'],
    read: ['kms:Decrypt', 'kms:GenerateDataKey'],
    contextKey: 'aws:logs:arn',
    source: 'Amazon CloudWatch Logs User Guide, Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  },
  slots: [
    { resourceType: 'AWS::Logs::LogGroup', property: 'KmsKeyId', needs: LOG_GROUPS },
    { resourceType: 'AWS::Logs::LogAnomalyDetector', property: 'KmsKeyId', needs: ANOMALY_DETECTORS },
    { resourceType: 'AWS::Logs::Integration', property: 'ResourceConfig.OpenSearchResourceConfig.KmsKeyArn' },
  ],
  edges: [],
};
