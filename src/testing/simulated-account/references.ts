import { attributeReference, intrinsicOf, PLACEHOLDER, resolve, substitution } from './intrinsics';
import { Resource, Stack } from './stack';

/** The resources that must exist before this one: what it refers to, what it depends on, what its nested stack waits for. */
export function dependencies(resource: Resource): Set<Resource> {
  const { definition, stack } = resource;
  const found = references(definition.Properties, stack);
  dependsOn(definition.DependsOn, stack, found);
  for (let at = stack; at.parent; at = at.parent.stack) {
    dependsOn(at.parent.stack.definition(at.parent.logicalId).DependsOn, at.parent.stack, found);
  }
  writersFor(resource).forEach((writer) => found.add(writer));
  return found;
}

/** What a cross-region reference of the AWS CDK hangs on: the resources that write what this one reads, of whatever stack. */
function writersFor({ type, definition, stack }: Resource): Resource[] {
  if (type !== 'Custom::CrossRegionExportReader') return [];
  const { imports = {} } = definition.Properties?.['ReaderProps'] as { imports?: object };
  return stack.siblings.flatMap((each) => each.allResources).filter((writer) => {
    const { exports = {} } = (writer.definition.Properties?.['WriterProps'] ?? {}) as { exports?: object };
    return writer.stack.account === stack.account && Object.keys(exports).some((name) => name in imports);
  });
}

/** The resources that an expression of this stack refers to. */
export function references(expression: unknown, stack: Stack): Set<Resource> {
  const found = new Set<Resource>();
  collect(expression, stack, found);
  return found;
}

function dependsOn(logicalIds: string | readonly string[] | undefined, stack: Stack, found: Set<Resource>): void {
  for (const logicalId of [logicalIds ?? []].flat()) {
    const resource = stack.resources.get(logicalId);
    if (resource) found.add(resource);
    stack.nested.get(logicalId)?.allResources.forEach((inner) => found.add(inner));
  }
}

/** Where a function points; the arguments of the functions not listed are looked through. */
const POINTERS: Readonly<Record<string, (argument: any, stack: Stack, found: Set<Resource>) => void>> = {
  'Ref': (name, stack, found) => referTo(name, stack, found),
  'Fn::GetAtt': (argument, stack, found) => getAttribute(argument, stack, found),
  'Fn::ImportValue': (name, stack, found) => {
    const exported = stack.exported(String(resolve(name, stack)));
    collect(exported.value, exported.stack, found);
  },
  'Fn::If': ([condition, yes, no], stack, found) => collect(stack.condition(condition) ? yes : no, stack, found),
  'Fn::Sub': (argument, stack, found) => {
    const [text, variables] = substitution(argument);
    collect(variables, stack, found);
    for (const [, name] of text.matchAll(PLACEHOLDER)) {
      if (Object.hasOwn(variables, name!)) continue;
      if (name!.includes('.')) getAttribute(name!, stack, found);
      else referTo(name!, stack, found);
    }
  },
};

function collect(value: unknown, stack: Stack, found: Set<Resource>): void {
  if (value === null || typeof value !== 'object') return;
  const name = intrinsicOf(value);
  const pointer = name === undefined ? undefined : POINTERS[name];
  if (pointer) pointer(Object.values(value)[0], stack, found);
  else Object.values(value).forEach((inner) => collect(inner, stack, found));
}

function referTo(name: string, stack: Stack, found: Set<Resource>): void {
  const resource = stack.resources.get(name);
  if (resource) found.add(resource);
  else if (stack.parent && stack.hasParameter(name)) collect(stack.parameter(name), stack.parent.stack, found);
}

function getAttribute(argument: string | readonly [string, string], stack: Stack, found: Set<Resource>): void {
  const [logicalId, attribute] = attributeReference(argument);
  const nested = stack.nested.get(logicalId);
  if (nested) collect(nested.outputExpression(attribute.replace(/^Outputs\./, '')), nested, found);
  else referTo(logicalId, stack, found);
}
