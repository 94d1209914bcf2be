import { DataKeys } from './data-keys';
import { ContextMatch, EncryptionContext, requireContext } from './encryption-context';
import { UnsupportedMessageError } from './errors';
import { Header } from './header';
import { limitsOf, MessageLimits } from './limits';
import { ownPairs, requirePublicKey } from './message-signature';
import { requireDataKeys } from './option-checks';

/** Whether messages with a signature are opened, once it verified, or not at all. */
export type SignedMessages = 'verify' | 'refuse';

/** How to open. */
export interface OpenOptions {
  /** Opens the data key. */
  readonly dataKeys: DataKeys;

  /**
   * What the message must have been sealed for; compared before any key is asked.
   *
   * @default - any: see what `open` returns, before you trust the plaintext to be what you asked for
   */
  readonly encryptionContext?: EncryptionContext;

  /** Whether the message's context may hold more than the expected pairs. @default 'exact' */
  readonly contextMatch?: ContextMatch;

  /**
   * What becomes of messages that an AWS Encryption SDK signed (suite 0x0578).
   *
   * Their signature stands at their end: a stream releases their frames before it can be verified, all but the last one. Refuse them
   * where nothing unsigned may be acted upon, or open them whole.
   *
   * @default 'verify'
   */
  readonly signedMessages?: SignedMessages;

  /** What the message may declare before it is buffered. */
  readonly limits?: Partial<MessageLimits>;
}

/** How to open a stream. */
export interface OpenStreamOptions extends OpenOptions {
  /** Destroys the stream when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The options with their defaults. */
export interface Opening {
  readonly dataKeys: DataKeys;
  readonly limits: MessageLimits;

  /** Refuses a message by its header, before any key is asked. */
  require(header: Header): void;
}

/** What nobody checks for JavaScript is read as the stricter. */
export function openingOf(options: OpenOptions): Opening {
  requireDataKeys(options, 'open');
  const { dataKeys, encryptionContext, signedMessages = 'verify' } = options;
  const match = options.contextMatch === 'subset' ? 'subset' : 'exact';
  const expected = encryptionContext === undefined ? undefined : { ...encryptionContext };
  return {
    dataKeys,
    limits: limitsOf(options.limits),
    require: (header) => {
      requirePublicKey(header.suite, header.encryptionContext);
      if (header.suite.signed && signedMessages !== 'verify') {
        throw new UnsupportedMessageError("The message is signed, and 'signedMessages' refuses those. Set it to 'verify', or seal the message without a signature.");
      }
      if (expected) requireContext(ownPairs(header.encryptionContext), expected, match);
    },
  };
}
