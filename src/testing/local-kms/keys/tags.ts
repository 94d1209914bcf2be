import { KmsException } from '../exceptions';

export type Tag = { readonly TagKey: string; readonly TagValue: string };

const MAX_TAGS = 50;

/** @throws `TagException`, `LimitExceededException` for what AWS KMS refuses in tags (API Reference, Tag; AWS KMS Developer Guide, Resource quotas) */
export function tagMap(tags: readonly Tag[] = [], present: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const names = tags.map(({ TagKey }) => TagKey);
  if (names.some((name) => /^aws:/i.test(name))) { throw new KmsException('TagException', 'Tags beginning with aws: are reserved'); }
  if (new Set(names).size < names.length) { throw new KmsException('TagException', 'Duplicate tag keys'); }
  const all = new Map([...present, ...tags.map(({ TagKey, TagValue }) => [TagKey, TagValue] as const)]);
  if (all.size > MAX_TAGS) { throw new KmsException('LimitExceededException', `A key may have ${MAX_TAGS} tags.`); }
  return all;
}
