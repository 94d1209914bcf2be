import { DataKeys } from './data-keys';
import { encodeContext, EncryptionContext, requireNoReserved } from './encryption-context';
import { EnvelopeOptionError } from './errors';
import { MAX_FRAMES } from './frame';
import { limitsOf, MessageLimits, requireWithin } from './limits';
import { requireDataKeys } from './option-checks';

const DEFAULT_FRAME_LENGTH = 1024 * 1024;
const MAX_UINT32 = 0xffffffff;

/** How to seal. */
export interface SealOptions {
  /** Makes the data key: a new one for every message. */
  readonly dataKeys: DataKeys;

  /** Bound to the message, and readable in it without any key: no secrets. @default - empty */
  readonly encryptionContext?: EncryptionContext;

  /** Bytes per frame. A reader buffers one frame before it releases any of it. @default 1048576 (1 MiB), or `limits.frameLength` where that is less */
  readonly frameLength?: number;

  readonly limits?: Partial<MessageLimits>;
}

/** How to seal a stream. */
export interface SealStreamOptions extends SealOptions {
  /** Destroys the stream when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The options with their defaults. What is made of them, a reader with the same limits opens. */
export interface Sealing {
  readonly dataKeys: DataKeys;
  readonly encryptionContext: EncryptionContext;
  readonly frameLength: number;
  readonly limits: MessageLimits;
}

/** @param plaintextLength where it is known */
export function sealingOf(options: SealOptions, plaintextLength = 0): Sealing {
  requireDataKeys(options, 'generate');
  const limits = limitsOf(options.limits);
  const { dataKeys, frameLength = Math.min(DEFAULT_FRAME_LENGTH, limits.frameLength) } = options;
  const encryptionContext = { ...options.encryptionContext }; // a copy: the data key is for the same context as the message
  requireNoReserved(encryptionContext);
  encodeContext(encryptionContext, limits);
  requireFrames(plaintextLength, frameLength);
  requireWithin(limits, 'frameLength', frameLength);
  return { dataKeys, encryptionContext, frameLength, limits };
}

function requireFrames(plaintextLength: number, frameLength: number): void {
  if (!Number.isInteger(frameLength) || frameLength < 1 || frameLength > MAX_UINT32) {
    throw new EnvelopeOptionError(`'frameLength' is ${frameLength}; a frame has 1 to ${MAX_UINT32} bytes.`);
  }
  const frames = Math.ceil(plaintextLength / frameLength);
  if (frames <= MAX_FRAMES) return;
  throw new EnvelopeOptionError(`'frameLength' is ${frameLength}, which makes ${frames} frames; a message has at most ${MAX_FRAMES}. Set a longer one.`);
}
