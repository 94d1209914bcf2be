import { constants, createHash, createPublicKey, privateEncrypt, sign, verify, type KeyObject } from 'node:crypto';
import { ecdsaSign, ecdsaVerify } from './ecdsa';
import { KmsException } from './exceptions';
import { rsassaPssSign, rsassaPssVerify } from './rsassa-pss';

/** What Sign and Verify say of a message. */
export interface SignedMessage {
  readonly Message: Uint8Array;
  /** @default RAW */
  readonly MessageType?: string | undefined;
  readonly SigningAlgorithm: string;
}

interface Algorithm {
  /** None where the algorithm takes the message itself. */
  readonly hash?: string;
  readonly sign: (privateKey: KeyObject, digest: Uint8Array) => Buffer;
  readonly verify: (privateKey: KeyObject, digest: Uint8Array, signature: Uint8Array) => boolean;
}

// RFC 8017, Section 9.2, Notes: what comes before the digest in EMSA-PKCS1-v1_5.
const DIGEST_INFO: Readonly<Record<string, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

const DIGEST_BYTES: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** AWS KMS Developer Guide, Key spec reference: the signing algorithms. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RSASSA_PSS_SHA_256: pss('sha256'),
  RSASSA_PSS_SHA_384: pss('sha384'),
  RSASSA_PSS_SHA_512: pss('sha512'),
  RSASSA_PKCS1_V1_5_SHA_256: pkcs1('sha256'),
  RSASSA_PKCS1_V1_5_SHA_384: pkcs1('sha384'),
  RSASSA_PKCS1_V1_5_SHA_512: pkcs1('sha512'),
  ECDSA_SHA_256: { hash: 'sha256', sign: ecdsaSign, verify: ecdsaVerify },
  ECDSA_SHA_384: { hash: 'sha384', sign: ecdsaSign, verify: ecdsaVerify },
  ECDSA_SHA_512: { hash: 'sha512', sign: ecdsaSign, verify: ecdsaVerify },
  ED25519_SHA_512: {
    sign: (key, message) => sign(null, message, key),
    verify: (key, message, signature) => verify(null, message, createPublicKey(key), signature),
  },
};

export function signatureOf(privateKey: KeyObject, message: SignedMessage): Uint8Array {
  const algorithm = algorithmOf(message);
  return Uint8Array.from(algorithm.sign(privateKey, digestOf(message, algorithm)));
}

/** @throws `KMSInvalidSignatureException` when it is not the signature of this message by this key and algorithm */
export function requireSignature(privateKey: KeyObject, message: SignedMessage, signature: Uint8Array): void {
  const algorithm = algorithmOf(message);
  if (!algorithm.verify(privateKey, digestOf(message, algorithm), signature)) { throw new KmsException('KMSInvalidSignatureException'); }
}

function algorithmOf({ SigningAlgorithm }: SignedMessage): Algorithm {
  const algorithm = ALGORITHMS[SigningAlgorithm];
  if (!algorithm) { throw new KmsException('UnsupportedOperationException', `LocalKms does not sign with ${SigningAlgorithm}: Node.js does not have it.`); }
  return algorithm;
}

function digestOf({ Message, MessageType = 'RAW', SigningAlgorithm }: SignedMessage, { hash }: Algorithm): Uint8Array {
  const types = hash ? ['RAW', 'DIGEST'] : ['RAW'];
  if (!types.includes(MessageType)) {
    throw new KmsException('ValidationException', `MessageType ${MessageType} is not valid for algorithm ${SigningAlgorithm}; it takes ${types.join(' and ')}.`);
  }
  if (!hash) { return Message; }
  if (MessageType === 'RAW') { return createHash(hash).update(Message).digest(); }
  if (Message.length !== DIGEST_BYTES[hash]) { throw new KmsException('ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`); }
  return Message;
}

function pss(hash: string): Algorithm {
  return {
    hash,
    sign: (key, digest) => rsassaPssSign(key, digest, hash),
    verify: (key, digest, signature) => rsassaPssVerify(key, digest, hash, signature),
  };
}

// One message has one signature, so that signing again verifies.
function pkcs1(hash: string): Algorithm {
  const signed = (key: KeyObject, digest: Uint8Array) =>
    privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([Buffer.from(DIGEST_INFO[hash]!, 'hex'), digest]));
  return { hash, sign: signed, verify: (key, digest, signature) => signed(key, digest).equals(signature) };
}
