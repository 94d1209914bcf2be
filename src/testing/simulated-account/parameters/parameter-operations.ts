import { Parameter, parameterArn, ParameterVersion } from './parameter';
import { operation, ParameterCall } from './parameter-call';
import {
  BooleanType, KeyList, MaxResults, NextToken, ParameterNameList, ParameterStringFilterList, PSParameterName, ResourceId, ResourceTypeForTagging,
  TagList,
} from './parameter-model';
import { ParameterStoreException } from './parameter-store-exception';
import { resourceTags, setTags, tagContext } from './parameter-tags';
import { putParameter } from './put-parameter';
import { open } from './secure-string';
import { required, type Input } from '../../aws-json/shape';

const TAGGED = { ResourceType: required(ResourceTypeForTagging), ResourceId: required(ResourceId) } as const;

/** AWS Systems Manager API Reference: the operations that keep, read and tag parameters. */
export const PARAMETER_OPERATIONS = {
  PutParameter: putParameter,

  GetParameter: operation({ Name: required(PSParameterName), WithDecryption: BooleanType }, async ({ Name, WithDecryption }, call) => {
    const { parameter, version } = find(Name, call, 'ssm:GetParameter');
    return { Parameter: await content(parameter, version, WithDecryption, call) };
  }),

  GetParameters: operation({ Names: required(ParameterNameList), WithDecryption: BooleanType }, async ({ Names: names, WithDecryption }, call) => {
    names.forEach((name) => call.authorize('ssm:GetParameters', arnOf(name, call), resourceTags(select(name, call)?.parameter)));
    const known = names.filter((name) => select(name, call) !== undefined);
    return {
      Parameters: await Promise.all(known.map((name) => {
        const { parameter, version } = select(name, call)!;
        return content(parameter, version, WithDecryption, call);
      })),
      InvalidParameters: names.filter((name) => !known.includes(name)),
    };
  }),

  DescribeParameters: operation({ ParameterFilters: ParameterStringFilterList, MaxResults, NextToken }, async (request, call) => {
    const { ParameterFilters: filters = [], MaxResults: limit = 50, NextToken: token = '0' } = request;
    call.authorize('ssm:DescribeParameters', `arn:${call.partition}:ssm:${call.region}:${call.account}:*`);
    const matching = [...call.parameters.values()].filter((parameter) => filters.every((filter) => matches(parameter, filter)));
    if (!/^\d+$/.test(token)) throw new ParameterStoreException('InvalidNextToken', 'The specified token isn\'t valid.');
    const [from, to] = [Number(token), Number(token) + limit];
    return { Parameters: matching.slice(from, to).map(metadata), ...to < matching.length && { NextToken: String(to) } };
  }),

  DeleteParameter: operation({ Name: required(PSParameterName) }, async ({ Name }, call) => {
    const { parameter } = find(Name, call, 'ssm:DeleteParameter');
    call.parameters.delete(parameter.name);
    return {};
  }),

  DeleteParameters: operation({ Names: required(ParameterNameList) }, async ({ Names: names }, call) => {
    names.forEach((name) => call.authorize('ssm:DeleteParameters', arnOf(name, call), resourceTags(select(name, call)?.parameter)));
    const known = names.filter((name) => select(name, call) !== undefined);
    known.forEach((name) => call.parameters.delete(select(name, call)!.parameter.name));
    return { DeletedParameters: known, InvalidParameters: names.filter((name) => !known.includes(name)) };
  }),

  AddTagsToResource: operation({ ...TAGGED, Tags: required(TagList) }, async ({ ResourceType, ResourceId: id, Tags }, call) => {
    const parameter = taggable(ResourceType, id, call, 'ssm:AddTagsToResource', tagContext(Tags));
    setTags(parameter, Tags);
    return {};
  }),

  RemoveTagsFromResource: operation({ ...TAGGED, TagKeys: required(KeyList) }, async ({ ResourceType, ResourceId: id, TagKeys }, call) => {
    const parameter = taggable(ResourceType, id, call, 'ssm:RemoveTagsFromResource', { 'aws:TagKeys': TagKeys });
    TagKeys.forEach((key) => parameter.tags.delete(key));
    return {};
  }),

  ListTagsForResource: operation(TAGGED, async ({ ResourceType, ResourceId: id }, call) => {
    const parameter = taggable(ResourceType, id, call, 'ssm:ListTagsForResource');
    return { TagList: [...parameter.tags].map(([Key, Value]) => ({ Key, Value })) };
  }),
} as const;

interface Selected { readonly parameter: Parameter; readonly version: ParameterVersion }

/** The parameter that a name, an ARN, or either with `:version` means. */
function select(id: string, call: ParameterCall): Selected | undefined {
  const [name, wanted] = nameOf(id, call).split(':') as [string, string?];
  const parameter = call.parameters.get(name) ?? (id.startsWith('arn:') ? call.parameters.get(`/${name}`) : undefined);
  const version = wanted === undefined ? parameter?.versions.at(-1) : parameter?.versions.find((one) => one.version === Number(wanted));
  return parameter && version && { parameter, version };
}

function find(name: string, call: ParameterCall, action: string): Selected {
  call.authorize(action, arnOf(name, call), resourceTags(select(name, call)?.parameter));
  const selected = select(name, call);
  if (!selected) throw new ParameterStoreException('ParameterNotFound');
  return selected;
}

/** An ARN of another account or Region names none of the caller's parameters. */
function nameOf(id: string, call: ParameterCall): string {
  const own = parameterArn('', call);
  return id.startsWith(own) ? id.slice(own.length) : id;
}

function arnOf(id: string, call: ParameterCall): string {
  const [name] = nameOf(id, call).split(':');
  return name === 'arn' ? id : parameterArn(name!, call);
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

type Filter = Input<typeof ParameterStringFilterList['member']['members']>;

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

function taggable(type: string, name: string, call: ParameterCall, action: string, context = {}): Parameter {
  if (type !== 'Parameter') throw new ParameterStoreException('InvalidResourceType', 'The resource type is not valid: simulated is Parameter.');
  const parameter = select(name, call)?.parameter;
  call.authorize(action, arnOf(name, call), { ...resourceTags(parameter), ...context });
  if (!parameter) throw new ParameterStoreException('InvalidResourceId');
  return parameter;
}
