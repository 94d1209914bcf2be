import { readFileSync, writeFileSync } from 'node:fs';
import { serviceTable } from '../src/services/service-table';

// Rewrites the part of the README that is generated; test/services/service-table.test.ts holds it to the catalogue.
const readme = readFileSync('README.md', 'utf8');
writeFileSync('README.md', readme.replace(/(<!-- services -->\n)[^]*?(<!-- end of services -->)/, (_, start, end) => `${start}${serviceTable()}\n${end}`));
