import { checkName, MAX_VERSIONS, Parameter, parameterArn, ParameterType, ParameterVersion, tierFor } from './parameter';
import { operation, ParameterCall } from './parameter-call';
import * as model from './parameter-model';
import { ParameterStoreException } from './parameter-store-exception';
import { resourceTags, setTags, tagContext } from './parameter-tags';
import { seal } from './secure-string';
import { required, unsupported, type Input } from '../../aws-json/shape';

const members = {
  Name: required(model.PSParameterName),
  Description: model.ParameterDescription,
  Value: required(model.PSParameterValue),
  Type: model.ParameterType,
  KeyId: model.ParameterKeyId,
  Overwrite: model.BooleanType,
  AllowedPattern: model.AllowedPattern,
  Tags: model.TagList,
  Tier: model.ParameterTier,
  Policies: unsupported(model.ParameterPolicies, 'Parameter policies are not simulated.'),
  DataType: model.ParameterDataType,
} as const;

type Request = Input<typeof members>;

/** AWS Systems Manager API Reference, PutParameter. */
export const putParameter = operation(members, async (input, call) => {
  const { Name: name, Overwrite: overwrite = false, Tags: tags = [] } = input;
  checkName(name);
  const arn = parameterArn(name, call);
  call.authorize('ssm:PutParameter', arn, { 'ssm:Overwrite': String(overwrite), ...tagContext(tags), ...resourceTags(call.parameters.get(name)) });
  if (tags.length > 0) call.authorize('ssm:AddTagsToResource', arn, tagContext(tags));
  if (overwrite && tags.length > 0) {
    throw new ParameterStoreException('ValidationException', 'Invalid request: tags and overwrite can\'t be used together. To create a '
      + 'parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or '
      + 'RemoveTagsFromResource.');
  }
  refuseExisting(name, overwrite, call);
  const next = await nextVersion(input, arn, call.parameters.get(name), call);
  refuseExisting(name, overwrite, call); // somebody may have made it while AWS KMS was asked
  const parameter: Parameter = call.parameters.get(name) ?? { name, arn, tags: new Map(), versions: [] };
  const version = (parameter.versions.at(-1)?.version ?? 0) + 1;
  parameter.versions.push({ ...next, version });
  parameter.versions.splice(0, parameter.versions.length - MAX_VERSIONS);
  setTags(parameter, tags);
  call.parameters.set(name, parameter);
  return { Version: version, Tier: next.tier };
});

async function nextVersion(input: Request, arn: string, existing: Parameter | undefined, call: ParameterCall): Promise<Omit<ParameterVersion, 'version'>> {
  const current = existing?.versions.at(-1);
  const type = typeOf(input, current);
  const value = valueOf(input);
  const tier = tierFor(value, input.Tier, current?.tier);
  const keyId = keyOf(input, type);
  return {
    type,
    tier,
    value: keyId === undefined ? value : await seal(value, tier, keyId, arn, call.kms),
    keyId,
    description: input.Description ?? current?.description,
    allowedPattern: input.AllowedPattern,
    dataType: input.DataType ?? 'text',
    modified: call.now,
    modifiedBy: call.callerArn,
  };
}

function typeOf({ Type: asked }: Request, current: ParameterVersion | undefined): ParameterType {
  const type = asked ?? current?.type;
  if (!type) throw new ParameterStoreException('ValidationException', 'A parameter type is required when you create a parameter.');
  if (current && current.type !== type) {
    throw new ParameterStoreException('HierarchyTypeMismatchException', `The parameter is a ${current.type} and cannot become a ${type}.`);
  }
  return type;
}

function valueOf({ Value: value, AllowedPattern: pattern }: Request): string {
  if (pattern && !patternOf(pattern).test(value)) {
    throw new ParameterStoreException('ParameterPatternMismatchException', 'Parameter value doesn\'t match the AllowedPattern.');
  }
  return value;
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new ParameterStoreException('InvalidAllowedPatternException', 'The AllowedPattern is no regular expression.', { cause });
  }
}

function keyOf({ KeyId: keyId }: Request, type: ParameterType): string | undefined {
  if (type !== 'SecureString') {
    if (keyId !== undefined) throw new ParameterStoreException('ValidationException', 'KeyId is only for parameters of type SecureString.');
    return undefined;
  }
  if (keyId === undefined || keyId === 'alias/aws/ssm') {
    throw new ParameterStoreException('InvalidKeyId', 'Without KeyId the AWS managed key alias/aws/ssm is used, which is not simulated. Give the KeyId of a customer-managed key.');
  }
  return keyId;
}

function refuseExisting(name: string, overwrite: boolean, call: ParameterCall): void {
  if (overwrite || !call.parameters.has(name)) return;
  throw new ParameterStoreException('ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
}
