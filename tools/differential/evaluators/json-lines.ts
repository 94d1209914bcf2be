import { spawnSync } from 'node:child_process';

/** Runs a program that answers each line of JSON by one. */
export function askJsonLines<T>(program: string, args: readonly string[], questions: readonly unknown[]): T[] {
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    cwd: __dirname, input: questions.map((question) => `${JSON.stringify(question)}\n`).join(''), encoding: 'utf8', maxBuffer: Infinity,
  });
  if (error ?? status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed. Run 'npm ci --prefix tools/differential' first.\n${stderr}`, { cause: error });
  }
  const answers = stdout.trimEnd().split('\n').slice(0, questions.length).map((line) => JSON.parse(line) as T);
  if (answers.length !== questions.length) throw new Error(`${program} gave ${answers.length} answers to ${questions.length} questions.\n${stderr}`);
  return answers;
}
