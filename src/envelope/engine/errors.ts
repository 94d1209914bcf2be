const MAX_MESSAGE = 1024;

/** Every failure of the envelope engine. No message holds plaintext, key material or a value of an encryption context. */
export class EnvelopeError extends Error {
  public override readonly name: string = 'EnvelopeError'; // written out, because minifiers rename classes

  constructor(message: string, cause?: unknown) {
    super(oneLine(message), { cause });
  }
}

/** An option that the engine cannot work with. */
export class EnvelopeOptionError extends EnvelopeError {
  public override readonly name: string = 'EnvelopeOptionError';
}

/** The bytes are not a message of the format that the engine reads. */
export class MalformedMessageError extends EnvelopeError {
  public override readonly name: string = 'MalformedMessageError';
}

/** The bytes end before the message does. */
export class TruncatedMessageError extends MalformedMessageError {
  public override readonly name: string = 'TruncatedMessageError';

  /** @param missing how many bytes are due at least */
  constructor(field: string, public readonly missing: number) {
    super(`The message ends in its ${field}: ${missing} more ${missing === 1 ? 'byte is' : 'bytes are'} due.`);
  }
}

/** The message is of a version, suite or content type that the engine does not read. */
export class UnsupportedMessageError extends EnvelopeError {
  public override readonly name: string = 'UnsupportedMessageError';
}

/** The message declares more than the caller's limits allow; nothing of it was buffered. */
export class MessageLimitError extends EnvelopeError {
  public override readonly name: string = 'MessageLimitError';
}

/** The message, or its data key, is not the one that was sealed. Nothing of what did not verify was released. */
export class TamperedMessageError extends EnvelopeError {
  public override readonly name: string = 'TamperedMessageError';
}

/** The message was sealed for another encryption context than the expected one. */
export class EncryptionContextMismatchError extends EnvelopeError {
  public override readonly name: string = 'EncryptionContextMismatchError';
}

/** No data key could be made or opened; `cause` is what the key's owner answered, an `AggregateError` of several answers. */
export class DataKeyError extends EnvelopeError {
  public override readonly name: string = 'DataKeyError';
}

/** Names and ARNs come from messages that anybody may have written: they must not forge a line of a log, or fill it. */
function oneLine(text: string): string {
  const shown = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
