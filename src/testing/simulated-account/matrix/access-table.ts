import { AccessCell, AccessDecision } from './access-cell';
import type { DecidingStatement, Grant } from '../../../proof';

/** Columns: the decision, the actions, what decides. */
const DECISION_WIDTH = 11;
const ACTIONS_WIDTH = 64;

const ORDER: readonly AccessDecision[] = ['allow', 'conditional', 'unknown', 'deny'];

/** Under each key who can do something to it; cells that are decided alike are one row. */
export function accessTable(cells: readonly AccessCell[]): string {
  return grouped(cells, ({ key }) => key)
    .map(([key, ofKey]) => [key, ...grouped(ofKey, ({ who }) => who).flatMap(([who, ofCaller]) => [`  ${who}`, ...rowsOf(ofCaller)])].join('\n'))
    .join('\n\n');
}

function rowsOf(cells: readonly AccessCell[]): string[] {
  const rows = grouped(cells, (cell) => `${ORDER.indexOf(cell.decision)} ${cell.statement ? decidedBy(cell) : 'without'}`);
  return rows.sort(([one], [other]) => one < other ? -1 : 1).flatMap(([, alike]) => rowOf(alike, cells.length));
}

function rowOf(cells: readonly AccessCell[], all: number): string[] {
  const [cell] = cells as [AccessCell];
  const isRest = cell.decision === 'deny' && cell.statement === undefined;
  const rest = cells.length === all ? 'everything' : 'all else';
  const lines = isRest ? [rest] : wrapped(cells.map(({ action }) => action.replace('kms:', '')));
  return lines.map((actions, i) => i === 0
    ? `    ${cell.decision.padEnd(DECISION_WIDTH)}  ${actions.padEnd(ACTIONS_WIDTH)}  ${decidedBy(cell)}`
    : `    ${''.padEnd(DECISION_WIDTH)}  ${actions}`);
}

function grouped(cells: readonly AccessCell[], nameOf: (cell: AccessCell) => string): Array<[string, AccessCell[]]> {
  const groups = new Map<string, AccessCell[]>();
  for (const cell of cells) groups.set(nameOf(cell), [...groups.get(nameOf(cell)) ?? [], cell]);
  return [...groups];
}

function wrapped(actions: readonly string[]): string[] {
  const lines: string[] = [];
  for (const action of actions) {
    const longer = `${lines.at(-1)}, ${action}`;
    if (lines.length > 0 && longer.length <= ACTIONS_WIDTH) lines[lines.length - 1] = longer;
    else lines.push(action);
  }
  return lines;
}

function decidedBy(cell: AccessCell): string {
  const conditions = cell.conditions?.join(', ');
  return [cell.statement ? statementName(cell.statement) : 'no statement', ...conditions ? [`if ${conditions}`] : []].join(' ');
}

const POLICIES: Readonly<Record<DecidingStatement['policy'], string>> = {
  keyPolicy: 'key policy',
  identityPolicy: 'identity policy',
  permissionsBoundary: 'permissions boundary',
  serviceControlPolicy: 'service control policy',
  resourceControlPolicy: 'resource control policy',
  grant: 'grant',
};

function statementName({ policy, policyIndex, index, sid, statement }: DecidingStatement): string {
  if (policy === 'grant') return `grant ${(statement as Grant).Name === undefined ? index + 1 : `'${(statement as Grant).Name}'`}`;
  const which = policy === 'keyPolicy' || policy === 'permissionsBoundary' ? '' : ` ${policyIndex + 1}`;
  return `${POLICIES[policy]}${which}, ${sid === undefined ? `statement ${index + 1}` : `'${sid}'`}`;
}
