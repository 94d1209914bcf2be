/** Every failure of the envelope engine. No message holds plaintext, key material or a value of an encryption context. */
export class EnvelopeError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** An option that the engine cannot work with. */
export class EnvelopeOptionError extends EnvelopeError {}

/** The bytes are not a message of the format that the engine reads. */
export class MalformedMessageError extends EnvelopeError {}

/** The bytes end before the message does. */
export class TruncatedMessageError extends MalformedMessageError {}

/** The message is of a version, suite or content type that the engine does not read. */
export class UnsupportedMessageError extends EnvelopeError {}

/** The message declares more than the caller's limits allow; nothing of it was buffered. */
export class MessageLimitError extends EnvelopeError {}

/** The message, or its data key, is not the one that was sealed. Nothing of what did not verify was released. */
export class TamperedMessageError extends EnvelopeError {}

/** The message was sealed for another encryption context than the expected one. */
export class EncryptionContextMismatchError extends EnvelopeError {}

/** No data key could be made or opened; `cause` is what the key's owner answered, an `AggregateError` of several answers. */
export class DataKeyError extends EnvelopeError {}
