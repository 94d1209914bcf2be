/** An address as its bits, so that a block is a prefix of its addresses; the family leads, so that 4 never matches 6. */
export type AddressBits = string;

const FAMILIES = { 4: 32, 6: 128 };

/** The bits of an IPv4 or IPv6 address; undefined when it is neither. RFC 4291, 2.2 for the forms of IPv6. */
export function addressBits(address: string): AddressBits | undefined {
  if (!address.includes(':')) return prefixed(4, address.split('.').map(decimalByte));
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (!dotted) return prefixed(6, groups(address));
  const bytes = (dotted[2] ?? '').split('.').map(decimalByte).join('');
  return bytes.length === 32 ? prefixed(6, groups(`${dotted[1]}${hex(bytes.slice(0, 16))}:${hex(bytes.slice(16))}`)) : undefined;
}

/** The bits that all addresses of a CIDR block begin with; without a mask, those of the one address. */
export function blockPrefix(cidr: string): AddressBits | undefined {
  const [address, mask, ...rest] = cidr.split('/');
  const bits = addressBits(address ?? '');
  if (bits === undefined || rest.length > 0) return undefined;
  if (mask === undefined) return bits;
  return /^\d{1,3}$/.test(mask) && Number(mask) < bits.length ? bits.slice(0, Number(mask) + 1) : undefined;
}

function prefixed(family: 4 | 6, parts: string[]): AddressBits | undefined {
  const bits = parts.join('');
  return bits.length === FAMILIES[family] && !parts.includes('') ? `${family}${bits}` : undefined;
}

/** The eight groups, `::` filled up with zeros. */
function groups(address: string): string[] {
  const [before = '', after, ...rest] = address.split('::');
  const [head, tail] = [before, after ?? ''].map((half) => half === '' ? [] : half.split(':').map(hexGroup)) as [string[], string[]];
  const missing = 8 - head.length - tail.length;
  if (rest.length > 0 || (after !== undefined && missing < 1)) return [];
  return after === undefined ? head : [...head, ...new Array<string>(missing).fill(hexGroup('0')), ...tail];
}

const bitsOf = (value: number, width: number) => value.toString(2).padStart(width, '0');
const hex = (bits: string) => parseInt(bits, 2).toString(16);

function decimalByte(text: string): string {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) < 256 ? bitsOf(Number(text), 8) : '';
}

function hexGroup(text: string): string {
  return /^[0-9a-fA-F]{1,4}$/.test(text) ? bitsOf(parseInt(text, 16), 16) : '';
}

/** The first address that begins with these bits. */
export function addressOf(bits: AddressBits): string {
  const family = bits.startsWith('4') ? 4 : 6;
  const [width, radix, separator] = family === 4 ? [8, 10, '.'] as const : [16, 16, ':'] as const;
  const all = bits.slice(1).padEnd(FAMILIES[family], '0').slice(0, FAMILIES[family]);
  const parts = Array.from({ length: all.length / width }, (_, i) => all.slice(i * width, (i + 1) * width));
  return parts.map((part) => parseInt(part, 2).toString(radix)).join(separator);
}
