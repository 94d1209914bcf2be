import { randomFillSync } from 'node:crypto';

const BLOCK_LENGTH = 4096;

const block = Buffer.alloc(BLOCK_LENGTH);
let used = BLOCK_LENGTH;

/**
 * Random bytes, at most 4096, that are the caller's alone. They are asked of the system in blocks, as `randomUUID` of Node.js does: a call
 * for each dozen bytes would cost as much as all the rest of an encryption.
 */
export function randomBytes(length: number): Uint8Array {
  if (used + length > BLOCK_LENGTH) {
    randomFillSync(block);
    used = 0;
  }
  const drawn = block.subarray(used, used += length);
  const bytes = new Uint8Array(drawn);
  drawn.fill(0);
  return bytes;
}
