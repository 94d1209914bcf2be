import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from './evaluators/evaluate';
import type { EvaluateInput } from '../../src/proof';

interface Finding {
  readonly page: string;
  readonly cases: readonly { readonly name: string; readonly question: EvaluateInput; readonly expected: string }[];
}

const FOLDER = join(__dirname, 'found');

/** One line for each case in which a page of AWS is against `evaluate`: whether it still is. */
export function findings(): string[] {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : []; // git keeps no empty folder
  return files.filter((file) => file.endsWith('.json')).flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Finding;
    const verdicts = evaluate.decide(cases.map(({ question }) => question));
    return cases.map(({ name, expected }, i) => verdicts[i]?.decision === expected
      ? `found/${file}: put right; move '${name}' to test/proof/cases`
      : `found/${file}: '${name}' should be ${expected}, evaluate says ${verdicts[i]?.decision}`);
  });
}
