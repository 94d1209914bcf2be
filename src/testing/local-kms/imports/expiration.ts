import { KmsException } from '../exceptions';
import { DAY } from '../keys/key-materials';

export type ExpirationModel = 'KEY_MATERIAL_EXPIRES' | 'KEY_MATERIAL_DOES_NOT_EXPIRE';

interface ExpirationRequest {
  readonly ExpirationModel?: ExpirationModel | undefined;
  readonly ValidTo?: Date | undefined;
}

const MAX_DAYS = 365;

/** @throws `ValidationException` for what AWS KMS refuses (API Reference, ImportKeyMaterial) */
export function requireExpiration({ ExpirationModel = 'KEY_MATERIAL_EXPIRES', ValidTo }: ExpirationRequest, now: Date): void {
  const expires = ExpirationModel === 'KEY_MATERIAL_EXPIRES';
  if (expires && !ValidTo) { throw invalid('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES'); }
  if (!ValidTo) { return; }
  if (!expires) { throw invalid('A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE'); }
  const days = (ValidTo.getTime() - now.getTime()) / DAY;
  if (days <= 0 || days > MAX_DAYS) { throw invalid(`The validTo date must be in the future, and no more than ${MAX_DAYS} days away`); }
}

/** When imported material expires, if it does, as DescribeKey and ListKeyRotations say it. */
export function expirationOf(validTo: Date | undefined) {
  return validTo
    ? { ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const, ValidTo: new Date(validTo) }
    : { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const };
}

function invalid(message: string): KmsException {
  return new KmsException('ValidationException', message);
}
