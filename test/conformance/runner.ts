import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALIAS_PREFIX, Leftovers, MARK } from './leftovers';
import { differences } from './matching';
import { callersIn, isCall, type CallStep, type Case, type Step, type Subject } from './subject';
import type { Target } from './target';
import { valueOf, type Scope } from './values';

export interface Result {
  readonly subject: string;
  readonly case: Case;
  /** What it rests on. */
  readonly page: string;
  /** How many answers were held against what is expected. */
  readonly assertions: number;
  /** Why it was not run. */
  readonly skipped?: string;
  /** @default none: it passed */
  readonly failure?: string;
}

export interface Run {
  readonly results: readonly Result[];
  /** What could not be cleaned up, and why. */
  readonly leftOver: readonly string[];
}

export const NO_POST_QUANTUM_KEYS = `LocalKms makes no such keys on Node ${process.version}`;

const RETRIES = 12;

/** Runs a subject's cases one after another, then removes what they made. */
export async function runSubject(target: Target, subject: Subject): Promise<Run> {
  const leftovers = new Leftovers(target);
  let results: Result[];
  let leftOver: string[];
  try {
    results = await resultsOf(target, subject, leftovers);
  } finally {
    leftOver = await leftovers.remove();
  }
  return { results, leftOver };
}

async function resultsOf(target: Target, { subject, page, setup = [], cases }: Subject, leftovers: Leftovers): Promise<Result[]> {
  const all = cases.map((each) => ({ subject, case: each, page: each.page ?? page, assertions: 0, skipped: reasonToSkip(each, setup, target) }));
  if (all.every(({ skipped }) => skipped)) { return all; }
  const scope = { ...target.names, prefix: `${ALIAS_PREFIX}${randomBytes(4).toString('hex')}/` };
  const ready = await new Execution(target, leftovers, scope).run(setup);
  const results: Result[] = [];
  for (const each of all) { results.push(each.skipped ? each : { ...each, ...await outcomeOf(each.case, ready, target, leftovers) }); }
  return results;
}

async function outcomeOf({ steps }: Case, ready: Execution, target: Target, leftovers: Leftovers): Promise<Pick<Result, 'assertions' | 'failure'>> {
  if (ready.failure) { return { assertions: 0, failure: `the subject's setup: ${ready.failure}` }; }
  const { assertions, failure } = await new Execution(target, leftovers, ready.scope).run(steps);
  return { assertions, failure };
}

function reasonToSkip({ steps, localOnly, postQuantum }: Case, setup: readonly Step[], { options }: Target): string | undefined {
  const missing = callersIn([...setup, ...steps]).filter((name) => !options.callers[name]);
  if (missing.length > 0) { return `there is no ${missing.join(', no ')} among the callers`; }
  if (localOnly && !options.isLocal) { return localOnly; }
  if (!options.advanceDays && steps.some((step) => !isCall(step))) { return 'this KMS cannot be told that days went by'; }
  if (postQuantum && options.hasPostQuantumKeys === false) { return NO_POST_QUANTUM_KEYS; }
  return undefined;
}

/** Steps on their way, until one of them fails. */
class Execution {
  public scope: Scope;
  public assertions = 0;
  public failure: string | undefined;

  constructor(private readonly target: Target, private readonly leftovers: Leftovers, scope: Scope) {
    this.scope = scope;
  }

  public async run(steps: readonly Step[]): Promise<this> {
    for (const [index, step] of steps.entries()) {
      if (!isCall(step)) {
        this.target.options.advanceDays!(step.advanceDays);
        continue;
      }
      const found = await this.patiently(() => this.call(step));
      if (step.answer !== undefined || step.exception) { this.assertions++; }
      if (found.length > 0) {
        this.failure = `step ${index + 1}, ${step.operation} by ${step.caller ?? 'administrator'}: ${found.join('; ')}`;
        break;
      }
    }
    return this;
  }

  /** Tries again as long as changes may still be on their way. Answers what differed at first. */
  private async patiently(attempt: () => Promise<string[]>): Promise<string[]> {
    const { patienceSeconds = 0 } = this.target.options;
    const first = await attempt();
    let found = first;
    for (let retry = 0; found.length > 0 && patienceSeconds > 0 && retry < RETRIES; retry++) {
      await sleep(patienceSeconds / RETRIES * 1000);
      found = await attempt();
    }
    return found.length > 0 ? first : [];
  }

  /** Makes the call. Answers where it differs from what is expected. */
  private async call(step: CallStep): Promise<string[]> {
    const method = step.operation[0]!.toLowerCase() + step.operation.slice(1);
    try {
      const request = this.marked(step.operation, valueOf(step.request ?? {}, { ...this.scope, now: this.target.now() }));
      const client = this.target.client(step.caller, step.region);
      const { $metadata, ...answer } = await (client as any)[method](request);
      this.leftovers.record(step, request, answer);
      if (step.as) { this.scope = { ...this.scope, [step.as]: answer }; }
      if (step.exception) { return [`it worked, where ${step.exception} is expected`]; }
      return differences(answer, valueOf(step.answer ?? {}, this.scope), this.target.now());
    } catch (error) {
      return this.differencesOf(error as Error, step);
    }
  }

  private differencesOf({ name, message }: Error, step: CallStep): string[] {
    if (name !== step.exception) { return [`${name}: ${message}, not ${step.exception ?? 'an answer'}`]; }
    const expected = valueOf(step.message ?? '', this.scope) as string;
    return message.includes(expected) ? [] : [`the message is '${message}', without '${expected}'`];
  }

  private marked(operation: string, request: any): any {
    if (operation !== 'CreateKey' && operation !== 'ReplicateKey') { return request; }
    return { ...request, Tags: [...request.Tags ?? [], { TagKey: MARK, TagValue: '' }] };
  }
}
