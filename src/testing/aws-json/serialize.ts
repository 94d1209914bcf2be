/** An answer as AWS JSON 1.1 writes it: bytes in base64, dates in seconds since 1970. */
export function serialize(value: unknown): unknown {
  if (value instanceof Uint8Array) { return Buffer.from(value).toString('base64'); }
  if (value instanceof Date) { return value.getTime() / 1000; }
  if (Array.isArray(value)) { return value.map(serialize); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, serialize(member)]));
}
