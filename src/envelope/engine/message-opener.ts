import { TAG_BYTES } from './algorithm-suite';
import { byteCount, ByteReader, NOTHING } from './bytes';
import { MalformedMessageError, TruncatedMessageError } from './errors';
import { FieldBuffer } from './field-buffer';
import { headBytes, parseFrameHead } from './frame';
import { FrameCipher } from './frame-cipher';
import { ParsedHeader } from './header';
import { MessageLimits } from './limits';
import { MessageSignature } from './message-signature';
import { OpeningFrame } from './opening-frame';

const MAX_SIGNATURE = 0xffff;

/** Pauses wherever more of the message is due, and returns what it read. */
type Reading<T> = Generator<void, T, void>;

/**
 * Pushes the plaintext of a message while that comes which follows its header.
 *
 * Each frame is held back until its tag verified; the last one until the message is known to be whole: its signature, if it has one,
 * verified, and nothing follows.
 */
export class MessageOpener {
  private readonly reading = this.read();
  private signature: MessageSignature | undefined;
  private rest = NOTHING;
  private ended = false;
  private frame: OpeningFrame | undefined;
  private held: Buffer[] = [];

  constructor(
    private readonly header: ParsedHeader, private readonly cipher: FrameCipher, private readonly limits: MessageLimits,
    private readonly push: (bytes: Buffer) => void,
  ) {
    this.signature = MessageSignature.of(header.suite, header.encryptionContext);
    this.signature?.update(Buffer.concat([header.body, header.tag]));
  }

  public take(bytes: Buffer): void {
    this.rest = bytes;
    this.reading.next();
  }

  /** Nothing more comes. */
  public end(): void {
    this.ended = true;
    this.reading.next();
  }

  /** Overwrites what was not pushed. */
  public discard(): void {
    this.frame?.discard();
    this.held.forEach((slice) => slice.fill(0));
    this.held = [];
  }

  private *read(): Reading<void> {
    for (let sequence = 1, last = false; !last; sequence++) {
      this.release();
      const frame = yield* this.content(sequence);
      this.held = frame.finish(yield* this.field(TAG_BYTES, TAG_BYTES, (reader) => reader.take(TAG_BYTES, `frame ${sequence}`)));
      this.frame = undefined;
      last = frame.position.kind !== 'regular';
    }
    yield* this.footer();
    yield* this.nothing();
    this.release();
  }

  private *content(sequence: number): Reading<OpeningFrame> {
    const { header: { frameLength }, limits } = this;
    const head = yield* this.field(...headBytes(frameLength), (reader) => parseFrameHead(reader, sequence, frameLength, limits));
    const frame = this.frame = this.cipher.open(head);
    while (frame.missing > 0) {
      this.leave(frame.take(this.rest));
      if (frame.missing === 0) break;
      if (this.ended) throw new TruncatedMessageError(`frame ${sequence}`, frame.missing);
      yield;
    }
    return frame;
  }

  private *footer(): Reading<void> {
    const { signature } = this;
    this.signature = undefined; // it does not sign itself
    if (signature) signature.require(yield* this.field(2, 2 + MAX_SIGNATURE, (reader) => reader.sized('signature')));
  }

  private *nothing(): Reading<void> {
    while (!this.ended) {
      if (this.rest.length > 0) throw new MalformedMessageError(`The message has ${byteCount(this.rest.length)} after its end.`);
      yield;
    }
  }

  /** What `parse` reads, which takes `least` bytes and at most `most`. It keeps nothing of them: they may be the caller's memory. */
  private *field<T>(least: number, most: number, parse: (reader: ByteReader) => T): Reading<T> {
    if (this.rest.length >= most) return this.fieldAtOnce(parse);
    const buffer = new FieldBuffer(least);
    for (;;) {
      const taken = buffer.take(this.rest, parse);
      this.leave(taken?.rest ?? NOTHING);
      if (taken) return taken.parsed;
      if (this.ended) buffer.requireWhole(parse);
      yield;
    }
  }

  private fieldAtOnce<T>(parse: (reader: ByteReader) => T): T {
    const reader = new ByteReader(this.rest);
    const parsed = parse(reader);
    this.leave(reader.rest());
    return parsed;
  }

  private release(): void {
    const { held } = this;
    this.held = []; // what is pushed is no longer ours to overwrite
    held.forEach(this.push);
  }

  private leave(rest: Buffer): void {
    this.signature?.update(this.rest.subarray(0, this.rest.length - rest.length));
    this.rest = rest;
  }
}
