import { constants, createHash, createPublicKey, privateEncrypt, sign, verify, type KeyObject } from 'node:crypto';
import { ecdsaSign, ecdsaVerify } from './ecdsa';
import { ed25519phSign } from './ed25519ph';
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
  /** What is signed of a message, by the type that it may have. */
  readonly takes: Readonly<Partial<Record<string, (message: Uint8Array) => Uint8Array>>>;
  /** The length of what was digested before. */
  readonly digestBytes?: number;
  readonly sign: (privateKey: KeyObject, signed: Uint8Array) => Buffer;
  readonly verify: (privateKey: KeyObject, signed: Uint8Array, signature: Uint8Array) => boolean;
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
  ECDSA_SHA_256: { ...hashed('sha256'), sign: ecdsaSign, verify: ecdsaVerify },
  ECDSA_SHA_384: { ...hashed('sha384'), sign: ecdsaSign, verify: ecdsaVerify },
  ECDSA_SHA_512: { ...hashed('sha512'), sign: ecdsaSign, verify: ecdsaVerify },
  ED25519_SHA_512: {
    takes: { RAW: asItIs },
    sign: (key, message) => sign(null, message, key),
    verify: (key, message, signature) => verify(null, message, createPublicKey(key), signature),
  },
  // The digest is hashed once more, as AWS KMS does (API Reference, Sign, MessageType).
  ED25519_PH_SHA_512: { takes: { DIGEST: asItIs }, digestBytes: 64, ...deterministic(ed25519phSign) },
};

export function signatureOf(privateKey: KeyObject, message: SignedMessage): Uint8Array {
  const algorithm = algorithmOf(message);
  return Uint8Array.from(algorithm.sign(privateKey, signedOf(message, algorithm)));
}

/** @throws `KMSInvalidSignatureException` when it is not the signature of this message by this key and algorithm */
export function requireSignature(privateKey: KeyObject, message: SignedMessage, signature: Uint8Array): void {
  const algorithm = algorithmOf(message);
  if (!algorithm.verify(privateKey, signedOf(message, algorithm), signature)) { throw new KmsException('KMSInvalidSignatureException'); }
}

function algorithmOf({ SigningAlgorithm }: SignedMessage): Algorithm {
  const algorithm = ALGORITHMS[SigningAlgorithm];
  if (!algorithm) { throw new KmsException('UnsupportedOperationException', `LocalKms does not sign with ${SigningAlgorithm}: Node.js does not have it.`); }
  return algorithm;
}

function signedOf({ Message, MessageType = 'RAW', SigningAlgorithm }: SignedMessage, { takes, digestBytes }: Algorithm): Uint8Array {
  const prepare = takes[MessageType];
  if (!prepare) {
    const types = Object.keys(takes).join(' and ');
    throw new KmsException('ValidationException', `MessageType ${MessageType} is not valid for algorithm ${SigningAlgorithm}; it takes ${types}.`);
  }
  if (MessageType !== 'RAW' && Message.length !== digestBytes) {
    throw new KmsException('ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`);
  }
  return prepare(Message);
}

function asItIs(message: Uint8Array): Uint8Array {
  return message;
}

function hashed(hash: string): Pick<Algorithm, 'takes' | 'digestBytes'> {
  const RAW = (message: Uint8Array) => createHash(hash).update(message).digest();
  return { takes: { RAW, DIGEST: asItIs }, digestBytes: DIGEST_BYTES[hash]! };
}

function pss(hash: string): Algorithm {
  return {
    ...hashed(hash),
    sign: (key, digest) => rsassaPssSign(key, digest, hash),
    verify: (key, digest, signature) => rsassaPssVerify(key, digest, hash, signature),
  };
}

function pkcs1(hash: string): Algorithm {
  const signed = (key: KeyObject, digest: Uint8Array) =>
    privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([Buffer.from(DIGEST_INFO[hash]!, 'hex'), digest]));
  return { ...hashed(hash), ...deterministic(signed) };
}

// One message has one signature, so that signing again verifies.
function deterministic(signed: Algorithm['sign']): Pick<Algorithm, 'sign' | 'verify'> {
  return { sign: signed, verify: (key, message, signature) => signed(key, message).equals(signature) };
}
