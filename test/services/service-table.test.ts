import { readFileSync } from 'node:fs';
import { CATALOGUE } from '../../src/services/catalogue';
import { serviceTable } from '../../src/services/service-table';

describe('the table of services in the README', () => {
  it('is the one that the catalogue yields; npm run readme rewrites it', () => {
    const [, inReadme] = /<!-- services -->\n([^]*?)\n<!-- end of services -->/.exec(readFileSync('README.md', 'utf8')) ?? [];
    expect(inReadme).toBe(serviceTable());
  });

  it('has a row for every service', () => {
    expect(serviceTable().split('\n')).toHaveLength(CATALOGUE.length + 2);
  });
});
