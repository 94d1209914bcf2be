import { ServiceException } from './service-exception';
import type { Members, Shape } from './shape';

/**
 * Holds a request against the limits of the service model, all of them at once, as AWS does.
 *
 * @throws `ValidationException` that lists every violation; the bytes of a blob are never part of it.
 * `UnsupportedOperationException` for a member that this KMS does not support
 */
export function validate(members: Members, request: Record<string, unknown>): void {
  const violations = [...violationsOfMembers(members, request, '')];
  if (violations.length > 0) {
    const noun = violations.length === 1 ? 'error' : 'errors';
    throw new ServiceException('ValidationException', `${violations.length} validation ${noun} detected: ${violations.join('; ')}`);
  }
  const refused = Object.keys(request).find((name) => members[name]?.unsupported);
  if (refused) { throw new ServiceException('UnsupportedOperationException', `${refused}: ${members[refused]!.unsupported}`); }
}

function* violationsOfMembers(members: Members, request: Record<string, unknown>, path: string): Generator<string> {
  for (const [name, shape] of Object.entries(members)) {
    const at = `${path}${name[0]!.toLowerCase()}${name.slice(1)}`;
    const value = request[name];
    if (value !== undefined) {
      yield* violationsOf(shape, value, at);
    } else if (shape.required) {
      yield `Value null at '${at}' failed to satisfy constraint: Member must not be null`;
    }
  }
}

function* violationsOf(shape: Shape, value: unknown, at: string): Generator<string> {
  for (const constraint of brokenConstraints(shape, value)) {
    const shown = shape.type === 'string' || shape.type === 'integer' ? `Value '${value}'` : 'Value';
    yield `${shown} at '${at}' failed to satisfy constraint: ${constraint}`;
  }
  if (shape.type === 'list') {
    for (const [index, member] of (value as unknown[]).entries()) { yield* violationsOf(shape.member, member, `${at}.${index + 1}.member`); }
  }
  if (shape.type === 'structure') { yield* violationsOfMembers(shape.members, value as Record<string, unknown>, `${at}.`); }
}

function* brokenConstraints(shape: Shape, value: unknown): Generator<string> {
  if (shape.type === 'map' || shape.type === 'structure' || shape.type === 'boolean') { return; }
  const measure = shape.type === 'integer' ? 'value' : 'length';
  const size = shape.type === 'integer' ? value as number : (value as { length: number }).length;
  if (shape.max !== undefined && size > shape.max) { yield `Member must have ${measure} less than or equal to ${shape.max}`; }
  if (shape.min !== undefined && size < shape.min) { yield `Member must have ${measure} greater than or equal to ${shape.min}`; }
  if (shape.type !== 'string') { return; }
  if (shape.enum && !shape.enum.includes(value as string)) { yield `Member must satisfy enum value set: [${shape.enum.join(', ')}]`; }
  if (shape.pattern && !shape.pattern.test(value as string)) { yield `Member must satisfy regular expression pattern: ${shape.pattern.source}`; }
}
