import { Parameter, parameterArn, ParameterVersion } from './parameter';
import { ParameterCall } from './parameter-call';
import { list, tagList, text } from './parameter-input';
import { ParameterStoreException } from './parameter-store-exception';
import { MAX_TAGS, resourceTags, setTags, tagContext } from './parameter-tags';
import { putParameter } from './put-parameter';
import { open } from './secure-string';

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
