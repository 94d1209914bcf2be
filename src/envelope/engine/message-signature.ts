import { createPublicKey, createVerify, KeyObject } from 'node:crypto';
import { AlgorithmSuite, SIGNATURE_HASH } from './algorithm-suite';
import { EncryptionContext } from './encryption-context';
import { MalformedMessageError, TamperedMessageError } from './errors';

/** Holds the public key of a signed message: a compressed point, as base64. */
const PUBLIC_KEY = 'aws-crypto-public-key';

/** SubjectPublicKeyInfo (RFC 5480) of a compressed point on secp384r1, up to the point. */
const P384_INFO = Buffer.from('3046301006072a8648ce3d020106052b81040022033200', 'hex');

/** The pairs that the caller of `seal` gave, without the one that the format added to a signed message. */
export function ownPairs({ [PUBLIC_KEY]: _, ...pairs }: EncryptionContext): EncryptionContext {
  return pairs;
}

/** Refuses a signed message without its public key, and an unsigned one with it: somebody took the signature away. */
export function requirePublicKey(suite: AlgorithmSuite, context: EncryptionContext): void {
  if (Object.hasOwn(context, PUBLIC_KEY) === suite.signed) return;
  throw new MalformedMessageError(suite.signed
    ? `The message is of a signed suite; '${PUBLIC_KEY}' is missing in its encryption context.`
    : `The message is of an unsigned suite; '${PUBLIC_KEY}' in its encryption context is for signed ones.`);
}

/** The ECDSA signature over all of a message that stands before it. */
export class MessageSignature {
  /** Of a message that is signed, once its header verified. */
  public static of(suite: AlgorithmSuite, context: EncryptionContext): MessageSignature | undefined {
    return suite.signed ? new MessageSignature(publicKeyOf(context[PUBLIC_KEY]!)) : undefined;
  }

  private readonly verifier = createVerify(SIGNATURE_HASH);

  private constructor(private readonly publicKey: KeyObject) {}

  public update(bytes: Buffer): void {
    this.verifier.update(bytes);
  }

  /** @param signature in DER */
  public require(signature: Buffer): void {
    if (this.verifier.verify(this.publicKey, signature)) return;
    throw new TamperedMessageError('The message is not what was signed: its signature does not verify.');
  }
}

function publicKeyOf(point: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.concat([P384_INFO, Buffer.from(point, 'base64')]), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new MalformedMessageError('The public key of the message is no compressed point of P-384.', cause);
  }
}
