import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataKeys } from './data-keys';
import { Envelope } from './envelope';
import { OpenOptions } from './open-options';
import { requireMethods } from './option-checks';
import { SealOptions } from './seal-options';

/** From whom to whom. */
export interface ReWrapOptions extends Omit<OpenOptions, 'dataKeys'>, Pick<SealOptions, 'frameLength'> {
  /** Opens the message. */
  readonly from: DataKeys;

  /** Seals it again: under another key, or several. */
  readonly to: DataKeys;
}

/**
 * Gives a message to other keys: opens it and seals it again, for the same encryption context, under a data key of its own.
 *
 * All of it is read, because the format permits no less. The tag of its header covers the encrypted data keys, and has the same
 * initialisation vector in every header: a second header over the same frames repeats it under the same key, and whoever has both can
 * then forge every frame (NIST SP 800-38D, 8.3 and Appendix A). `kms:ReEncrypt` cannot read a message, and a data key that it
 * re-encrypts does not fit back into the header. A signature is not carried over.
 *
 * To change keys without the data, put a key between: seal with `RawAesDataKeys` under a wrapping key that `KmsKey.encrypt` protects.
 * `KmsKey.reEncrypt` of that one ciphertext then gives all messages another KMS key. It replaces no data keys: when those or the
 * wrapping key have leaked, the data itself must be sealed again, as here.
 *
 * @throws what `Envelope.open` and `Envelope.seal` throw
 */
export async function reWrap(message: Uint8Array, options: ReWrapOptions): Promise<Buffer> {
  const { opening, sealing } = halvesOf(options);
  const { plaintext, encryptionContext } = await Envelope.open(message, opening);
  try {
    return await Envelope.seal(plaintext, { ...sealing, encryptionContext });
  } finally {
    plaintext.fill(0);
  }
}

/**
 * `reWrap` of a message of any length, as it passes: `pipeline(source, reWrapStream(options), destination)`. Two frames are held in memory.
 *
 * The new message has its last frame only if all of the old one verified. It fails with what `Envelope.openStream` and
 * `Envelope.sealStream` fail with.
 *
 * @throws EnvelopeOptionError
 */
export function reWrapStream(options: ReWrapOptions): Duplex {
  const { opening, sealing } = halvesOf(options);
  return Duplex.from(async function* (message: AsyncIterable<Uint8Array>) {
    const opener = Envelope.openStream(opening);
    try {
      const fed = pipeline(message, opener).catch(() => undefined); // opener fails as well
      const sealer = Envelope.sealStream({ ...sealing, encryptionContext: await opener.encryptionContext });
      const sealed = pipeline(opener, sealer).catch(() => undefined); // sealer fails as well
      yield* sealer;
      await Promise.all([fed, sealed]);
    } finally {
      opener.destroy(); // it holds plaintext where the options or the context cannot be sealed
    }
  });
}

function halvesOf({ from, to, frameLength, ...opening }: ReWrapOptions) {
  requireMethods('from', from, ['open'], 'Give what opens the message, as KmsDataKeys of the old key.');
  requireMethods('to', to, ['generate'], 'Give what seals it again, as KmsDataKeys of the new key.');
  return { opening: { ...opening, dataKeys: from }, sealing: { dataKeys: to, frameLength, limits: opening.limits } };
}
