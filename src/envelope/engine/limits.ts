import { MessageLimitError } from './errors';

/** What a message may declare before any of it is buffered: whoever wrote it chose these numbers. */
export interface MessageLimits {
  /** @default 20 */
  readonly encryptedDataKeys: number;

  /** Bytes of a frame, or of all the content of a message that is not framed. @default 16777216 (16 MiB) */
  readonly frameLength: number;

  /** Bytes of the encoded encryption context. @default 8192 */
  readonly encryptionContext: number;
}

export const DEFAULT_LIMITS: MessageLimits = { encryptedDataKeys: 20, frameLength: 16 * 1024 * 1024, encryptionContext: 8192 };

/** The given limits, and the default where one is left out or undefined. */
export function limitsOf(given: Partial<MessageLimits> = {}): MessageLimits {
  const set = Object.entries(given).filter(([, limit]) => limit !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(set) };
}

export function requireWithin(limits: MessageLimits, limit: keyof MessageLimits, given: number): void {
  if (given <= limits[limit]) return;
  throw new MessageLimitError(`'${limit}' of the message is ${given}; the limit is ${limits[limit]}. Set 'limits.${limit}' if you trust its origin.`);
}
