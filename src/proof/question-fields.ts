type Kind = keyof typeof KINDS;

const KINDS = {
  'text': (value: unknown) => typeof value === 'string',
  'a list of text': (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  'true or false': (value: unknown) => typeof value === 'boolean',
  'an object without fields': (value: unknown) => isObject(value) && Object.keys(value).length === 0,
};

/** What a question is made of. One that is misspelt would ask about something else. */
export const FIELDS: Readonly<Record<string, readonly Kind[]>> = {
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
 * Why JSON is no question of `prove`, as the predicate of a sentence and the remedy; nothing where it is one. A question about nobody
 * is none: whatever it asks for, nobody can.
 */
export function questionFault(json: unknown): string | undefined {
  if (!isObject(json)) { return "is no question; a question is a JSON object, with 'actions' at least. Write one."; }
  const [name] = fieldsOf(json).find(([field, value]) => !FIELDS[field]?.some((kind) => KINDS[kind](value))) ?? [];
  if (name === undefined) { return isAboutNobody(json) ? "is no question: its 'who' names nobody; it names somebody, or is left out for anyone. Correct it." : undefined; }
  const kinds = FIELDS[name]?.join(' or ');
  return kinds === undefined
    ? `is no question: it has '${name}'; the fields of a question are ${Object.keys(FIELDS).join(', ')}. Correct it.`
    : `is no question: '${name}' is something else than ${kinds}, which is all it can be. Correct it.`;
}

/** The first that no question has. */
export function strangeField(question: object): string | undefined {
  return fieldsOf(question).map(([name]) => name).find((name) => !Object.hasOwn(FIELDS, name) && !Object.hasOwn(OBJECTS, name));
}

/** What may be left out by being undefined. */
const OBJECTS = { who: true, except: true, context: true };

/** Those of its objects by their path. */
function fieldsOf(question: object): [name: string, value: unknown][] {
  return Object.entries(question).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    const inner = isObject(value) ? Object.entries(value) : [];
    if (inner.length === 0) { return [[name, value]]; }
    return inner.map(([key, each]) => [`${name}.${name === 'context' ? 'KEY' : key}`, each]);
  });
}

export function isAboutNobody({ who }: { readonly who?: object }): boolean {
  return who !== undefined && Object.values(who).every((each) => each === undefined || each === false || (Array.isArray(each) && each.length === 0));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
