import { Token } from 'aws-cdk-lib';
import { inShort } from './construct-path';
import { ExplainedStatement } from './explained-statement';
import { keyStatement } from '../policy/statement';
import { fillIn, Site } from '../services/site';
import { DiscoveredUse } from '../services/usage-index';

/** A use of the key by a service: found in the tree, or authorised. */
export interface WiredUse extends Pick<DiscoveredUse, 'use' | 'site'> {
  /** The paths of the constructs that cause the use. */
  readonly causes: readonly string[];
}

/**
 * The statements for `uses`: one per use, account and Region, however many resources cause it.
 *
 * No statement names a resource, so none holds a reference that could close a cycle.
 */
export function wiredStatements(uses: readonly WiredUse[], keySite: Site): ExplainedStatement[] {
  const bySid = new Map<string, WiredUse[]>();
  for (const wired of uses) {
    const sid = sidOf(wired, keySite);
    bySid.set(sid, [...bySid.get(sid) ?? [], wired]);
  }
  return [...bySid.keys()].sort().map((sid) => explained(sid, bySid.get(sid)!));
}

/** What a key that is being replaced still owes to its successor's services: to read what it encrypted for them. */
export function toReadOnly({ use, site, causes }: WiredUse): WiredUse[] {
  if (!use.actions.includes('kms:Decrypt')) { return []; }
  const sid = use.sid.endsWith(READ_ONLY) ? use.sid : `${use.sid}${READ_ONLY}`;
  return [{ use: { ...use, sid, actions: ['kms:Decrypt'] }, site, causes }];
}

const READ_ONLY = ' to read what it stored under this key';

function explained(sid: string, wired: WiredUse[]): ExplainedStatement {
  const { use, site } = wired[0]!;
  const statement = keyStatement(sid, { Service: fillIn(use.principal, site) }, use.actions, fillIn(use.conditions, site));
  const reasons = [...new Set(wired.map(reasonOf))].sort();
  const reason = reasons.length > 3 ? `${reasons.slice(0, 3).join('; ')}; and ${reasons.length - 3} more` : reasons.join('; ');
  const causes = [...new Set(wired.flatMap((each) => each.causes))].sort();
  return { sid, reason, causes, source: use.source, residual: use.residual, statement };
}

function reasonOf({ use, causes: [first, second] }: WiredUse): string {
  if (!first) { return `${use.id} is authorized`; }
  return second ? `${inShort(first)} sends to ${inShort(second)}` : `${inShort(first)} is encrypted under the key`;
}

// AWS documents letters, digits and spaces for the Sid of a key policy; a Region's hyphens become spaces.
function sidOf({ use, site }: WiredUse, keySite: Site): string {
  const elsewhere = [
    ...site.account === keySite.account ? [] : [Token.isUnresolved(site.account) ? 'of the stack' : `of account ${site.account}`],
    ...site.region === keySite.region ? [] : [Token.isUnresolved(site.region) ? 'here' : `in ${site.region.replace(/-/g, ' ')}`],
  ];
  return [use.sid, ...elsewhere].join(' ');
}
