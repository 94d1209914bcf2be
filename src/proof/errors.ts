/** What is wrong, as the four parts of a message. */
export interface Fault {
  /** What is wrong and where, e.g. `Statement 'Use' of the key policy has an unknown condition operator`. */
  readonly fact: string;
  readonly given: unknown;
  /** A sentence without its full stop, e.g. `IAM knows Allow and Deny`. */
  readonly allowed: string;
  /** A sentence. */
  readonly remedy: string;
}

const LONGEST_GIVEN = 120;

function shown(given: unknown): string {
  const text = JSON.stringify(given) ?? 'nothing';
  return text.length > LONGEST_GIVEN ? `${text.slice(0, LONGEST_GIVEN)}…` : text;
}

/** A fault in what `evaluate` or `prove` was given. Its parts are there one by one, its message has all four. */
class InputError extends Error {
  public readonly fact: string;
  public readonly given: unknown;
  public readonly allowed: string;
  public readonly remedy: string;

  public constructor(fault: Fault) {
    super(`${fault.fact}: ${shown(fault.given)}; ${fault.allowed}. ${fault.remedy}`);
    this.fact = fault.fact;
    this.given = fault.given;
    this.allowed = fault.allowed;
    this.remedy = fault.remedy;
  }
}

/** A policy that IAM would not accept, so that there is nothing to decide. */
export class PolicyError extends InputError {
  public override readonly name = 'PolicyError';
}

/** A question about a policy that is not one. */
export class QuestionError extends InputError {
  public override readonly name = 'QuestionError';
}

/** A request nobody can make: a principal or a resource that is not one. */
export class RequestError extends InputError {
  public override readonly name = 'RequestError';
}
