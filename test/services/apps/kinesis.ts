import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { AppParts } from './app-part';

export const KINESIS: AppParts = {
  'stream': (scope, key) => { new kinesis.Stream(scope, 'Stream', { encryptionKey: key }); },
  'L1 stream': (scope, key) => {
    new kinesis.CfnStream(scope, 'Stream', { shardCount: 1, streamEncryption: { encryptionType: 'KMS', keyId: key.keyArn } });
  },
};
