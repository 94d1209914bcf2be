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

/** AWS KMS API Reference, Common errors and the errors of each operation. What is not here is not worth another try. */
const ANSWERS: Record<string, { readonly retry: Retry; readonly remedy: string }> = {
  AccessDeniedException: {
    retry: 'untilItHasSpread',
    remedy: 'Let the role do this: in the key policy, by name or by leaving the use to the IAM policies of its account, and in no policy a Deny.',
  },
  NotFoundException: {
    retry: 'untilItHasSpread',
    remedy: 'See that the key exists, and in this Region and account; a deleted key does not come back.',
  },
  KMSInvalidStateException: { retry: 'untilItHasSpread', remedy: 'Make the key usable: cancel its deletion and enable it, or import its key material.' },
  DisabledException: { retry: 'never', remedy: 'Enable the key.' },
  InvalidKeyUsageException: { retry: 'never', remedy: 'Use a key with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.' },
  UnsupportedOperationException: { retry: 'never', remedy: 'Use a key with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.' },
  ThrottlingException: { retry: 'untilItIsOver', remedy: 'Deploy again, or ask for a higher request quota of AWS KMS.' },
  DependencyTimeoutException: { retry: 'untilItIsOver', remedy: 'Deploy again.' },
  KMSInternalException: { retry: 'untilItIsOver', remedy: 'Deploy again.' },
  KeyUnavailableException: { retry: 'untilItIsOver', remedy: 'See that the key store of the key is connected.' },
  TimeoutError: {
    retry: 'untilItIsOver',
    remedy: 'See that the function reaches AWS KMS: in a VPC through a NAT gateway or an interface endpoint for com.amazonaws.<region>.kms.',
  },
};

/** What the name of a failure without an answer stands for. */
const CONNECTION_ERRORS = /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)/;

export function retryOf(error: unknown): Retry {
  return answerTo(error)?.retry ?? 'never';
}

/** Says which call failed on which key, for how long, and what to do; in no case what was sealed or for which context. */
export function reasonOfFailedCall({ action, seconds, cause }: FailedCall, keyArn: string): string {
  const tried = seconds >= 1 ? `, tried again for ${Math.round(seconds)} s` : '';
  const words = nameOf(cause) === 'AccessDeniedException' ? ` AWS KMS said: ${(cause as Error).message.slice(0, 600)}` : '';
  const remedy = answerTo(cause)?.remedy ?? 'See the errors of this operation in the AWS KMS API Reference.';
  return `${action} on ${keyArn} failed with ${nameOf(cause)}${tried}. ${remedy}${words}`;
}

/** The name of the exception; errors of the envelope engine carry it as their cause. */
export function nameOf(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: string; code?: string };
  return name === 'Error' && code ? code : String(name);
}

function answerTo(error: unknown) {
  const name = nameOf(error);
  return ANSWERS[CONNECTION_ERRORS.test(name) ? 'TimeoutError' : name];
}
