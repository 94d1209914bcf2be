import { required } from '../../aws-json/shape';
import { metadataOf } from '../keys/key-metadata';
import { operation } from '../operation';
import { GrantTokenList, KeyIdType } from '../service-model';

/** @see AWS KMS API Reference, DescribeKey */
export const describeKey = operation({
  KeyId: required(KeyIdType),
  GrantTokens: GrantTokenList,
}, (request, call) => ({ KeyMetadata: metadataOf(call.key(request)) }));
