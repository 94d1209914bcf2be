import { ParameterProperties } from './contract';
import { patienceSeconds } from './patience';
import { CustomResourceError, reasonOf } from '../../custom-resource/custom-resource-error';

type Sentence = (properties: ParameterProperties) => string;

/** What the errors of the services mean for whoever deploys, by their names (AWS Systems Manager API Reference). */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  AccessDeniedException: ({ Name, KeyId }) =>
    `Access to parameter '${Name}', its key ${KeyId} or its secret was denied for ${patienceSeconds()} seconds. See that the key's policy or its `
    + 'account lets the role of the handler use the key through Parameter Store; where the key has changed, name the old one in \'previousKeys\' of the new.',
  DecryptionFailure: ({ Name }) =>
    `AWS Secrets Manager cannot decrypt the secret for parameter '${Name}'. See that its key is enabled, and lets the role of the handler use it.`,
  InvalidKeyId: ({ Name, KeyId }) =>
    `AWS KMS cannot use ${KeyId} for parameter '${Name}'. The key must be an enabled symmetric encryption key of this Region, and its policy must `
    + 'let the role of the handler use it through Parameter Store.',
  InvalidRequestException: ({ Name }) =>
    `The secret for parameter '${Name}' cannot be read as it is; most likely it is scheduled for deletion, or has no value yet. Restore it, or give it a value.`,
  ParameterLimitExceeded: ({ Name }) =>
    `Parameter '${Name}' would be one more than this account and Region may have. Ask for a higher quota, or use ParameterTier.ADVANCED.`,
  ParameterMaxVersionLimitExceeded: ({ Name }) =>
    `The oldest of the 100 versions of parameter '${Name}' has a label and cannot be removed. Move the label to a newer version.`,
  ResourceNotFoundException: ({ Name }) =>
    `The secret for parameter '${Name}', or the version of it, does not exist. Deploy the secret first.`,
  ThrottlingException: ({ Name }) => `Parameter Store was too busy for parameter '${Name}'. Deploy again.`,
  TooManyUpdates: ({ Name }) => `Too many changes of parameter '${Name}' at the same time. Deploy again.`,
  ValidationException: ({ Name, Tier }) =>
    `Parameter Store refuses parameter '${Name}'. Its value may be 4 KB long in the tier Standard and 8 KB in Advanced (this one is ${Tier}), `
    + 'and hold no double braces; an advanced parameter cannot become a standard one; a name has letters, digits and . - _ / only, and does not begin with aws or ssm.',
};

/** The error to fail with: in words that a user can act on, without what the service quoted. */
export function refusal(error: unknown, properties: ParameterProperties, physicalResourceId?: string): CustomResourceError {
  const sentence = SENTENCES[(error as Error).name];
  return new CustomResourceError(sentence ? sentence(properties) : reasonOf(error), { cause: error, physicalResourceId });
}

export function notOwned({ Name }: ParameterProperties): CustomResourceError {
  return new CustomResourceError(`Parameter '${Name}' exists and was not made by this resource of this stack; it is left as it is. `
    + 'Choose another \'parameterName\', or delete the parameter first if nobody needs its value.');
}

export function vanished({ Name }: ParameterProperties): CustomResourceError {
  return new CustomResourceError(`Parameter '${Name}' was deleted outside of CloudFormation, and its value with it. `
    + 'Choose another \'parameterName\' to have a new one made, or remove the resource and add it again.');
}

export function notStandardAgain({ Name }: ParameterProperties): CustomResourceError {
  return new CustomResourceError(`Parameter '${Name}' is Advanced and cannot become Standard: Parameter Store has no way back. `
    + 'Keep ParameterTier.ADVANCED, or choose another \'parameterName\' to replace the parameter.');
}
