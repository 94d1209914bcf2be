import { RULES } from './rules';

/** The rules as the Markdown table of the README. */
export function ruleTable(): string {
  const rows = Object.values(RULES).map(({ id, severity, title }) => [`\`${id.slice(id.indexOf(':') + 1)}\``, severity, title]);
  return [['finding', 'severity', 'what is proved'], Array(3).fill('---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
