import { createHash } from 'node:crypto';
import { sized, uint16 } from './bytes';
import { DataKey, DataKeys, DataKeyUse, EncryptedDataKey } from './data-keys';
import { encodePairs, EncryptionContext } from './encryption-context';
import { CachedKey, KeyCache } from './key-cache';
import { requireMethods, requireWhole } from './option-checks';

const DAY = 24 * 60 * 60 * 1000;
const DEFAULTS = { maxAge: 5 * 60 * 1000, maxMessages: 1000, maxBytes: 2 ** 30, capacity: 100 };

/** What is cached, and how long. */
export interface CachedDataKeysProps {
  /** Where the data keys come from. */
  readonly dataKeys: DataKeys;

  /**
   * Milliseconds that a data key is kept, to seal or to open, at most a day. Until then it is used although its key may have been
   * disabled, or the caller's permission taken away.
   *
   * @default 300000 (5 minutes, as Amazon SQS reuses its data keys)
   */
  readonly maxAge?: number;

  /** Messages sealed under one data key, up to 2^32. @default 1000 */
  readonly maxMessages?: number;

  /** Bytes sealed under one data key. A larger message has a data key of its own, as has one of unknown length. @default 1073741824 (1 GiB) */
  readonly maxBytes?: number;

  /** Data keys kept to seal, and as many again to open; the least recently used one is zeroed for a new one. @default 100 */
  readonly capacity?: number;

  /** The time in milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Fewer calls: reuses the data keys of an encryption context within bounds, and keeps those that it opened.
 *
 * The cipher sets no bound that is near: every message derives a key of its own from its data key and a random id of 32 bytes. The
 * bounds are about loss: what one data key opens if it leaks from memory, and how late a key that is disabled takes effect.
 * AWS Encryption SDK Developer Guide, "Data key caching".
 *
 * What was made to seal is not used to open: who may do the one need not be allowed the other. Data keys are zeroed when they leave.
 */
export class CachedDataKeys implements DataKeys {
  private readonly bounds: Required<Omit<CachedDataKeysProps, 'dataKeys'>>;
  private readonly made: KeyCache<DataKey>;
  private readonly opened: KeyCache<Uint8Array>;

  /** @throws EnvelopeOptionError */
  constructor(private readonly props: CachedDataKeysProps) {
    requireMethods('dataKeys', props?.dataKeys, ['generate', 'open'], 'Give KmsDataKeys, or whatever is slow to ask.');
    const { maxAge = DEFAULTS.maxAge, maxMessages = DEFAULTS.maxMessages, maxBytes = DEFAULTS.maxBytes, capacity = DEFAULTS.capacity } = props;
    requireWhole('maxAge', maxAge, 1, DAY);
    requireWhole('maxMessages', maxMessages, 1, 2 ** 32);
    requireWhole('maxBytes', maxBytes, 0, Number.MAX_SAFE_INTEGER);
    requireWhole('capacity', capacity, 1, Number.MAX_SAFE_INTEGER);
    this.bounds = { maxAge, maxMessages, maxBytes, capacity, now: props.now ?? Date.now };
    this.made = new KeyCache(this.bounds, ({ plaintext }) => plaintext.fill(0));
    this.opened = new KeyCache(this.bounds, (plaintext) => plaintext.fill(0));
  }

  /** Calls at the same time share one request. */
  public async generate(encryptionContext: EncryptionContext, use: DataKeyUse = {}): Promise<DataKey> {
    const { plaintextLength: bytes } = use;
    if (bytes === undefined || bytes > this.bounds.maxBytes) return this.props.dataKeys.generate(encryptionContext, use);
    const id = digest([encodePairs(encryptionContext)]);
    const found = this.made.find(id);
    const hasRoom = found && found.bytes + bytes <= this.bounds.maxBytes;
    const entry = hasRoom ? found : this.made.add(id, this.props.dataKeys.generate({ ...encryptionContext }));
    const lent = entry.key.then(({ plaintext, encrypted }) => ({ plaintext: Uint8Array.from(plaintext), encrypted }));
    this.count(id, entry, bytes);
    return lent;
  }

  /** Calls for the same message at the same time share one request. */
  public async open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array> {
    const fields = encrypted.flatMap(({ providerId, providerInfo, ciphertext }) => [Buffer.from(providerId), providerInfo, ciphertext]);
    const id = digest([encodePairs(encryptionContext), ...fields]);
    const entry = this.opened.find(id) ?? this.opened.add(id, this.props.dataKeys.open(encrypted, encryptionContext));
    return entry.key.then((plaintext) => Uint8Array.from(plaintext));
  }

  /** Forgets and zeroes all data keys now: when the process ends, or permissions must take effect. */
  public clear(): void {
    this.made.clear();
    this.opened.clear();
  }

  /** A data key that is used up leaves at once. */
  private count(id: string, entry: CachedKey<DataKey>, bytes: number): void {
    entry.messages += 1;
    entry.bytes += bytes;
    if (entry.messages >= this.bounds.maxMessages || entry.bytes >= this.bounds.maxBytes) this.made.drop(id, entry);
  }
}

/** Of fields of any length, so that no two lists of them have the same one. */
function digest(fields: readonly Uint8Array[]): string {
  const hash = createHash('sha512').update(uint16(fields.length));
  fields.forEach((field) => hash.update(sized(field)));
  return hash.digest('base64');
}
