import { UnsupportedMessageError } from './errors';

/*
 * AWS Encryption SDK Developer Guide, "AWS Encryption SDK algorithms reference" and "Message format reference".
 */

export const MESSAGE_VERSION = 2;

/** ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY: AES-256-GCM under a key derived per message, and bound to it. */
export const SUITE_ID = 0x0478;
export const CIPHER = 'aes-256-gcm';
export const HASH = 'sha512';
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
  0x0578: 'AES-256-GCM with key commitment and a signature',
};

export function requireReadable(version: number, suite: number): void {
  if (version !== MESSAGE_VERSION) {
    throw new UnsupportedMessageError(`The message has version ${version}; version ${MESSAGE_VERSION} of the AWS Encryption SDK format is read.`);
  }
  if (suite !== SUITE_ID) {
    throw new UnsupportedMessageError(`The message uses suite ${hex(suite)} (${OTHER_SUITES[suite] ?? 'unknown'}); ${hex(SUITE_ID)} is read.`);
  }
}

function hex(suite: number): string {
  return `0x${suite.toString(16).padStart(4, '0')}`;
}
