/** When imported material expires, if it does, as DescribeKey and ListKeyRotations say it. */
export function expirationOf(validTo: Date | undefined) {
  return validTo
    ? { ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const, ValidTo: new Date(validTo) }
    : { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const };
}
