/** A call that AWS KMS refused for good. */
export class FailedCall extends Error {
  constructor(
    /** What IAM calls it. */
    public readonly action: string,
    /** How long it was tried. */
    public readonly seconds: number,
    public override readonly cause: unknown,
  ) {
    super(`${action} failed with ${nameOf(cause)}.`);
    this.name = 'FailedCall';
  }
}

/** How long a refusal may be worth another try. */
export type Retry = 'never' | 'untilItHasSpread' | 'untilItIsOver';

interface Answer {
  readonly retry: Retry;
  readonly remedy: string;
}

const PASSING: Answer = { retry: 'untilItIsOver', remedy: 'Deploy again.' };
const OTHER: Answer = { retry: 'never', remedy: 'See the errors of this operation in the AWS KMS API Reference.' };

/**
 * AWS KMS API Reference, Common errors and the errors of each operation; AWS KMS Developer Guide, "Key states of AWS KMS keys" and
 * "AWS KMS eventual consistency".
 */
const ANSWERS: Record<string, Answer> = {
  'AccessDeniedException': {
    retry: 'untilItHasSpread',
    remedy: 'Let the role do this: in the key policy, by name or by leaving the use to the IAM policies of its account, and in no policy a Deny.',
  },
  'NotFoundException': {
    retry: 'untilItHasSpread',
    remedy: 'See that the key exists, and in this Region and account; a deleted key does not come back.',
  },
  'UnrecognizedClientException': { retry: 'untilItHasSpread', remedy: 'Deploy again: AWS KMS does not know the credentials of the role yet.' },
  'CredentialsProviderError': { retry: 'never', remedy: 'Give the function an execution role, whose credentials AWS Lambda sets in its environment.' },
  'KMSInvalidStateException': { retry: 'untilItHasSpread', remedy: 'Make the key usable: cancel its deletion and enable it, or import its key material.' },
  'DisabledException': { retry: 'untilItHasSpread', remedy: 'Enable the key.' },
  'KeyState Creating': { retry: 'untilItHasSpread', remedy: 'Deploy again when the key is Enabled.' },
  'KeyState Disabled': { retry: 'untilItHasSpread', remedy: 'Enable the key.' },
  'KeyState PendingDeletion': { retry: 'never', remedy: 'Cancel the deletion of the key and enable it, or use another key.' },
  'KeyState PendingReplicaDeletion': { retry: 'never', remedy: 'Cancel the deletion of the key and enable it, or use another key.' },
  'KeyState PendingImport': { retry: 'never', remedy: 'Import the key material.' },
  'KeyState Unavailable': { retry: 'never', remedy: 'Connect the custom key store of the key, or see that its external key manager answers.' },
  'InvalidKeyUsageException': { retry: 'never', remedy: 'Use a key with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.' },
  'UnsupportedOperationException': { retry: 'never', remedy: 'Use a key with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.' },
  'ThrottlingException': { retry: 'untilItIsOver', remedy: 'Deploy again, or ask for a higher request quota of AWS KMS.' },
  'DependencyTimeoutException': PASSING,
  'KMSInternalException': PASSING,
  'KeyUnavailableException': { retry: 'untilItIsOver', remedy: 'See that the key store of the key is connected.' },
  'TimeoutError': {
    retry: 'untilItIsOver',
    remedy: 'See that the function reaches AWS KMS: in a VPC through a NAT gateway or an interface endpoint for com.amazonaws.<region>.kms.',
  },
};

/** The codes of failures without an answer. */
const CONNECTION_ERRORS = /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)/;

export function retryOf(error: unknown): Retry {
  return answerTo(error).retry;
}

/** Says which call failed on which key, for how long, and what to do; in no case what was sealed or for which context. */
export function reasonOfFailedCall({ action, seconds, cause }: FailedCall, keyArn: string): string {
  const tried = seconds >= 1 ? `, tried again for ${Math.round(seconds)} s` : '';
  const words = nameOf(cause) === 'AccessDeniedException' ? ` AWS KMS said: ${(cause as Error).message.slice(0, 600)}` : '';
  return `${action} on ${keyArn} failed with ${nameOf(cause)}${tried}. ${answerTo(cause).remedy}${words}`;
}

/** The name of the exception; errors of the envelope engine carry it as their cause. */
export function nameOf(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: string; code?: string };
  return code && (name === 'Error' || CONNECTION_ERRORS.test(code)) ? code : String(name);
}

function answerTo(error: unknown): Answer {
  const name = nameOf(error);
  const { $metadata, $retryable } = (error ?? {}) as { $metadata?: { httpStatusCode?: number }; $retryable?: object };
  const passes = $retryable !== undefined || ($metadata?.httpStatusCode ?? 0) >= 500;
  return ANSWERS[CONNECTION_ERRORS.test(name) ? 'TimeoutError' : name] ?? (passes ? PASSING : OTHER);
}
