import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLER_NAMES, type CallerName } from './callers';

/** A file of `cases/`. */
export interface Subject {
  readonly subject: string;
  /** The title of the AWS page that its cases rest on. */
  readonly page: string;
  /** Run once; what it answers is there for every case, which leaves it as it is. */
  readonly setup?: readonly Step[];
  readonly cases: readonly Case[];
}

export interface Case {
  /** A sentence that is true when the case passes. */
  readonly title: string;
  /** Where it rests on another page than its subject. */
  readonly page?: string;
  /** Why nobody is sure: a run against AWS KMS settles it. */
  readonly unconfirmed?: string;
  /** Why AWS KMS itself cannot be asked. */
  readonly localOnly?: string;
  /** Whether it takes ML-DSA or ML-KEM keys, which LocalKms makes where Node.js does. */
  readonly postQuantum?: boolean;
  readonly steps: readonly Step[];
}

/** A call and what must come of it; or time that goes by, which only LocalKms can be told. */
export type Step = CallStep | { readonly advanceDays: number };

export interface CallStep {
  /** @default administrator */
  readonly caller?: CallerName;
  /** @default the Region of the run */
  readonly region?: 'other';
  readonly operation: string;
  /** Texts refer to earlier answers as `${name.Member}`; see values.ts for what else can stand here. */
  readonly request?: unknown;
  /** The name that later steps know the answer by. */
  readonly as?: string;
  /** What the answer must hold; other members may be there. See matching.ts. */
  readonly answer?: unknown;
  /** The name of the exception that the call must end in. */
  readonly exception?: string;
  /** A part of the exception's message, where AWS KMS's words are known. */
  readonly message?: string;
}

const CASES = join(__dirname, 'cases');

export function subjects(): Subject[] {
  return readdirSync(CASES).sort().map((file) => readSubject(readFileSync(join(CASES, file), 'utf8')));
}

const MEMBERS = {
  subject: ['subject', 'page', 'setup', 'cases'],
  case: ['title', 'page', 'unconfirmed', 'localOnly', 'postQuantum', 'steps'],
  step: ['caller', 'region', 'operation', 'request', 'as', 'answer', 'exception', 'message', 'advanceDays'],
} as const;

/** @throws Error for what would be passed over in silence: members that nothing reads, and expectations that nothing can meet */
export function readSubject(text: string): Subject {
  const subject = JSON.parse(text) as Subject;
  requireMembers('subject', subject);
  subject.cases.forEach((each) => requireMembers('case', each));
  for (const step of [...subject.setup ?? [], ...subject.cases.flatMap(({ steps }) => steps)]) {
    requireMembers('step', step);
    const { exception, answer, message, as }: Partial<CallStep> = isCall(step) ? step : {};
    if (exception ? answer ?? as : message) { throw new Error(`A step expects an answer or an exception, not both: ${JSON.stringify(step)}.`); }
  }
  return subject;
}

function requireMembers(kind: keyof typeof MEMBERS, value: object): void {
  const members: readonly string[] = MEMBERS[kind];
  const unknown = Object.keys(value).find((name) => !members.includes(name));
  if (unknown) { throw new Error(`A ${kind} has no '${unknown}'; it has ${members.join(', ')}: ${JSON.stringify(value)}.`); }
}

export function isCall(step: Step): step is CallStep {
  return 'operation' in step;
}

/** Whoever a case calls as or names. */
export function callersIn(steps: readonly Step[]): CallerName[] {
  const text = JSON.stringify(steps);
  return CALLER_NAMES.filter((name) => steps.some((step) => isCall(step) && step.caller === name) || text.includes(`\${${name}.`));
}
