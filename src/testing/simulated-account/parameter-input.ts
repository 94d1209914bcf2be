import { Tag } from './parameter';
import { ParameterStoreException } from './parameter-store-exception';

export function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ParameterStoreException('ValidationException', `'${name}' must be a text that is not empty.`);
}

export function list(value: unknown, name: string, most: number): string[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= most && value.every((entry) => typeof entry === 'string')) return value;
  throw new ParameterStoreException('ValidationException', `'${name}' must be a list of 1 to ${most} texts.`);
}

export function tagList(tags: unknown = []): readonly Tag[] {
  if (Array.isArray(tags) && tags.every((tag) => typeof tag?.Key === 'string' && typeof tag?.Value === 'string')) return tags;
  throw new ParameterStoreException('ValidationException', '\'Tags\' must be a list of Key and Value.');
}
