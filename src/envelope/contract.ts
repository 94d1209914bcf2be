/** What the construct and its Lambda handler agree on. No CDK and no SDK here. */

export const RESOURCE_TYPE = 'Custom::EnvelopeRoundTrip';

/** `round-trip.lambda.ts`, as `HandlerFunction` names its bundle. */
export const BUNDLE = 'envelope/round-trip';

/** The pair of the encryption context that every use of a key by a probe carries: its role may do nothing without. */
export const PROBE_CONTEXT_KEY = 'envelope-round-trip';

/** The pair that tells the contexts of a case apart where it needs two. */
export const PROBE_STEP = { 'envelope-round-trip-step': 'another' };

/** Bytes. Those around 4,096 straddle what AWS KMS encrypts directly, the last one is a whole frame of the envelope. */
export const DEFAULT_PAYLOAD_SIZES = [0, 1, 4096, 4097, 1024 * 1024];
export const MAX_PAYLOAD_SIZE = 16 * 1024 * 1024;
export const MAX_PAYLOAD_SIZES = 16;

/** AWS KMS API Reference, Encrypt: at most 4,096 bytes under a symmetric encryption key. */
export const MAX_DIRECT_BYTES = 4096;

/** The actions that a probe performs with its encryption context. */
export const PROBE_ACTIONS = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** The properties of the custom resource, and the event of a scheduled run. CloudFormation makes strings of all values. */
export interface RoundTripProperties {
  readonly KeyArn: string;
  readonly EncryptionContext: Record<string, string>;
  readonly PayloadSizes: readonly (number | string)[];
  readonly PropagationSeconds: number | string;
}

/** The attributes of the custom resource: what was proved, by whom it can be read, and nothing of what was sealed. */
export interface RoundTripEvidence extends Record<string, string> {
  /** How the payloads were sealed. */
  readonly Algorithm: string;
  /** How many bytes went through the envelope. */
  readonly Bytes: string;
  readonly Milliseconds: string;
  /** The material of the key that opened the data keys: it changes with every rotation. */
  readonly KeyMaterialId: string;
  readonly CasesPassed: string;
  /** JSON: `[{ "case", "milliseconds" }]`. */
  readonly Cases: string;
}

/** The evidence of a roll-back: what was proved before is not proved again, and so the way back does not depend on the key. */
export const ROLLED_BACK: RoundTripEvidence = {
  Algorithm: 'rolled back, not proved again',
  Bytes: '0',
  Milliseconds: '0',
  KeyMaterialId: 'not reported',
  CasesPassed: '0',
  Cases: '[]',
};
