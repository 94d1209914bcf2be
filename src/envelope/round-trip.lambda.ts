import {
  DecryptCommand, DescribeKeyCommand, EncryptCommand, GenerateDataKeyCommand, GenerateDataKeyWithoutPlaintextCommand, KMSClient, ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { roundTripHandler } from './round-trip-handler';

// Without these a function in a VPC that does not reach AWS KMS would hang until it times out.
const client = new KMSClient({ requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } });

/** The six commands alone: the aggregated client would bring all fifty into the bundle. */
export const handler = roundTripHandler({
  describeKey: (request) => client.send(new DescribeKeyCommand(request)),
  encrypt: (request) => client.send(new EncryptCommand(request)),
  decrypt: (request) => client.send(new DecryptCommand(request)),
  generateDataKey: (request) => client.send(new GenerateDataKeyCommand(request)),
  generateDataKeyWithoutPlaintext: (request) => client.send(new GenerateDataKeyWithoutPlaintextCommand(request)),
  reEncrypt: (request) => client.send(new ReEncryptCommand(request)),
});
