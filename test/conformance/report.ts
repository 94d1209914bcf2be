import type { Result, Run } from './runner';

/** What came of a run, line by line: whatever failed, was skipped or left over, then the counts. */
export function reportOf(runs: readonly Run[]): string[] {
  const results = runs.flatMap((run) => run.results);
  const leftOver = runs.flatMap((run) => run.leftOver);
  const confirmed = results.filter((result) => !result.case.unconfirmed);
  const unconfirmed = results.filter((result) => result.case.unconfirmed);
  return [
    ...results.flatMap(linesOf),
    ...leftOver.map((line) => `left over, remove it by --clean-up: ${line}`),
    `confirmed by AWS's pages or by measurement: ${countsOf(confirmed)}`,
    `not confirmed yet, for a run against AWS KMS to settle: ${countsOf(unconfirmed)}`,
  ];
}

export function isGood(runs: readonly Run[]): boolean {
  return runs.every(({ results, leftOver }) => leftOver.length === 0 && results.every(({ failure }) => !failure));
}

function linesOf({ subject, case: { title, unconfirmed }, page, failure, skipped }: Result): string[] {
  const name = `${subject}: ${title}`;
  if (skipped) { return [`skipped  ${name}: ${skipped}`]; }
  if (!failure) { return []; }
  return [`FAILED   ${name}`, `         ${failure}`, `         ${page}${unconfirmed ? ` (unconfirmed: ${unconfirmed})` : ''}`];
}

function countsOf(results: readonly Result[]): string {
  const skipped = results.filter((result) => result.skipped).length;
  const failed = results.filter((result) => result.failure).length;
  const assertions = results.reduce((sum, result) => sum + result.assertions, 0);
  return `${results.length} cases, ${results.length - skipped - failed} passed with ${assertions} assertions, ${failed} failed, ${skipped} skipped`;
}
