import { readFileSync, writeFileSync } from 'node:fs';
import { refuted, unknown } from '../examples/claims';
import { ruleTable } from '../src/claims/rule-table';
import { serviceTable } from '../src/services/service-table';

// Rewrites the parts of the README that are generated; tests hold them to what they are generated from.
const quoted = (text: string) => `\`\`\`text\n${text}\n\`\`\``;
const PARTS = { services: serviceTable(), rules: ruleTable(), refuted: quoted(refuted()), unknown: quoted(unknown()) };

let readme = readFileSync('README.md', 'utf8');
for (const [name, part] of Object.entries(PARTS)) {
  readme = readme.replace(new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end of ${name} -->)`), (_, start, end) => `${start}${part}\n${end}`);
}
writeFileSync('README.md', readme);
