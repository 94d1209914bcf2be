import { constants, createHash, createPublicKey, privateEncrypt, sign, verify, type KeyObject } from 'node:crypto';
import { ecdsaSign, ecdsaVerify } from './ecdsa';
import { ed25519phSign } from './ed25519ph';
import { KmsException } from '../exceptions';
import { rsassaPssSign, rsassaPssVerify } from './rsassa-pss';
import { sm2Digest, sm2Sign, sm2Verify } from './sm2';

/** What Sign and Verify say of a message. */
export interface SignedMessage {
  readonly Message: Uint8Array;
  /** @default RAW */
  readonly MessageType?: string | undefined;
  readonly SigningAlgorithm: string;
}

interface Algorithm {
  /** What is signed of a message, by the type that it may have. */
  readonly takes: Readonly<Partial<Record<string, (message: Uint8Array, privateKey: KeyObject) => Uint8Array>>>;
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

/** Takes a message whole. */
const WHOLE: Pick<Algorithm, 'sign' | 'verify'> = {
  sign: (key, message) => sign(null, message, key),
  verify: (key, message, signature) => verify(null, message, createPublicKey(key), signature),
};

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
  ED25519_SHA_512: { takes: { RAW: asItIs }, ...WHOLE },
  // The digest is hashed once more, as AWS KMS does (API Reference, Sign, MessageType).
  ED25519_PH_SHA_512: { takes: { DIGEST: asItIs }, digestBytes: 64, ...deterministic(ed25519phSign) },
  ML_DSA_SHAKE_256: { takes: { RAW: asItIs, EXTERNAL_MU: externalMu }, digestBytes: 64, ...WHOLE },
  SM2DSA: { takes: { RAW: (message, key) => sm2Digest(key, message), DIGEST: asItIs }, digestBytes: 32, sign: sm2Sign, verify: sm2Verify },
};

export function signatureOf(privateKey: KeyObject, message: SignedMessage): Uint8Array {
  const algorithm = ALGORITHMS[message.SigningAlgorithm]!;
  return Uint8Array.from(algorithm.sign(privateKey, signedOf(privateKey, message, algorithm)));
}

/** @throws `KMSInvalidSignatureException` when it is not the signature of this message by this key and algorithm */
export function requireSignature(privateKey: KeyObject, message: SignedMessage, signature: Uint8Array): void {
  const algorithm = ALGORITHMS[message.SigningAlgorithm]!;
  const signed = signedOf(privateKey, message, algorithm);
  if (!algorithm.verify(privateKey, signed, signature)) { throw new KmsException('KMSInvalidSignatureException'); }
}

function signedOf(privateKey: KeyObject, message: SignedMessage, { takes, digestBytes }: Algorithm): Uint8Array {
  const { Message, MessageType = 'RAW', SigningAlgorithm } = message;
  const prepare = takes[MessageType];
  if (!prepare) {
    const types = Object.keys(takes).join(' and ');
    throw new KmsException('ValidationException', `MessageType ${MessageType} is not valid for algorithm ${SigningAlgorithm}; it takes ${types}.`);
  }
  if (MessageType !== 'RAW' && Message.length !== digestBytes) {
    throw new KmsException('ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`);
  }
  return prepare(Message, privateKey);
}

function asItIs(message: Uint8Array): Uint8Array {
  return message;
}

function externalMu(): never {
  throw new KmsException('UnsupportedOperationException', 'LocalKms signs no EXTERNAL_MU: Node.js takes messages only. Send the message itself, as RAW.');
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
