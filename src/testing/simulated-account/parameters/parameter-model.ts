// The shapes of the AWS Systems Manager service model (version 2014-11-06) by the model's own names, each with its limits.

import { required, type Shape } from '../../aws-json/shape';

export const BooleanType = { type: 'boolean' } as const;
/** A name, an ARN, or either with `:version`. */
export const PSParameterName = { type: 'string', min: 1, max: 2048 } as const;
export const PSParameterValue = { type: 'string', min: 1 } as const;
export const ParameterDescription = { type: 'string', min: 0, max: 1024 } as const;
export const ParameterType = { type: 'string', enum: ['String', 'StringList', 'SecureString'] } as const;
export const ParameterKeyId = { type: 'string', min: 1, max: 256, pattern: /^([a-zA-Z0-9:/_-]+)$/ } as const;
export const AllowedPattern = { type: 'string', min: 0, max: 1024 } as const;
export const ParameterTier = { type: 'string', enum: ['Standard', 'Advanced', 'Intelligent-Tiering'] } as const;
export const ParameterPolicies = { type: 'string', min: 1, max: 4096 } as const;
export const ParameterDataType = { type: 'string', min: 0, max: 128 } as const;
export const ParameterNameList = { type: 'list', member: PSParameterName, min: 1, max: 10 } as const;

export const ParameterStringFilterList = {
  type: 'list',
  member: {
    type: 'structure',
    members: {
      Key: required({ type: 'string', min: 1, max: 132 }),
      Option: { type: 'string', min: 1, max: 10 },
      Values: { type: 'list', member: { type: 'string', min: 1, max: 1024 }, min: 1, max: 50 },
    },
  },
} as const satisfies Shape;
export const MaxResults = { type: 'integer', min: 1, max: 50 } as const;
export const NextToken = { type: 'string' } as const;

export const TagKey = { type: 'string', min: 1, max: 128 } as const;
export const TagList = {
  type: 'list', member: { type: 'structure', members: { Key: required(TagKey), Value: required({ type: 'string', min: 0, max: 256 }) } }, max: 1000,
} as const satisfies Shape;
export const KeyList = { type: 'list', member: TagKey } as const;
export const ResourceTypeForTagging = { type: 'string' } as const;
export const ResourceId = { type: 'string', min: 1 } as const;
