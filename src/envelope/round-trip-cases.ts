import { randomBytes } from 'node:crypto';
import { MAX_DIRECT_BYTES, PROBE_STEP, RoundTripEvidence } from './contract';
import { EncryptionContext, Envelope, KmsDataKeys } from './engine';
import { byteCount } from './engine/bytes';
import { FailedCall, nameOf } from './failed-call';
import { RoundTripKms } from './round-trip-kms';

/** What a case has at hand. Every context of a case keeps the pairs of this one: the role may use the key with no other. */
export interface Probe {
  readonly kms: RoundTripKms;
  readonly keyArn: string;
  readonly encryptionContext: EncryptionContext;
}

/** One thing that a key which works does. Throws when the key does not. */
export interface RoundTripCase {
  readonly name: string;
  prove(probe: Probe): Promise<Partial<RoundTripEvidence> | void>;
}

/** The key answered, but not as a key that works does. The message says what was proved false, and how it is to be. */
export class DisprovedCase extends Error {}

const TAMPERED_BYTES = 64;
const TAG = 16;
const FRAME = 24 + TAMPERED_BYTES + TAG;

/** Where a message of one frame is changed, in bytes from its end. */
const TAMPERED: Record<string, number> = { 'tag': 1, 'ciphertext': TAG + 1, 'header tag': FRAME + 1, 'key commitment': FRAME + TAG + 1 };

/** Everything that is proved, in order. */
export function roundTripCases(payloadSizes: readonly number[]): RoundTripCase[] {
  return [keyIsUsable, ...payloadSizes.map(envelopeOf), wrongContext, tamperedMessage, largestDirect, tooLargeDirect, withoutPlaintext, reEncryption];
}

const keyIsUsable: RoundTripCase = {
  name: 'The key is enabled, for symmetric encryption',
  prove: async ({ kms, keyArn }) => {
    const { KeyMetadata } = await kms.describeKey({ KeyId: keyArn });
    const { KeySpec, KeyUsage } = KeyMetadata ?? {};
    ensure(KeySpec === 'SYMMETRIC_DEFAULT' && KeyUsage === 'ENCRYPT_DECRYPT',
      `the key has KeySpec ${KeySpec} and KeyUsage ${KeyUsage}. Data keys are made by SYMMETRIC_DEFAULT keys for ENCRYPT_DECRYPT only`);
  },
};

/** GenerateDataKey, AES-256-GCM here, Decrypt, AES-256-GCM here. */
function envelopeOf(bytes: number): RoundTripCase {
  return {
    name: `An envelope of ${byteCount(bytes)} opens to what was sealed`,
    prove: async (probe) => {
      const payload = randomBytes(bytes);
      const { plaintext } = await open(probe, await seal(probe, payload));
      ensure(plaintext.equals(payload), 'the envelope opened to something else than was sealed');
    },
  };
}

const wrongContext: RoundTripCase = {
  name: 'A data key for another encryption context is refused',
  prove: async ({ kms, keyArn, encryptionContext }) => {
    const asked = { KeyId: keyArn, NumberOfBytes: 32, EncryptionContext: { ...encryptionContext } };
    const { CiphertextBlob } = await kms.generateDataKeyWithoutPlaintext(asked);
    await requireRefusal('InvalidCiphertextException', 'kms:Decrypt opened a data key with another encryption context',
      () => kms.decrypt({ KeyId: keyArn, CiphertextBlob: present(CiphertextBlob), EncryptionContext: another(encryptionContext) }));
  },
};

const tamperedMessage: RoundTripCase = {
  name: 'A tampered message is refused',
  prove: async (probe) => {
    const message = await seal(probe, randomBytes(TAMPERED_BYTES));
    for (const [where, fromEnd] of Object.entries(TAMPERED)) {
      const tampered = Buffer.from(message);
      tampered[tampered.length - fromEnd] = 255 - tampered[tampered.length - fromEnd]!;
      await requireRefusal('TamperedMessageError', `an envelope opened whose ${where} was changed`, () => open(probe, tampered));
    }
  },
};

const largestDirect: RoundTripCase = {
  name: `Encrypt takes ${MAX_DIRECT_BYTES} bytes`,
  prove: async (probe) => {
    const payload = randomBytes(MAX_DIRECT_BYTES);
    const blob = await encrypt(probe, payload);
    ensure(payload.equals(await decrypt(probe, blob, probe.encryptionContext)), 'kms:Decrypt answered something else than was encrypted');
  },
};

const tooLargeDirect: RoundTripCase = {
  name: `Encrypt refuses ${MAX_DIRECT_BYTES + 1} bytes`,
  prove: (probe) => requireRefusal('ValidationException', `kms:Encrypt took ${MAX_DIRECT_BYTES + 1} bytes`, () => encrypt(probe, randomBytes(MAX_DIRECT_BYTES + 1))),
};

const withoutPlaintext: RoundTripCase = {
  name: 'A data key made without its plaintext opens',
  prove: async ({ kms, keyArn, encryptionContext }) => {
    const asked = { KeyId: keyArn, EncryptionContext: { ...encryptionContext } };
    const { CiphertextBlob } = await kms.generateDataKeyWithoutPlaintext({ ...asked, NumberOfBytes: 32 });
    const { Plaintext, KeyMaterialId } = await kms.decrypt({ ...asked, CiphertextBlob: present(CiphertextBlob) });
    ensure(Plaintext?.length === 32, `kms:Decrypt answered a data key of ${Plaintext?.length} bytes; 32 were asked for`);
    Plaintext!.fill(0);
    return { KeyMaterialId: KeyMaterialId ?? 'not reported' };
  },
};

const reEncryption: RoundTripCase = {
  name: 'ReEncrypt moves a ciphertext to another encryption context',
  prove: async (probe) => {
    const { kms, keyArn, encryptionContext } = probe;
    const payload = randomBytes(32);
    const { CiphertextBlob } = await kms.reEncrypt({
      CiphertextBlob: await encrypt(probe, payload),
      SourceKeyId: keyArn,
      SourceEncryptionContext: { ...encryptionContext },
      DestinationKeyId: keyArn,
      DestinationEncryptionContext: another(encryptionContext),
    });
    const moved = present(CiphertextBlob);
    ensure(payload.equals(await decrypt(probe, moved, another(encryptionContext))), 'kms:ReEncrypt changed what was encrypted');
    await requireRefusal('InvalidCiphertextException', 'kms:Decrypt opened a re-encrypted ciphertext with its old encryption context',
      () => decrypt(probe, moved, encryptionContext));
  },
};

function another(context: EncryptionContext): Record<string, string> {
  return { ...context, ...PROBE_STEP };
}

function seal({ kms, keyArn, encryptionContext }: Probe, payload: Buffer): Promise<Buffer> {
  return Envelope.seal(payload, { dataKeys: new KmsDataKeys({ client: kms, keyId: keyArn }), encryptionContext });
}

function open({ kms, keyArn, encryptionContext }: Probe, message: Buffer) {
  return Envelope.open(message, { dataKeys: new KmsDataKeys({ client: kms, keyId: keyArn }), encryptionContext });
}

async function encrypt({ kms, keyArn, encryptionContext }: Probe, payload: Buffer): Promise<Uint8Array> {
  return present((await kms.encrypt({ KeyId: keyArn, Plaintext: payload, EncryptionContext: { ...encryptionContext } })).CiphertextBlob);
}

async function decrypt({ kms, keyArn }: Probe, blob: Uint8Array, context: EncryptionContext): Promise<Uint8Array> {
  return present((await kms.decrypt({ KeyId: keyArn, CiphertextBlob: blob, EncryptionContext: { ...context } })).Plaintext);
}

function present(bytes: Uint8Array | undefined): Uint8Array {
  ensure(bytes !== undefined, 'AWS KMS answered without the bytes that were asked for');
  return bytes!;
}

function ensure(holds: boolean, otherwise: string): void {
  if (!holds) throw new DisprovedCase(otherwise);
}

/** Only the right refusal is a proof: a missing permission refuses everything. */
async function requireRefusal(name: string, otherwise: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (nameOf(error instanceof FailedCall ? error.cause : error) === name) return;
    throw error;
  }
  throw new DisprovedCase(otherwise);
}
