import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TriageRow } from './triage/row';

const README = join(__dirname, 'README.md');

/** The parts of the README that are written here, each between two comments. */
export type Part = 'triage' | 'measured';

const partOf = (part: Part) => new RegExp(`(<!-- ${part} -->\n)[^]*(<!-- end of ${part} -->)`);

export function isStale(part: Part, text: string): boolean {
  return withPart(part, text) !== readFileSync(README, 'utf8');
}

export function write(part: Part, text: string): void {
  writeFileSync(README, withPart(part, text));
}

function withPart(part: Part, text: string): string {
  return readFileSync(README, 'utf8').replace(partOf(part), (_, start: string, end: string) => `${start}${text}\n${end}`);
}

const RIGHT: Record<TriageRow['right'], string> = { 'evaluate': '`evaluate`', 'the other': 'the other', 'open': 'open' };

/** The triage as a table. */
export function tableOf(name: string, rows: readonly TriageRow[]): string {
  const lines = rows.map(({ id, right, because, page }) => `| ${id} | ${RIGHT[right]} | ${because} | ${page} |`);
  return [`### ${name}`, '', '| row | right | why | page |', '|---|---|---|---|', ...lines].join('\n');
}
