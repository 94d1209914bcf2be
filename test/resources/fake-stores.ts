import { ParameterStore, SecretStore, Tag } from '../../src/resources/secure-string/stores';

export interface Version { Value: string; KeyId: string; Tier: string; Description?: string }

interface Parameter { readonly versions: Version[]; readonly tags: Map<string, string> }

type Operation = keyof ParameterStore;

interface Fault { readonly operation: Operation; readonly error: string; readonly when: 'before' | 'after'; times: number }

/** The errors that are none of the caller's; one without a status never came from the service. */
const STATUS: Readonly<Record<string, number | undefined>> = { InternalError: 500, InternalServerError: 500, TimeoutError: undefined };

/** The service's error: its message quotes what it was given, as some messages of AWS do. */
export function serviceError(name: string, quoted: unknown = ''): Error {
  const httpStatusCode = name in STATUS ? STATUS[name] : 400;
  return Object.assign(new Error(`Value '${JSON.stringify(quoted)}' at 'value' failed`), { name, $metadata: { httpStatusCode } });
}

/** Parameter Store as its API Reference describes the operations that the handler uses, with faults on demand. */
export class FakeParameterStore implements ParameterStore {
  public readonly parameters = new Map<string, Parameter>();
  public readonly deniedKeys = new Set<string>();
  private readonly faults: Fault[] = [];

  public getParameter = this.operation('getParameter', async ({ Name, WithDecryption }) => {
    const [name, wanted] = Name.split(':') as [string, string?];
    const versions = this.parameters.get(name)?.versions;
    if (!versions) throw serviceError('ParameterNotFound');
    const Version = wanted ? Number(wanted) : versions.length;
    const version = versions[Version - 1];
    if (!version) throw serviceError('ParameterVersionNotFound');
    if (WithDecryption) this.useKey(version.KeyId);
    return { Parameter: { Value: WithDecryption ? version.Value : 'AQICAHh…', Version } };
  });

  public putParameter = this.operation('putParameter', async ({ Name, Overwrite, Tags = [], Type, ...version }) => {
    const known = this.parameters.get(Name);
    if (known && !Overwrite) throw serviceError('ParameterAlreadyExists');
    if (Type !== 'SecureString' || (Overwrite && Tags.length > 0)) throw serviceError('ValidationException', version);
    if (version.Value.length > (version.Tier === 'Standard' ? 4096 : 8192)) throw serviceError('ValidationException', version);
    if (version.Tier === 'Standard' && known?.versions.at(-1)?.Tier === 'Advanced') throw serviceError('ValidationException', version);
    if (/\{\{.*\}\}/s.test(version.Value)) throw serviceError('ValidationException', version);
    this.useKey(version.KeyId);
    const Description = version.Description ?? known?.versions.at(-1)?.Description;
    const parameter = known ?? { versions: [], tags: tagMap(Tags) };
    parameter.versions.push({ ...version, Description });
    this.parameters.set(Name, parameter);
    return { Version: parameter.versions.length };
  });

  public deleteParameter = this.operation('deleteParameter', async ({ Name }) => {
    if (!this.parameters.delete(Name)) throw serviceError('ParameterNotFound');
  });

  public listTagsForResource = this.operation('listTagsForResource', async ({ ResourceId }) => (
    { TagList: [...this.tagsOf(ResourceId)].map(([Key, Value]) => ({ Key, Value })) }
  ));

  public addTagsToResource = this.operation('addTagsToResource', async ({ ResourceId, Tags }) => {
    tagMap(Tags).forEach((value, key) => this.tagsOf(ResourceId).set(key, value));
  });

  public removeTagsFromResource = this.operation('removeTagsFromResource', async ({ ResourceId, TagKeys }) => {
    TagKeys.forEach((key) => this.tagsOf(ResourceId).delete(key));
  });

  /** Makes the next calls of an operation fail, before or after they have done their work. */
  public fail(operation: Operation, error: string, { when = 'before' as Fault['when'], times = 1 } = {}): void {
    this.faults.push({ operation, error, when, times });
  }

  /** The newest version of a parameter. */
  public latest(name: string): Version | undefined {
    return this.parameters.get(name)?.versions.at(-1);
  }

  /** What somebody else does to a parameter. */
  public write(name: string, version: Version, tags: Record<string, string> = {}): void {
    const parameter = this.parameters.get(name) ?? { versions: [], tags: new Map(Object.entries(tags)) };
    parameter.versions.push(version);
    this.parameters.set(name, parameter);
  }

  public tagsOf(name: string): Map<string, string> {
    const parameter = this.parameters.get(name);
    if (!parameter) throw serviceError('InvalidResourceId');
    return parameter.tags;
  }

  private useKey(keyId: string): void {
    if (this.deniedKeys.has(keyId)) throw serviceError('AccessDeniedException');
  }

  private operation<Name extends Operation>(name: Name, work: ParameterStore[Name]): ParameterStore[Name] {
    return (async (input: never) => {
      this.strike(name, 'before', input);
      const answer = await (work as (input: never) => Promise<unknown>)(input);
      this.strike(name, 'after', input);
      return answer;
    }) as ParameterStore[Name];
  }

  private strike(operation: Operation, when: Fault['when'], input: unknown): void {
    const fault = this.faults.find((one) => one.operation === operation && one.when === when && one.times > 0);
    if (!fault) return;
    fault.times--;
    throw serviceError(fault.error, input);
  }
}

/** Secrets Manager with a few secrets. */
export class FakeSecretStore implements SecretStore {
  constructor(private readonly secrets: Record<string, string | undefined>) {}

  public async getSecretValue({ SecretId, VersionId }: { SecretId: string; VersionId?: string }): Promise<{ SecretString?: string }> {
    const id = VersionId ? `${SecretId}:${VersionId}` : SecretId;
    if (!(id in this.secrets)) throw serviceError(id.startsWith('arn:deleted') ? 'InvalidRequestException' : 'ResourceNotFoundException');
    return { SecretString: this.secrets[id] };
  }
}

function tagMap(tags: readonly Tag[]): Map<string, string> {
  tags.forEach(({ Key, Value }) => { // AWS Systems Manager API Reference, Tag
    if (Key.length > 128 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(Value)) throw serviceError('ValidationException', Value);
  });
  return new Map(tags.map(({ Key, Value }) => [Key, Value]));
}
