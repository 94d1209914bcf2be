import { readFileSync, writeFileSync } from 'node:fs';
import { refuted, unknown } from '../examples/claims';
import { whoCanRead } from '../examples/who-can-read';
import { ruleTable } from '../src/claims/rule-table';
import { serviceTable } from '../src/services/service-table';

// Rewrites the parts of the README that are generated; tests hold them to what they are generated from.
const quoted = (text: string) => `\`\`\`text\n${text}\n\`\`\``;
async function rewrite(): Promise<void> {
  const parts = {
    services: serviceTable(), rules: ruleTable(), refuted: quoted(refuted()), unknown: quoted(unknown()), matrix: quoted(await whoCanRead()),
  };
  let readme = readFileSync('README.md', 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    readme = readme.replace(new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end of ${name} -->)`), (_, start, end) => `${start}${part}\n${end}`);
  }
  writeFileSync('README.md', readme);
}

void rewrite();
