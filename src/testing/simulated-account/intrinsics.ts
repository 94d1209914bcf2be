/** What a template's functions ask of the stack they stand in. */
export interface Scope {
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(name: string): unknown;
  mapping(map: string, first: string, second: string): unknown;
  condition(name: string): boolean;
}

/** What `Ref: AWS::NoValue` yields: the property, or the element of the list, is not there. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: any, scope: Scope, all: (value: unknown) => any) => unknown;

/** AWS CloudFormation User Guide, Intrinsic function reference. */
const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'Ref': (name, scope) => scope.ref(name),
  'Fn::GetAtt': (argument, scope, all) => {
    const [logicalId, attribute] = attributeReference(argument);
    return scope.attribute(logicalId, all(attribute));
  },
  'Fn::Join': ([separator, values], _, all) => literal((all(values) as unknown[]).map(asText).join(separator)),
  'Fn::Sub': (argument, scope, all) => substitute(argument, scope, all),
  'Fn::Select': ([index, values], _, all) => select(Number(all(index)), all(values)),
  'Fn::Split': ([separator, value], _, all) => asText(all(value)).split(separator),
  'Fn::Base64': (value, _, all) => Buffer.from(asText(all(value))).toString('base64'),
  'Fn::ImportValue': (name, scope, all) => scope.importValue(all(name)),
  'Fn::FindInMap': ([map, first, second], scope, all) => scope.mapping(all(map), all(first), all(second)),
  'Fn::If': ([condition, yes, no], scope, all) => all(scope.condition(condition) ? yes : no),
  'Condition': (name, scope) => scope.condition(name),
  'Fn::Equals': ([left, right], _, all) => asText(all(left)) === asText(all(right)),
  'Fn::Not': ([value], _, all) => !all(value),
  'Fn::And': (values: unknown[], _, all) => values.every(all),
  'Fn::Or': (values: unknown[], _, all) => values.some(all),
};

/**
 * The value with its functions resolved.
 *
 * @throws an error that names the function, when it is one that is not simulated
 */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveOrNoValue(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** The logical ID and the attribute of a `Fn::GetAtt`, which may be written as a list or with a dot. */
export function attributeReference(argument: string | readonly [string, string]): [string, string] {
  if (typeof argument !== 'string') return [argument[0], argument[1]];
  const dot = argument.indexOf('.');
  return [argument.slice(0, dot), argument.slice(dot + 1)];
}

/** The `${…}` of a `Fn::Sub` text; `${!…}` is a literal. */
export const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

/** The text and the variables of a `Fn::Sub`. */
export function substitution(argument: string | readonly [string, Record<string, unknown>]): [string, Record<string, unknown>] {
  return typeof argument === 'string' ? [argument, {}] : [argument[0], argument[1]];
}

/** The name of the function that this value calls, when it calls one. */
export function intrinsicOf(value: object): string | undefined {
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const calls = name === 'Ref' || name.startsWith('Fn::') || (name === 'Condition' && typeof Object.values(value)[0] === 'string');
  return calls ? name : undefined;
}

function resolveOrNoValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return literal(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element) => resolveOrNoValue(element, scope)).filter((element) => element !== NO_VALUE);
  const name = intrinsicOf(value);
  if (name) return call(name, (value as Record<string, unknown>)[name], scope);
  const entries = Object.entries(value).map(([key, inner]) => [key, resolveOrNoValue(inner, scope)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== NO_VALUE));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const intrinsic = INTRINSICS[name];
  if (!intrinsic) {
    throw new Error(`The template uses '${name}'; simulated are ${Object.keys(INTRINSICS).join(', ')}. Give the value itself.`);
  }
  return intrinsic(argument, scope, (inner) => resolveOrNoValue(inner, scope));
}

function literal(text: string): string {
  const dynamic = /\{\{resolve:[^}]*\}\}/.exec(text);
  if (dynamic) throw new Error(`The template uses the dynamic reference '${dynamic[0]}', which needs a service that is not simulated. Give the value itself.`);
  return text;
}

function substitute(argument: string | readonly [string, Record<string, unknown>], scope: Scope, all: (value: unknown) => unknown): string {
  const [text, variables] = substitution(argument);
  return literal(text
    .replace(PLACEHOLDER, (_, name: string) => {
      if (Object.hasOwn(variables, name)) return asText(all(variables[name]));
      return asText(name.includes('.') ? scope.attribute(...attributeReference(name)) : scope.ref(name));
    })
    .replaceAll('${!', '${'));
}

function select(index: number, values: unknown[]): unknown {
  if (!(index in values)) throw new Error(`Fn::Select asks for element ${index} of a list of ${values.length}. Give an index from 0 to ${values.length - 1}.`);
  return values[index];
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`A text is needed where the template has ${JSON.stringify(value) ?? 'no value'}.`);
}
