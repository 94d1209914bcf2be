import { createSign, generateKeyPairSync, KeyObject } from 'node:crypto';
import { AlgorithmSuite, COMMITTING, COMMITTING_SIGNED } from '../../../src/envelope/engine/algorithm-suite';
import { sized, uint64 } from '../../../src/envelope/engine/bytes';
import { DataKeys, EncryptedDataKey } from '../../../src/envelope/engine/data-keys';
import { EncryptionContext } from '../../../src/envelope/engine/encryption-context';
import { ivOf } from '../../../src/envelope/engine/frame';
import { FrameCipher } from '../../../src/envelope/engine/frame-cipher';
import { encodeHeader } from '../../../src/envelope/engine/header';
import { deriveMessageKeys } from '../../../src/envelope/engine/key-derivation';
import { DEFAULT_LIMITS } from '../../../src/envelope/engine/limits';
import { MessageSealer, SealingMaterials } from '../../../src/envelope/engine/message-sealer';

export const DATA_KEY = Buffer.alloc(32, 7);
export const ENCRYPTED: EncryptedDataKey = { providerId: 'fixed', providerInfo: Buffer.from('fixed'), ciphertext: Buffer.of(1) };

/** Data keys that are all the same, each in bytes of its own, and those that were handed out. */
export class FixedDataKeys implements DataKeys {
  public readonly handedOut: Uint8Array[] = [];

  constructor(private readonly dataKey: Buffer = DATA_KEY, private readonly encrypted: readonly EncryptedDataKey[] = [ENCRYPTED]) {}

  public async generate() {
    return { plaintext: await this.open(), encrypted: this.encrypted };
  }

  public async open() {
    const handedOut = new Uint8Array(this.dataKey);
    this.handedOut.push(handedOut);
    return handedOut;
  }
}

export const MATERIALS: SealingMaterials = {
  dataKey: DATA_KEY,
  messageId: Buffer.alloc(32, 9),
  encryptedDataKeys: [ENCRYPTED],
  encryptionContext: { purpose: 'orders', tenant: 'blue' },
  frameLength: 8,
  limits: DEFAULT_LIMITS,
};

/** The message that these materials make, which `Envelope.seal` draws at random. */
export function sealMessage(plaintext: Buffer, materials: Partial<SealingMaterials> = {}): Buffer {
  return sealChunks([plaintext], materials);
}

/** The same, from a plaintext that comes in chunks, of which none is known to be the last one but a single one. */
export function sealChunks(chunks: readonly Buffer[], materials: Partial<SealingMaterials> = {}): Buffer {
  const message: Buffer[] = [];
  const sealer = new MessageSealer({ ...MATERIALS, ...materials }, (bytes) => message.push(bytes));
  if (chunks.length !== 1) chunks.forEach((chunk) => sealer.take(chunk, false));
  sealer.take(chunks.length === 1 ? chunks[0]! : Buffer.alloc(0), true);
  return Buffer.concat(message);
}

interface ForeignOptions {
  readonly signed: boolean;
  readonly frameLength: number;
  readonly context?: EncryptionContext;
  readonly encryptedDataKeys?: readonly EncryptedDataKey[];
}

/** A message in every form that is read, and the engine does not write: a frame length of 0 is for none. */
export function sealForeign(plaintext: Buffer, options: ForeignOptions): Buffer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const suite = options.signed ? COMMITTING_SIGNED : COMMITTING;
  const context = { ...MATERIALS.encryptionContext, ...options.context, ...options.signed ? { 'aws-crypto-public-key': pointOf(publicKey) } : {} };
  const unsigned = unsignedMessage(plaintext, suite, context, options);
  return options.signed ? Buffer.concat([unsigned, sized(createSign('sha384').update(unsigned).sign(privateKey))]) : unsigned;
}

function unsignedMessage(
  plaintext: Buffer, suite: AlgorithmSuite, encryptionContext: EncryptionContext, { frameLength, encryptedDataKeys = [ENCRYPTED] }: ForeignOptions,
): Buffer {
  const keys = deriveMessageKeys(suite, DATA_KEY, MATERIALS.messageId);
  const cipher = new FrameCipher(keys.cipherKey, MATERIALS.messageId);
  const { messageId } = MATERIALS;
  const header = encodeHeader({ suite, messageId, encryptionContext, encryptedDataKeys, frameLength, commitment: keys.commitment }, DEFAULT_LIMITS);
  const message = [header, cipher.headerTag(header)];
  const push = (bytes: Buffer) => message.push(bytes);
  const count = frameLength === 0 ? 1 : Math.max(1, Math.ceil(plaintext.length / frameLength));
  for (let sequence = 1; sequence <= count; sequence++) {
    const content = frameLength === 0 ? plaintext : plaintext.subarray((sequence - 1) * frameLength, sequence * frameLength);
    const kind = frameLength === 0 ? 'single' : sequence === count ? 'final' : 'regular';
    const frame = cipher.seal({ kind, sequence, length: content.length });
    frame.take(content);
    frame.finish(push);
    if (kind === 'single') message.splice(2, 1, Buffer.concat([ivOf(1), uint64(content.length)]));
  }
  return Buffer.concat(message);
}

/** SEC 1, 2.3.3: the sign of y, and x. */
function pointOf(publicKey: KeyObject): string {
  const { x, y } = publicKey.export({ format: 'jwk' });
  const odd = Buffer.from(y!, 'base64url').at(-1)! % 2;
  return Buffer.concat([Buffer.of(2 + odd), Buffer.from(x!, 'base64url')]).toString('base64');
}
