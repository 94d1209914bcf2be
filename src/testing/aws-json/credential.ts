import { ServiceException } from './service-exception';

/** Who signed a request, and for which Region and service. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service that the request is signed for. */
  readonly service: string;
}

const AUTHORIZATION = /^AWS4-HMAC-SHA256 +Credential=([\w+=.@-]{1,128})\/\d{8}\/([a-z0-9-]{1,64})\/([\w-]+)\/aws4_request, ?SignedHeaders=[^,\s]+, ?Signature=\w+$/;

/**
 * Reads the Authorization header of Signature Version 4. The signature itself is not verified: there are no secret keys here.
 *
 * @throws the exceptions that every AWS service has in common (AWS KMS API Reference, Common Errors)
 */
export function credentialOf(authorization: string | undefined): Credential {
  if (!authorization) { throw new ServiceException('MissingAuthenticationTokenException', 'Missing Authentication Token'); }
  const [, accessKeyId, region, service] = AUTHORIZATION.exec(authorization) ?? [];
  if (!accessKeyId || !region || !service) {
    throw new ServiceException('IncompleteSignatureException', 'The Authorization header is not one of Signature Version 4 with a Credential, SignedHeaders and a Signature.');
  }
  return { accessKeyId, region, service };
}
