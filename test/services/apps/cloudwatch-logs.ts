import * as logs from 'aws-cdk-lib/aws-logs';
import { AppParts } from './app-part';

export const CLOUDWATCH_LOGS: AppParts = {
  'log group': (scope, key) => { new logs.LogGroup(scope, 'LogGroup', { encryptionKey: key }); },
  'L1 log group': (scope, key) => { new logs.CfnLogGroup(scope, 'LogGroup', { kmsKeyId: key.keyArn }); },
  'anomaly detector': (scope, key) => {
    const group = new logs.LogGroup(scope, 'Plain');
    new logs.CfnLogAnomalyDetector(scope, 'Detector', { kmsKeyId: key.keyArn, logGroupArnList: [group.logGroupArn] });
  },
  'OpenSearch integration': (scope, key) => {
    new logs.CfnIntegration(scope, 'Integration', {
      integrationName: 'orders',
      integrationType: 'OPENSEARCH',
      resourceConfig: { openSearchResourceConfig: { kmsKeyArn: key.keyArn, dashboardViewerPrincipals: [], dataSourceRoleArn: 'arn:aws:iam::111122223333:role/r' } },
    });
  },
};
