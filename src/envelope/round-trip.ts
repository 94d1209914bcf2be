import { RoundTripEvidence, RoundTripProperties } from './contract';
import { FailedCall, nameOf, reasonOfFailedCall } from './failed-call';
import { patientKms } from './patient-kms';
import { DisprovedCase, Probe, RoundTripCase, roundTripCases } from './round-trip-cases';
import { RoundTripKms } from './round-trip-kms';
import { usableKey } from './usable-key';
import { Clock } from '../custom-resource/clock';
import { CustomResourceError } from '../custom-resource/custom-resource-error';

const ALGORITHM = 'AES-256-GCM, HKDF-SHA512, key commitment (AWS Encryption SDK 0x0478)';

/**
 * Proves that the key does what a key is for, and refuses what it must refuse.
 *
 * @throws CustomResourceError with the case, the call and the remedy
 */
export async function proveRoundTrip(kms: RoundTripKms, properties: RoundTripProperties, clock: Clock): Promise<RoundTripEvidence> {
  const started = clock.now();
  const sizes = properties.PayloadSizes.map(Number);
  const probe = {
    kms: patientKms(usableKey(kms), clock, properties),
    keyArn: properties.KeyArn,
    encryptionContext: properties.EncryptionContext,
  };
  const cases: { case: string; milliseconds: number }[] = [];
  let found: Partial<RoundTripEvidence> = {};
  for (const one of roundTripCases(sizes)) {
    const begun = clock.now();
    found = { ...found, ...await prove(one, probe) };
    cases.push({ case: one.name, milliseconds: clock.now() - begun });
  }
  return {
    Algorithm: ALGORITHM,
    Bytes: String(sizes.reduce((sum, bytes) => sum + bytes, 0)),
    Milliseconds: String(clock.now() - started),
    CasesPassed: String(cases.length),
    Cases: JSON.stringify(cases),
    KeyMaterialId: 'not reported',
    ...found,
  };
}

async function prove(one: RoundTripCase, probe: Probe): Promise<Partial<RoundTripEvidence> | void> {
  try {
    return await one.prove(probe);
  } catch (cause) {
    throw new CustomResourceError(`Not proved: '${one.name}': ${reasonOf(cause, probe.keyArn)}`, { cause });
  }
}

function reasonOf(error: unknown, keyArn: string): string {
  const failed = [error, (error as { cause?: unknown } | undefined)?.cause].find((each) => each instanceof FailedCall) as FailedCall | undefined;
  if (failed) return reasonOfFailedCall(failed, keyArn);
  if (error instanceof DisprovedCase) return `${keyArn}: ${error.message}.`;
  return `${keyArn}: ${nameOf(error)} stopped the proof.`;
}
