import { EncryptedDataKey } from './data-keys';
import { DataKeyError } from './errors';

const MAX_OWNER = 256;

/** What the first of the candidates opens to that opens at all. If none does, one refusal is thrown as it is, several as the cause of `failure`. */
export async function firstOpened<T>(candidates: readonly T[], open: (candidate: T) => Promise<Uint8Array>, failure: string): Promise<Uint8Array> {
  const refusals: unknown[] = [];
  for (const candidate of candidates) {
    try {
      return await open(candidate);
    } catch (refusal) {
      refusals.push(refusal);
    }
  }
  if (refusals.length === 1) throw refusals[0];
  throw new DataKeyError(failure, refusals.length > 0 ? new AggregateError(refusals) : undefined);
}

/** Whose data keys a message holds, as a sentence says it. */
export function ownersOf(encrypted: readonly EncryptedDataKey[]): string {
  return encrypted.map((one) => `${one.providerId} ${ownerOf(one)}`.slice(0, MAX_OWNER)).join(', ');
}

/** For AWS KMS the ARN of the key. Anybody may have written it. */
export function ownerOf({ providerInfo }: EncryptedDataKey): string {
  return Buffer.from(providerInfo).toString();
}
