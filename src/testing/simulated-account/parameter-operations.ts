import {
  checkName, MAX_VERSIONS, Parameter, parameterArn, ParameterType, ParameterVersion, Tag, tierFor,
} from './parameter';
import { ParameterStoreException } from './parameter-store-exception';
import { open, seal } from './secure-string';
import type { KmsClient } from '../local-kms/kms-client';

/** One call of Parameter Store, in the caller's account and Region. */
export interface ParameterCall {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly callerArn: string;
  readonly now: Date;
  /** AWS KMS as the caller, forwarded by Parameter Store. */
  readonly kms: KmsClient;
  /** The parameters of the account and Region, by name. */
  readonly parameters: Map<string, Parameter>;
  /** @throws AccessDeniedException unless the caller's policies allow it */
  authorize(action: string, arn: string, context?: Readonly<Record<string, string | string[]>>): void;
}

export type Operation = (input: any, call: ParameterCall) => Promise<any>;

/** AWS Systems Manager API Reference: the operations that keep, read and tag parameters. */
export const PARAMETER_OPERATIONS: Readonly<Record<string, Operation>> = {
  PutParameter: putParameter,

  GetParameter: async ({ Name, WithDecryption }, call) => {
    const { parameter, version } = find(Name, call, 'ssm:GetParameter');
    return { Parameter: await content(parameter, version, WithDecryption, call) };
  },

  GetParameters: async ({ Names, WithDecryption }, call) => {
    const names = list(Names, 'Names', 10);
    names.forEach((name) => call.authorize('ssm:GetParameters', arnOf(name, call)));
    const known = names.filter((name) => select(name, call) !== undefined);
    return {
      Parameters: await Promise.all(known.map((name) => {
        const { parameter, version } = select(name, call)!;
        return content(parameter, version, WithDecryption, call);
      })),
      InvalidParameters: names.filter((name) => !known.includes(name)),
    };
  },

  DescribeParameters: async ({ ParameterFilters: filters = [], MaxResults: limit = 50, NextToken: token = '0' }, call) => {
    call.authorize('ssm:DescribeParameters', `arn:${call.partition}:ssm:${call.region}:${call.account}:*`);
    const matching = [...call.parameters.values()].filter((parameter) => filters.every((filter: Filter) => matches(parameter, filter)));
    const [from, to] = [Number(token), Number(token) + Number(limit)];
    return { Parameters: matching.slice(from, to).map(metadata), ...to < matching.length && { NextToken: String(to) } };
  },

  DeleteParameter: async ({ Name }, call) => {
    const { parameter } = find(Name, call, 'ssm:DeleteParameter');
    call.parameters.delete(parameter.name);
    return {};
  },

  AddTagsToResource: async ({ ResourceType, ResourceId, Tags }, call) => {
    const tags = tagList(Tags);
    const parameter = taggable(ResourceType, ResourceId, call, 'ssm:AddTagsToResource', tagContext(tags));
    setTags(parameter, tags);
    return {};
  },

  RemoveTagsFromResource: async ({ ResourceType, ResourceId, TagKeys }, call) => {
    const keys = list(TagKeys, 'TagKeys', MAX_TAGS);
    const parameter = taggable(ResourceType, ResourceId, call, 'ssm:RemoveTagsFromResource', { 'aws:TagKeys': keys });
    keys.forEach((key) => parameter.tags.delete(key));
    return {};
  },

  ListTagsForResource: async ({ ResourceType, ResourceId }, call) => {
    const parameter = taggable(ResourceType, ResourceId, call, 'ssm:ListTagsForResource');
    return { TagList: [...parameter.tags].map(([Key, Value]) => ({ Key, Value })) };
  },
};

const MAX_TAGS = 50;
const TYPES = ['String', 'StringList', 'SecureString'];

async function putParameter(input: any, call: ParameterCall): Promise<unknown> {
  const { Overwrite: overwrite = false } = input;
  const tags = tagList(input.Tags);
  const name = text(input.Name, 'Name');
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
}

async function nextVersion(input: any, arn: string, existing: Parameter | undefined, call: ParameterCall): Promise<Omit<ParameterVersion, 'version'>> {
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
    description: input.Description === undefined ? current?.description : text(input.Description, 'Description'),
    allowedPattern: input.AllowedPattern,
    dataType: input.DataType ?? 'text',
    modified: call.now,
    modifiedBy: call.callerArn,
  };
}

function typeOf({ Type: asked }: any, current: ParameterVersion | undefined): ParameterType {
  const type = asked ?? current?.type;
  if (!TYPES.includes(type)) throw new ParameterStoreException('ValidationException', `A parameter type is required: one of ${TYPES.join(', ')}.`);
  if (current && current.type !== type) {
    throw new ParameterStoreException('HierarchyTypeMismatchException', `The parameter is a ${current.type} and cannot become a ${type}.`);
  }
  return type;
}

function valueOf(input: any): string {
  const value = text(input.Value, 'Value');
  if (input.Policies) throw new ParameterStoreException('ValidationException', 'Parameter policies are not simulated.');
  if (input.AllowedPattern !== undefined && !new RegExp(input.AllowedPattern).test(value)) {
    throw new ParameterStoreException('ParameterPatternMismatchException', 'Parameter value doesn\'t match the AllowedPattern.');
  }
  return value;
}

function keyOf({ KeyId: keyId }: any, type: ParameterType): string | undefined {
  if (type !== 'SecureString') {
    if (keyId !== undefined) throw new ParameterStoreException('ValidationException', 'KeyId is only for parameters of type SecureString.');
    return undefined;
  }
  if (keyId === undefined || keyId === 'alias/aws/ssm') {
    throw new ParameterStoreException('InvalidKeyId', 'Without KeyId the AWS managed key alias/aws/ssm is used, which is not simulated. Give the KeyId of a customer-managed key.');
  }
  return text(keyId, 'KeyId');
}

function refuseExisting(name: string, overwrite: boolean, call: ParameterCall): void {
  if (overwrite || !call.parameters.has(name)) return;
  throw new ParameterStoreException('ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
}

interface Selected { readonly parameter: Parameter; readonly version: ParameterVersion }

/** The parameter that a name, an ARN, or either with `:version` means. */
function select(id: string, call: ParameterCall): Selected | undefined {
  const [name, wanted] = nameOf(id).split(':') as [string, string?];
  const parameter = call.parameters.get(name) ?? call.parameters.get(`/${name}`);
  const version = wanted === undefined ? parameter?.versions.at(-1) : parameter?.versions.find((one) => one.version === Number(wanted));
  return parameter && version && { parameter, version };
}

function find(id: unknown, call: ParameterCall, action: string): Selected {
  const name = text(id, 'Name');
  call.authorize(action, arnOf(name, call), resourceTags(select(name, call)?.parameter));
  const selected = select(name, call);
  if (!selected) throw new ParameterStoreException('ParameterNotFound');
  return selected;
}

function nameOf(id: string): string {
  return id.replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\//, '');
}

function arnOf(id: string, call: ParameterCall): string {
  return parameterArn(nameOf(id).split(':')[0]!, call);
}

async function content({ name, arn }: Parameter, version: ParameterVersion, decrypted: boolean | undefined, call: ParameterCall) {
  const secret = version.type === 'SecureString' && decrypted;
  return {
    Name: name,
    Type: version.type,
    Value: secret ? await open(version.value, arn, call.kms) : version.value,
    Version: version.version,
    LastModifiedDate: version.modified,
    ARN: arn,
    DataType: version.dataType,
  };
}

function metadata({ name, arn, versions }: Parameter) {
  const { version, type, tier, keyId, description, allowedPattern, dataType, modified, modifiedBy } = versions.at(-1)!;
  return {
    Name: name,
    ARN: arn,
    Type: type,
    ...keyId !== undefined && { KeyId: keyId },
    LastModifiedDate: modified,
    LastModifiedUser: modifiedBy,
    ...description !== undefined && { Description: description },
    ...allowedPattern !== undefined && { AllowedPattern: allowedPattern },
    Version: version,
    Tier: tier,
    Policies: [],
    DataType: dataType,
  };
}

interface Filter { readonly Key: string; readonly Option?: string; readonly Values?: readonly string[] }

function matches({ name }: Parameter, { Key, Option = 'Equals', Values = [] }: Filter): boolean {
  if (Key !== 'Name') throw new ParameterStoreException('InvalidFilterKey', `Filter '${Key}' is not simulated; filter by Name.`);
  const tests: Readonly<Record<string, (value: string) => boolean>> = {
    Equals: (value) => name === value,
    BeginsWith: (value) => name.startsWith(value),
    Contains: (value) => name.includes(value),
  };
  const test = tests[Option];
  if (!test) throw new ParameterStoreException('InvalidFilterOption', `Option '${Option}' is none of ${Object.keys(tests).join(', ')}.`);
  return Values.some(test);
}

function taggable(type: unknown, id: unknown, call: ParameterCall, action: string, context = {}): Parameter {
  if (type !== 'Parameter') throw new ParameterStoreException('InvalidResourceType', 'The resource type is not valid: simulated is Parameter.');
  const name = text(id, 'ResourceId');
  const parameter = select(name, call)?.parameter;
  call.authorize(action, arnOf(name, call), { ...resourceTags(parameter), ...context });
  if (!parameter) throw new ParameterStoreException('InvalidResourceId');
  return parameter;
}

function setTags(parameter: Parameter, tags: readonly Tag[]): void {
  const all = new Map([...parameter.tags, ...tags.map(({ Key, Value }) => [Key, Value] as const)]);
  if (all.size > MAX_TAGS) throw new ParameterStoreException('TooManyTagsError', `A parameter can have at most ${MAX_TAGS} tags.`);
  all.forEach((value, key) => parameter.tags.set(key, value));
}

function tagList(tags: unknown = []): readonly Tag[] {
  if (Array.isArray(tags) && tags.every((tag) => typeof tag?.Key === 'string' && typeof tag?.Value === 'string')) return tags;
  throw new ParameterStoreException('ValidationException', '\'Tags\' must be a list of Key and Value.');
}

function tagContext(tags: readonly Tag[]): Record<string, string | string[]> {
  if (tags.length === 0) return {};
  return { 'aws:TagKeys': tags.map(({ Key }) => Key), ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])) };
}

function resourceTags(parameter: Parameter | undefined): Record<string, string> {
  const tags = [...parameter?.tags ?? []];
  return Object.fromEntries(tags.flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`ssm:resourceTag/${key}`, value]]));
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ParameterStoreException('ValidationException', `'${name}' must be a text that is not empty.`);
}

function list(value: unknown, name: string, most: number): string[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= most && value.every((entry) => typeof entry === 'string')) return value;
  throw new ParameterStoreException('ValidationException', `'${name}' must be a list of 1 to ${most} texts.`);
}
