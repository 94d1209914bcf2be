import { Parameter, Tag } from './parameter';
import { ParameterStoreException } from './parameter-store-exception';

/** AWS Systems Manager API Reference, AddTagsToResource. */
export const MAX_TAGS = 50;

export function setTags(parameter: Parameter, tags: readonly Tag[]): void {
  const all = new Map([...parameter.tags, ...tags.map(({ Key, Value }) => [Key, Value] as const)]);
  if (all.size > MAX_TAGS) throw new ParameterStoreException('TooManyTagsError', `A parameter can have at most ${MAX_TAGS} tags.`);
  all.forEach((value, key) => parameter.tags.set(key, value));
}

/** The condition keys that the tags of a request make. */
export function tagContext(tags: readonly Tag[]): Record<string, string | string[]> {
  if (tags.length === 0) return {};
  return { 'aws:TagKeys': tags.map(({ Key }) => Key), ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])) };
}

/** The condition keys that the tags of a parameter make. */
export function resourceTags(parameter: Parameter | undefined): Record<string, string> {
  const tags = [...parameter?.tags ?? []];
  return Object.fromEntries(tags.flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`ssm:resourceTag/${key}`, value]]));
}
