import { ServiceException } from '../aws-json/service-exception';

/**
 * What AWS KMS answers when it refuses: the exception's name, its HTTP status, and whether a client is meant to retry
 * (AWS KMS API Reference, Common Errors and the Errors of each operation). Those that every service has in common come from `aws-json`.
 */
export const EXCEPTIONS = {
  AccessDeniedException: { status: 400, retry: false },
  AlreadyExistsException: { status: 400, retry: false },
  ConflictException: { status: 400, retry: false },
  DependencyTimeoutException: { status: 503, retry: true },
  DisabledException: { status: 400, retry: false },
  DryRunOperationException: { status: 400, retry: false },
  ExpiredImportTokenException: { status: 400, retry: false },
  IncorrectKeyException: { status: 400, retry: false },
  IncorrectKeyMaterialException: { status: 400, retry: false },
  InvalidArnException: { status: 400, retry: false },
  InvalidCiphertextException: { status: 400, retry: false },
  InvalidGrantIdException: { status: 400, retry: false },
  InvalidGrantTokenException: { status: 400, retry: false },
  InvalidImportTokenException: { status: 400, retry: false },
  InvalidKeyUsageException: { status: 400, retry: false },
  InvalidMarkerException: { status: 400, retry: false },
  KeyUnavailableException: { status: 500, retry: true },
  KMSInternalException: { status: 500, retry: true },
  KMSInvalidMacException: { status: 400, retry: false },
  KMSInvalidSignatureException: { status: 400, retry: false },
  KMSInvalidStateException: { status: 400, retry: false },
  LimitExceededException: { status: 400, retry: false },
  MalformedPolicyDocumentException: { status: 400, retry: false },
  NotAuthorizedException: { status: 400, retry: false },
  NotFoundException: { status: 400, retry: false },
  TagException: { status: 400, retry: false },
  ThrottlingException: { status: 400, retry: true },
  UnrecognizedClientException: { status: 400, retry: false },
  UnsupportedOperationException: { status: 400, retry: false },
  ValidationException: { status: 400, retry: false },
  UnknownOperationException: { status: 400, retry: false },
} as const;

export type ExceptionName = keyof typeof EXCEPTIONS;

/**
 * An exception of AWS KMS, shaped as the SDK's are: `name` tells which.
 *
 * Its message is AWS KMS's own text where that is known, and never holds plaintext, a data key or the value of an encryption context.
 */
export class KmsException extends ServiceException {
  public readonly $retryable?: { readonly throttling: boolean };

  constructor(name: ExceptionName, message = '', options?: ErrorOptions) {
    const { status, retry } = EXCEPTIONS[name];
    super(name, message, { status, cause: options?.cause });
    if (retry) { this.$retryable = { throttling: name === 'ThrottlingException' }; }
  }
}
