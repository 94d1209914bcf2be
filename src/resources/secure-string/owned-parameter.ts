import { OWN_TAGS, ParameterProperties } from './contract';
import { notOwned } from './refusals';
import { ParameterStore, Tag } from './stores';
import { formatRecord, parseRecord, recordOf, RecordedState, ValuePlan, ValueRecord } from './value-record';
import { CloudFormationRequest } from '../../custom-resource/cloudformation-contract';

/** The parameter of one resource of one stack. Tags, which are set together with the value, tell whose a parameter is. */
export class OwnedParameter {
  private readonly properties: ParameterProperties;
  private readonly tagged: { ResourceType: 'Parameter'; ResourceId: string };

  constructor(private readonly store: ParameterStore, private readonly request: CloudFormationRequest<ParameterProperties>) {
    this.properties = request.ResourceProperties;
    this.tagged = { ResourceType: 'Parameter', ResourceId: this.properties.Name };
  }

  /** Makes the parameter. Answers false, and changes nothing, where one of this name exists. */
  public async create(value: string): Promise<boolean> {
    const tags = { ...this.properties.Tags, ...this.ownership(), [OWN_TAGS.value]: formatRecord(recordOf(this.properties, 1)) };
    try {
      await this.put(value, { Overwrite: false, Tags: tagList(tags) });
      return true;
    } catch (error) {
      if (hasName(error, 'ParameterAlreadyExists')) return false;
      throw error;
    }
  }

  /**
   * What is known about the parameter; nothing where it does not exist.
   *
   * @throws when it is somebody else's
   */
  public async state(): Promise<RecordedState | undefined> {
    const tags = await this.tags();
    if (!tags) return undefined;
    if (!this.isOwn(tags)) throw notOwned(this.properties);
    const { Parameter } = await this.store.getParameter({ Name: this.properties.Name, WithDecryption: false });
    const version = Parameter!.Version!;
    const record = parseRecord(tags[OWN_TAGS.value]) ?? recordOf(this.properties, version);
    return { version, record, previous: parseRecord(tags[OWN_TAGS.previousValue]) };
  }

  public async read(version: 'latest' | number): Promise<string> {
    const { Name } = this.properties;
    const { Parameter } = await this.store.getParameter({ Name: version === 'latest' ? Name : `${Name}:${version}`, WithDecryption: true });
    return Parameter!.Value!;
  }

  /** Writes a new version, its records first: whoever finds a record without its version knows that the change was cut short. */
  public async change(value: string, { record, previous }: ValuePlan): Promise<number> {
    const tags = { ...this.properties.Tags, ...recordTags(record, previous) };
    await this.store.addTagsToResource({ ...this.tagged, Tags: tagList(tags) });
    const { Version } = await this.put(value, { Overwrite: true, Tier: record.tier });
    await this.removeOldTags();
    return Version!;
  }

  /** Deletes the parameter where it exists and is this resource's. */
  public async delete(): Promise<void> {
    const tags = await this.tags();
    if (!tags || !this.isOwn(tags)) return;
    await this.store.deleteParameter({ Name: this.properties.Name }).catch(ignoring('ParameterNotFound'));
  }

  private put(Value: string, more: { Overwrite: boolean; Tier?: ValueRecord['tier']; Tags?: Tag[] }): Promise<{ Version?: number }> {
    const { Name, KeyId, Tier } = this.properties;
    const wasDescribed = this.request.OldResourceProperties?.Description !== undefined;
    const Description = this.properties.Description ?? (wasDescribed ? '' : undefined); // a missing one leaves the old one
    return this.store.putParameter({ Name, Value, Type: 'SecureString', KeyId, Tier, Description, ...more });
  }

  private async tags(): Promise<Readonly<Record<string, string | undefined>> | undefined> {
    const answer = await this.store.listTagsForResource(this.tagged).catch(ignoring('InvalidResourceId')); // there is no such parameter
    return answer && Object.fromEntries((answer.TagList ?? []).map(({ Key, Value }) => [Key, Value]));
  }

  private async removeOldTags(): Promise<void> {
    const now = this.properties.Tags ?? {};
    const TagKeys = Object.keys(this.request.OldResourceProperties?.Tags ?? {}).filter((key) => !(key in now));
    if (TagKeys.length > 0) await this.store.removeTagsFromResource({ ...this.tagged, TagKeys });
  }

  private isOwn(tags: Readonly<Record<string, string | undefined>>): boolean {
    return Object.entries(this.ownership()).every(([key, value]) => tags[key] === value);
  }

  private ownership(): Record<string, string> {
    return { [OWN_TAGS.stackId]: this.request.StackId, [OWN_TAGS.logicalId]: this.request.LogicalResourceId };
  }
}

function recordTags(record: ValueRecord, previous: ValueRecord | undefined): Record<string, string> {
  return { [OWN_TAGS.value]: formatRecord(record), ...(previous && { [OWN_TAGS.previousValue]: formatRecord(previous) }) };
}

function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function ignoring(name: string): (error: unknown) => undefined {
  return (error) => {
    if (!hasName(error, name)) throw error;
    return undefined;
  };
}

function hasName(error: unknown, name: string): boolean {
  return (error as Error).name === name;
}
