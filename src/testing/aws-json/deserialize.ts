import { isUint8Array } from 'node:util/types';
import { ServiceException } from './service-exception';
import type { Members, Shape } from './shape';

/** How bytes arrive: as base64 text over HTTP, as bytes in process. */
export type BlobReader = (value: unknown) => Uint8Array;

/** Bytes of a caller in process, copied: what the caller does to them afterwards changes nothing. */
export function bytesInProcess(value: unknown): Uint8Array {
  if (!isUint8Array(value)) { throw wrongType(value, 'a Blob'); }
  return new Uint8Array(value);
}

/** Bytes of an HTTP caller. */
export function bytesFromBase64(value: unknown): Uint8Array {
  if (typeof value !== 'string') { throw wrongType(value, 'a Blob'); }
  if (!BASE64.test(value)) { throw new ServiceException('SerializationException', 'STRING_VALUE can not be converted to a Blob: it is not base64'); }
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/**
 * A request of any shape as the members that the service model knows, each of its type; other members are dropped, null is absent.
 *
 * Limits are not checked here: AWS answers a wrong type before it looks at any value.
 */
export function deserialize(members: Members, request: unknown, readBlob: BlobReader): Record<string, unknown> {
  const given = structure(request);
  const read: Record<string, unknown> = {};
  for (const name in members) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== null && value !== undefined) { read[name] = valueOf(members[name]!, value, readBlob); }
  }
  return read;
}

// Whole groups of four but for the last, which may lack its padding.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function valueOf(shape: Shape, value: unknown, readBlob: BlobReader): unknown {
  switch (shape.type) {
    case 'string': return scalar(value, 'string', 'a String');
    case 'boolean': return scalar(value, 'boolean', 'a Boolean');
    case 'integer': return integer(value);
    case 'timestamp': return timestamp(value);
    case 'blob': return readBlob(value);
    case 'map': return Object.fromEntries(Object.entries(structure(value)).map(([key, text]) => [key, scalar(text, 'string', 'a String')]));
    case 'list': return list(value).map((member) => valueOf(shape.member, member, readBlob));
    case 'structure': return deserialize(shape.members, value, readBlob);
  }
}

function scalar(value: unknown, type: 'string' | 'boolean', name: string): unknown {
  if (typeof value !== type) { throw wrongType(value, name); }
  return value;
}

function integer(value: unknown): unknown {
  const isInteger = Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
  if (!isInteger) { throw wrongType(value, 'an Integer'); }
  return value;
}

function timestamp(value: unknown): Date {
  const time = new Date(value instanceof Date ? value : typeof value === 'number' ? value * 1000 : NaN);
  if (Number.isNaN(time.getTime())) { throw wrongType(value, 'a Timestamp'); }
  return time;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) { throw new ServiceException('SerializationException', 'Expected list or null'); }
  return value;
}

function structure(value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) { throw wrongType(value, 'a Structure'); }
  if (typeof value !== 'object' || value === null) { throw new ServiceException('SerializationException', 'Expected structure or null'); }
  return value as Record<string, unknown>;
}

// AWS names the token that its JSON reader met, never the value.
function wrongType(value: unknown, expected: string): ServiceException {
  if (Array.isArray(value)) { return new ServiceException('SerializationException', 'Start of list found where not expected'); }
  if (typeof value === 'object' && value !== null) {
    return new ServiceException('SerializationException', 'Start of structure or map found where not expected');
  }
  const token = typeof value === 'boolean' ? String(value).toUpperCase() : (value === null ? 'null' : typeof value).toUpperCase();
  return new ServiceException('SerializationException', `${token}_VALUE can not be converted to ${expected}`);
}
