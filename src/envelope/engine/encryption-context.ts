import { byteCount, ByteReader, sized, uint16 } from './bytes';
import { EncryptionContextMismatchError, EnvelopeOptionError, MalformedMessageError, TruncatedMessageError } from './errors';
import { MessageLimits, requireWithin } from './limits';

/** Names and values that are bound to the sealed data, in clear: no secrets. Order has no meaning, case has. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** Whether the context of a message must equal the expected one, or may hold more pairs. */
export type ContextMatch = 'exact' | 'subset';

/** AWS Encryption SDK Developer Guide, "Encryption context": names with this prefix are the format's own. */
const RESERVED_PREFIX = 'aws-crypto-';
const MAX_FIELD = 0xffff;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The context as the header holds it: the length of its pairs, then the pairs. */
export function encodeContext(context: EncryptionContext, limits: MessageLimits): Buffer {
  const pairs = encodePairs(context);
  requireWithin(limits, 'encryptionContext', pairs.length);
  return sized(pairs);
}

/** Count and pairs, sorted by the UTF-8 bytes of the names; nothing for an empty context. */
export function encodePairs(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).map(([name, value]) => [fieldOf(name, name), fieldOf(value, name)] as const);
  if (pairs.length === 0) return Buffer.alloc(0);
  pairs.sort(([one], [other]) => Buffer.compare(one, other));
  return Buffer.concat([uint16(pairs.length), ...pairs.flatMap(([name, value]) => [sized(name), sized(value)])]);
}

/** Refuses what only the format itself may put into a context. */
export function requireNoReserved(context: EncryptionContext): void {
  const reserved = Object.keys(context).find((name) => name.startsWith(RESERVED_PREFIX));
  if (reserved === undefined) return;
  throw new EnvelopeOptionError(`'${reserved}' in the encryption context begins with '${RESERVED_PREFIX}', which the format reserves.`);
}

function fieldOf(text: unknown, name: string): Buffer {
  if (typeof text !== 'string') throw new EnvelopeOptionError(`'${name.slice(0, 64)}' in the encryption context is of type ${typeof text}; values are strings.`);
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_FIELD && bytes.toString() === text) return bytes;
  throw new EnvelopeOptionError(`'${name.slice(0, 64)}' in the encryption context must be well-formed Unicode of at most ${MAX_FIELD} bytes.`);
}

/** The bytes of the context in a header, for `parseContext`. */
export function takeContext(reader: ByteReader, limits: MessageLimits): Buffer {
  const length = reader.uint16('encryption context');
  requireWithin(limits, 'encryptionContext', length);
  return reader.take(length, 'encryption context');
}

/** Reads what `encodePairs` makes. */
export function parseContext(pairs: Buffer): EncryptionContext {
  return pairs.length === 0 ? {} : Object.fromEntries(parsePairs(pairs));
}

/** Pairs that reach beyond the length of the context are no truncation: no more of the message makes them whole, and a stream must not wait for it. */
function parsePairs(bytes: Buffer): Map<string, string> {
  try {
    return readPairs(new ByteReader(bytes));
  } catch (error) {
    if (!(error instanceof TruncatedMessageError)) throw error;
    throw new MalformedMessageError('The pairs of the encryption context of the message reach beyond its length.', error);
  }
}

function readPairs(fields: ByteReader): Map<string, string> {
  const pairs = new Map<string, string>();
  const count = fields.uint16('encryption context');
  for (let pair = 0; pair < count; pair++) pairs.set(textOf(fields), textOf(fields));
  if (pairs.size !== count) throw new MalformedMessageError('The encryption context of the message holds a name twice.');
  if (fields.remaining > 0) throw new MalformedMessageError(`The encryption context of the message has ${byteCount(fields.remaining)} too many.`);
  return pairs;
}

function textOf(fields: ByteReader): string {
  const bytes = fields.sized('encryption context');
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new MalformedMessageError('The encryption context of the message is not UTF-8.', cause);
  }
}

/** Refuses a message that was sealed for something else. */
export function requireContext(actual: EncryptionContext, expected: EncryptionContext, match: ContextMatch): void {
  const wrong = Object.keys(expected).filter((name) => !Object.hasOwn(actual, name) || actual[name] !== expected[name]);
  const unexpected = match === 'exact' ? Object.keys(actual).filter((name) => !Object.hasOwn(expected, name)) : [];
  const differences = [...wrong.map((name) => `'${name}' is missing or differs`), ...unexpected.map((name) => `'${name}' was not expected`)];
  if (differences.length === 0) return;
  throw new EncryptionContextMismatchError(`The message was sealed for another encryption context: ${differences.join(', ')}.`);
}
