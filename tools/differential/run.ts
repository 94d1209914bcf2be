import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { questions } from './cases';
import { disagreements, minimised } from './compare';
import type { Disagreement } from './compare';
import { evaluate } from './evaluators/evaluate';
import type { Evaluator } from './evaluators/evaluator';
import { iamSimulate } from './evaluators/iam-simulate';
import { miniStack } from './evaluators/ministack';
import { findings } from './found';
import { isStale, tableOf, write } from './readme';
import { IAM_SIMULATE } from './triage/iam-simulate';
import { MINI_STACK } from './triage/ministack';
import type { TriageRow } from './triage/row';
import type { EvaluateInput } from '../../src/proof';

const OPTIONS = {
  cases: { type: 'string', default: '20000' }, // some rows of the triage have one case in thousands
  seed: { type: 'string', default: '1' },
  readme: { type: 'boolean', default: false },
} as const;
const COMPARED: readonly [Evaluator, readonly TriageRow[]][] = [[iamSimulate, IAM_SIMULATE], [miniStack, MINI_STACK]];

interface Comparison {
  readonly report: readonly string[];
  readonly unexplained: readonly Disagreement[];
}

function main(): void {
  const { values } = parseArgs({ options: OPTIONS });
  const asked = fc.sample(questions, { numRuns: Number(values.cases), seed: Number(values.seed) });
  const decisions = Object.entries(countBy(evaluate.decide(asked), ({ decision }) => decision)).map(([name, count]) => `${count} ${name}`).sort();
  const comparisons = COMPARED.map(([evaluator, rows]) => compare(evaluator, rows, asked));
  const report = [`${asked.length} cases, seed ${values.seed}: ${decisions.join(', ')}`, ...comparisons.flatMap((one) => one.report)].join('\n');
  const table = COMPARED.map(([{ name }, rows]) => tableOf(name, rows)).join('\n\n');
  console.log([report, ...comparisons.flatMap(({ unexplained }) => unexplained.map(inWords)), '', ...findings()].join('\n'));
  if (values.readme) {
    write('triage', table);
    write('measured', `${new Date().toISOString().slice(0, 10)}, Node ${process.version}:\n\n\`\`\`\n${report}\n\`\`\``);
  }
  if (isStale('triage', table)) fail('The table in README.md is not the triage: run with --readme.');
  if (comparisons.some(({ unexplained }) => unexplained.length > 0)) fail('Some disagreements have no row in the triage.');
}

function compare(evaluator: Evaluator, rows: readonly TriageRow[], asked: readonly EvaluateInput[]): Comparison {
  const found = disagreements(evaluator, asked.map((question) => evaluator.fragment(question)));
  const explained = minimised(evaluator, found).map((one) => ({ one, row: rows.find((row) => row.explains(one)) }));
  const counts = countBy(explained, ({ row }) => row?.id ?? '');
  const lines = rows.map(({ id, right }) => `${String(counts[id] ?? 0).padStart(7)}  ${id.padEnd(26)} ${right}`);
  const report = ['', `${evaluator.name}: ${asked.length - found.length} agree, ${found.length} do not; by row and who is right:`, ...lines];
  return { report, unexplained: explained.flatMap(({ one, row }) => row ? [] : [one]) };
}

function inWords({ question, ours, theirs }: Disagreement): string {
  return `\nno row: evaluate says ${ours.decision}, the other ${theirs.decision} ${theirs.reason ?? ''}\n  ${JSON.stringify(question)}`;
}

function countBy<T>(all: readonly T[], name: (each: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of all) counts[name(each)] = (counts[name(each)] ?? 0) + 1;
  return counts;
}

function fail(why: string): void {
  console.error(why);
  process.exitCode = 1;
}

main();
