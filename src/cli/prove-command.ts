import { text } from 'node:stream/consumers';
import { PolicyError, QuestionError } from '../proof';
import { ANSWERS } from './claim';
import type { Verdict } from './claim';
import { PROGRAM, UsageError } from './command';
import type { Streams } from './command';
import { claimsOf } from './given-claims';
import { policyFrom, policyFromText } from './json-file';
import { plainText } from './plain-text';
import { PROVE_HELP, readProveOptions } from './prove-options';
import type { ProveOptions } from './prove-options';
import { verdictText } from './verdict-text';

/** @throws UsageError */
export async function prove(args: readonly string[], { stdin, stdout }: Streams): Promise<number> {
  const options = readProveOptions(args);
  if (options.has('help')) {
    stdout.write(PROVE_HELP);
    return 0;
  }
  const file = policyFile(options);
  const claims = claimsOf(options);
  const policy = file === '-' ? policyFromText(await text(stdin), 'Standard input') : policyFrom(file);
  const verdicts = decided(() => claims.flatMap((claim) => claim(policy)));
  stdout.write(plainText(options.has('json') ? `${JSON.stringify(verdicts, undefined, 2)}\n` : verdicts.map(verdictText).join('\n')));
  return exitCodeOf(verdicts);
}

function policyFile({ files }: ProveOptions): string {
  const [file, ...others] = files;
  if (file !== undefined && others.length === 0) return file;
  throw new UsageError(`${files.length} policies are given; it takes one. Name its file, or - for standard input. See '${PROGRAM} prove --help'.`);
}

/** What the prover refuses is what the user gave. */
function decided<T>(decide: () => T): T {
  try {
    return decide();
  } catch (cause) {
    if (cause instanceof PolicyError || cause instanceof QuestionError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

function exitCodeOf(verdicts: readonly Verdict[]): number {
  return ANSWERS.find(([answer]) => verdicts.some((verdict) => verdict.answer === answer))![1];
}
