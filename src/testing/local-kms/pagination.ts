import { KmsException } from './exceptions';

export interface PageRequest {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

interface Page<T> {
  readonly items: T[];
  readonly end: { readonly Truncated: false } | { readonly Truncated: true; readonly NextMarker: string };
}

const MARKER = 'after:';

/** One page of a listing in the order of `nameOf`, from behind the name that the marker holds; names that come and go between pages do no harm. */
export function page<T>(all: readonly T[], nameOf: (item: T) => string, { Limit, Marker }: PageRequest, defaultLimit: number): Page<T> {
  const after = Marker === undefined ? '' : nameInMarker(Marker);
  const rest = all.filter((item) => nameOf(item) > after).sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1);
  const items = rest.slice(0, Limit ?? defaultLimit);
  const last = items.at(-1);
  if (last === undefined || items.length === rest.length) { return { items, end: { Truncated: false } }; }
  return { items, end: { Truncated: true, NextMarker: Buffer.from(MARKER + nameOf(last)).toString('base64url') } };
}

function nameInMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith(MARKER)) { throw new KmsException('InvalidMarkerException', 'The marker is not one of this KMS.'); }
  return text.slice(MARKER.length);
}
