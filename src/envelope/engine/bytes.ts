import { EnvelopeOptionError, TruncatedMessageError } from './errors';

const MAX_UINT16 = 0xffff;

export const NOTHING: Buffer = Buffer.alloc(0);

/** A view of the same memory. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The first `length` bytes, and the rest. A view costs: none is made where one of them is all. */
export function splitAt(bytes: Buffer, length: number): [first: Buffer, rest: Buffer] {
  return bytes.length <= length ? [bytes, NOTHING] : [bytes.subarray(0, length), bytes.subarray(length)];
}

/** As a sentence says it. */
export function byteCount(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`;
}

export function uint16(value: number): Buffer {
  if (value > MAX_UINT16) throw new EnvelopeOptionError(`A length or count in the header of the message is ${value}; the format holds at most ${MAX_UINT16}.`);
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** A field that its length precedes, as two bytes. */
export function sized(field: Uint8Array): Buffer {
  return Buffer.concat([uint16(field.length), field]);
}

/** Reads big-endian fields in order and never beyond the end. Slices share the memory of the message. */
export class ByteReader {
  public offset = 0;

  constructor(private readonly bytes: Buffer) {}

  public get remaining(): number {
    return this.bytes.length - this.offset;
  }

  public uint8(field: string): number {
    return this.take(1, field).readUInt8();
  }

  public uint16(field: string): number {
    return this.take(2, field).readUInt16BE();
  }

  public uint32(field: string): number {
    return this.take(4, field).readUInt32BE();
  }

  /** Exact up to 2^53, and beyond it still larger than any limit. */
  public uint64(field: string): number {
    return Number(this.take(8, field).readBigUInt64BE());
  }

  public sized(field: string): Buffer {
    return this.take(this.uint16(field), field);
  }

  public take(length: number, field: string): Buffer {
    if (length > this.remaining) throw new TruncatedMessageError(field, length - this.remaining);
    return this.bytes.subarray(this.offset, this.offset += length);
  }

  /** All that has not been read. */
  public rest(): Buffer {
    return this.take(this.remaining, 'rest');
  }

  /** What has been read since `start`: the transcript that a tag authenticates. */
  public since(start: number): Buffer {
    return this.bytes.subarray(start, this.offset);
  }
}
