import { TimeIsOver } from './clock';

const SERVICE_ERROR_NAME = /^[A-Za-z][\w.]{0,63}$/;

/** What a handler may say about a failure beside its message. */
export interface CustomResourceErrorOptions {
  /** What went wrong underneath. Kept for tests and callers; neither logged nor sent. */
  readonly cause?: unknown;

  /** What a failed Create, or a failed Update that replaces, has already made: CloudFormation then asks for its deletion under this id. */
  readonly physicalResourceId?: string;
}

/**
 * A failure whose message was written for the user: it names the fact, what was given and the remedy, and holds no secret.
 *
 * Only the messages of this class reach CloudFormation's events. Of any other error they show the name.
 */
export class CustomResourceError extends Error {
  public readonly physicalResourceId?: string;

  constructor(message: string, options: CustomResourceErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'CustomResourceError';
    this.physicalResourceId = options.physicalResourceId;
  }
}

/** The reason to show for any thrown value: never the message of an error that was not written for the user. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof CustomResourceError || thrown instanceof TimeIsOver) return thrown.message;
  const { name, $metadata } = (thrown ?? {}) as { name?: unknown; $metadata?: { httpStatusCode?: number; requestId?: string } };
  const called = typeof name === 'string' && SERVICE_ERROR_NAME.test(name) ? name : 'An unknown error';
  const answer = $metadata?.requestId ? ` (HTTP ${$metadata.httpStatusCode}, request ${$metadata.requestId})` : '';
  return `${called}${answer} stopped the handler of this resource. Its message may hold data and is not shown.`;
}
