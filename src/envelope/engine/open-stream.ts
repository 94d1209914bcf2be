import { ByteReader } from './bytes';
import { EncryptionContext } from './encryption-context';
import { EnvelopeError } from './errors';
import { FieldBuffer } from './field-buffer';
import { ParsedHeader, parseHeader } from './header';
import { beginOpening } from './message';
import { MessageOpener } from './message-opener';
import { ownPairs } from './message-signature';
import { MessageStream } from './message-stream';
import { Opening } from './open-options';

/** Opens the message that is written to it. See `Envelope.openStream`. */
export class OpenStream extends MessageStream {
  /** The context that the message was sealed for, once the header is known to be authentic; rejected when the stream fails before. */
  public readonly encryptionContext: Promise<EncryptionContext>;

  private readonly header = new FieldBuffer(1);
  private opener: MessageOpener | undefined;
  private resolveContext!: (context: EncryptionContext) => void;
  private rejectContext!: (reason: Error) => void;

  /** @internal */
  constructor(private readonly opening: Opening) {
    super();
    this.encryptionContext = new Promise((resolve, reject) => Object.assign(this, { resolveContext: resolve, rejectContext: reject }));
    this.encryptionContext.catch(() => undefined); // whoever does not ask for it sees the stream fail
  }

  protected consume(bytes: Buffer): Promise<void> | void {
    if (this.opener) return this.opener.take(bytes);
    const read = this.header.take(bytes, this.parse);
    return read && this.begin(read.parsed, read.rest);
  }

  protected complete(): void {
    if (!this.opener) this.header.requireWhole(this.parse);
    this.opener!.end();
  }

  protected discard(error: Error | null): void {
    this.opener?.discard();
    this.rejectContext(error ?? new EnvelopeError('The stream was destroyed before the header of the message was read.'));
  }

  /** A stream that was destroyed meanwhile drops what is pushed. */
  private readonly release = (slice: Buffer) => void (this.destroyed ? slice.fill(0) : this.push(slice));

  private readonly parse = (reader: ByteReader) => parseHeader(reader, this.opening.limits);

  private async begin(header: ParsedHeader, rest: Buffer): Promise<void> {
    this.opener = await beginOpening(header, this.opening, this.release);
    this.resolveContext(ownPairs(header.encryptionContext));
    this.opener.take(rest);
  }
}
