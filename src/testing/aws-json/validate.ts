import { ServiceException } from './service-exception';
import type { Members, Shape } from './shape';

/**
 * Holds a request against the limits of the service model, all of them at once, as AWS does.
 *
 * @throws `ValidationException` that lists every violation; the bytes of a blob and what is hidden are never part of it.
 * `UnsupportedOperationException` for a member that this KMS does not support
 */
export function validate(members: Members, request: Record<string, unknown>): void {
  const violations = violationsOfMembers(members, request, '');
  if (violations.length > 0) {
    const noun = violations.length === 1 ? 'error' : 'errors';
    throw new ServiceException('ValidationException', `${violations.length} validation ${noun} detected: ${violations.join('; ')}`);
  }
  const refused = Object.keys(request).find((name) => members[name]?.unsupported);
  if (refused) { throw new ServiceException('UnsupportedOperationException', `${refused}: ${members[refused]!.unsupported}`); }
}

function violationsOfMembers(members: Members, request: Record<string, unknown>, path: string): string[] {
  const violations: string[] = [];
  for (const name in members) {
    const value = request[name];
    if (value === undefined && !members[name]!.required) { continue; }
    const at = `${path}${name[0]!.toLowerCase()}${name.slice(1)}`;
    violations.push(...value === undefined ? [`Value null at '${at}' failed to satisfy constraint: Member must not be null`] : violationsOf(members[name]!, value, at));
  }
  return violations;
}

function violationsOf(shape: Shape, value: unknown, at: string): string[] {
  switch (shape.type) {
    case 'boolean':
    case 'timestamp':
    case 'map': return [];
    case 'structure': return violationsOfMembers(shape.members, value as Record<string, unknown>, `${at}.`);
    case 'integer': return described(brokenBounds('value', value as number, shape), at, value);
    case 'blob': return described(brokenBounds('length', (value as Uint8Array).length, shape), at);
    case 'string': return described(brokenText(shape, value as string), at, shape.hidden ? undefined : value);
    case 'list': return [
      ...described(brokenBounds('length', (value as unknown[]).length, shape), at),
      ...(value as unknown[]).flatMap((member, index) => violationsOf(shape.member, member, `${at}.${index + 1}.member`)),
    ];
  }
}

/** The bytes of a blob, what is hidden, and a list as a whole are not shown. */
function described(constraints: readonly string[], at: string, value?: unknown): string[] {
  const shown = value === undefined ? 'Value' : `Value '${value}'`;
  return constraints.map((constraint) => `${shown} at '${at}' failed to satisfy constraint: ${constraint}`);
}

function brokenBounds(measure: string, size: number, { min, max }: { readonly min?: number; readonly max?: number }): string[] {
  return [
    ...(max !== undefined && size > max ? [`Member must have ${measure} less than or equal to ${max}`] : []),
    ...(min !== undefined && size < min ? [`Member must have ${measure} greater than or equal to ${min}`] : []),
  ];
}

function brokenText(shape: Shape & { readonly type: 'string' }, value: string): string[] {
  return [
    ...brokenBounds('length', value.length, shape),
    ...(shape.enum && !shape.enum.includes(value) ? [`Member must satisfy enum value set: [${shape.enum.join(', ')}]`] : []),
    ...(shape.pattern && !shape.pattern.test(value) ? [`Member must satisfy regular expression pattern: ${shape.pattern.source}`] : []),
  ];
}
