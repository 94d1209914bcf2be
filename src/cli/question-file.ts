import type { Question } from '../proof';
import { UsageError } from './command';
import { jsonFrom } from './json-file';

type Kind = keyof typeof KINDS;

const KINDS = {
  'text': (value: unknown) => typeof value === 'string',
  'a list of text': (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  'true or false': (value: unknown) => typeof value === 'boolean',
  'an object without fields': (value: unknown) => isObject(value) && Object.keys(value).length === 0,
};

/** What a question is made of. One that is misspelt would ask about something else; a `who` without fields, about nobody. */
const FIELDS: Readonly<Record<string, readonly Kind[]>> = {
  'actions': ['text', 'a list of text'],
  'resource': ['text'],
  'who.anyone': ['true or false'],
  'who.accounts': ['a list of text'],
  'who.services': ['a list of text'],
  'who.principals': ['a list of text'],
  'except': ['an object without fields'],
  'except.accounts': ['a list of text'],
  'except.services': ['a list of text'],
  'except.principals': ['a list of text'],
  'except.organizations': ['a list of text'],
  'context': ['an object without fields'],
  'context.KEY': ['text'],
};

/**
 * A question of `prove`.
 *
 * @throws UsageError
 */
export function questionFrom(file: string): Question {
  const json = jsonFrom(file);
  if (!isObject(json)) throw new UsageError(`'${file}' is no question; a question is a JSON object, with 'actions' at least. Write one.`);
  const [name] = fieldsOf(json).find(([field, value]) => !FIELDS[field]?.some((kind) => KINDS[kind](value))) ?? [];
  if (name === undefined) return json as unknown as Question;
  const kinds = FIELDS[name]?.join(' or ');
  throw new UsageError(kinds === undefined
    ? `'${file}' is no question: it has '${name}'; the fields of a question are ${Object.keys(FIELDS).join(', ')}. Correct it.`
    : `'${file}' is no question: '${name}' is something else than ${kinds}, which is all it can be. Correct it.`);
}

/** Those of its objects by their path. */
function fieldsOf(question: object): [name: string, value: unknown][] {
  return Object.entries(question).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    const inner = isObject(value) ? Object.entries(value) : [];
    if (inner.length === 0) return [[name, value]];
    return inner.map(([key, each]) => [`${name}.${name === 'context' ? 'KEY' : key}`, each]);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
