import { DataKeyError, EnvelopeError } from './errors';

/** AWS KMS API Reference, errors of the cryptographic operations; what AWS says with them is in `cause`. */
const REMEDIES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'Let the caller do so in the key policy or, where that defers to IAM, in its IAM policy; for a key of another account in both.',
  DisabledException: 'Enable the key.',
  IncorrectKeyException: 'It was encrypted under another key: name that one.',
  InvalidCiphertextException: 'Give what was encrypted, unchanged, with the very encryption context it was encrypted with.',
  InvalidKeyUsageException: 'Use a symmetric encryption key.',
  KMSInvalidStateException: 'Look at the state of the key: a pending deletion can be cancelled, key material imported.',
  NotFoundException: "Compare the account and the Region of the key with the client's.",
  ThrottlingException: 'Ask less often, as with CachedDataKeys, or for a higher request quota.',
};

/** A call of AWS KMS, whose failure says which operation failed under which key. */
export async function askKms<T>(
  operation: string, keyId: string, call: () => Promise<T>, Failure: typeof EnvelopeError = DataKeyError,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const name = String((cause as Error | undefined)?.name);
    const remedy = Object.hasOwn(REMEDIES, name) ? ` ${REMEDIES[name]}` : '';
    throw new Failure(`kms:${operation} under ${keyId} failed with ${name}.${remedy}`, cause);
  }
}
