import { UnsupportedMessageError } from './errors';

/*
 * AWS Encryption SDK Developer Guide, "AWS Encryption SDK algorithms reference" and "Message format reference".
 */

/** What is used of an algorithm suite: all else is the same in those with key commitment. */
export interface AlgorithmSuite {
  readonly id: number;

  /** Whether an ECDSA signature over header and frames follows the last frame. */
  readonly signed: boolean;
}

/** ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY: AES-256-GCM under a key derived per message, and bound to it. */
export const COMMITTING: AlgorithmSuite = { id: 0x0478, signed: false };

/** ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384: the same, and signed. It is read, not written. */
export const COMMITTING_SIGNED: AlgorithmSuite = { id: 0x0578, signed: true };

export const MESSAGE_VERSION = 2;
export const CIPHER = 'aes-256-gcm';
export const HASH = 'sha512';
export const SIGNATURE_HASH = 'sha384';
export const KEY_BYTES = 32;
export const IV_BYTES = 12;
export const TAG_BYTES = 16;
export const MESSAGE_ID_BYTES = 32;
export const COMMITMENT_BYTES = 32;

const OTHER_SUITES: Record<number, string> = {
  0x0014: 'AES-128-GCM without key derivation',
  0x0046: 'AES-192-GCM without key derivation',
  0x0078: 'AES-256-GCM without key derivation',
  0x0114: 'AES-128-GCM without key commitment',
  0x0146: 'AES-192-GCM without key commitment',
  0x0178: 'AES-256-GCM without key commitment',
  0x0214: 'AES-128-GCM with a signature, without key commitment',
  0x0346: 'AES-192-GCM with a signature, without key commitment',
  0x0378: 'AES-256-GCM with a signature, without key commitment',
};

/** The suite of a message that is read. */
export function readableSuite(version: number, id: number): AlgorithmSuite {
  if (version !== MESSAGE_VERSION) {
    throw new UnsupportedMessageError(`The message has version ${version}; version ${MESSAGE_VERSION} of the AWS Encryption SDK format is read.`);
  }
  const readable = [COMMITTING, COMMITTING_SIGNED];
  const found = readable.find((suite) => suite.id === id);
  if (found) return found;
  const read = readable.map((suite) => hex(suite.id)).join(' and ');
  throw new UnsupportedMessageError(`The message uses suite ${hex(id)} (${OTHER_SUITES[id] ?? 'unknown'}); ${read} are read.`);
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}
