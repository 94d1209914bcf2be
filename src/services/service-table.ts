import { CATALOGUE } from './catalogue';
import { isHazard, ProducerEdge, ServiceFacts, ServiceUse } from './service-facts';

/** The catalogue as the Markdown table of the README. */
export function serviceTable(): string {
  const rows = CATALOGUE.map((facts) => [facts.service, holds(facts), reached(facts), uses(facts)]);
  const table = [['service', 'holds a key in', 'its callers need', 'comes as itself, by `id` of `KeyUse`'], Array(4).fill('---'), ...rows];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function holds({ slots }: ServiceFacts): string {
  const types = [...new Set(slots.map(({ resourceType }) => resourceType))];
  const properties = (type: string) => slots.filter(({ resourceType }) => resourceType === type).map(({ property }) => property.split('.')[0]);
  return types.map((type) => `\`${type}\` ${[...new Set(properties(type))].join(', ')}`).join('<br>') || '–';
}

function reached({ forwards }: ServiceFacts): string {
  if (!forwards) { return '–'; }
  const needs = (what: string, actions: readonly string[]) => actions.length > 0 ? [`${what}: ${actions.map((action) => action.slice('kms:'.length)).join(', ')}`] : [];
  return [...needs('write', forwards.write), ...needs('read', forwards.read), `context \`${forwards.contextKey}\``].join('<br>');
}

function uses({ slots, edges }: ServiceFacts): string {
  const bySlot = slots.flatMap(({ needs }) => needs ? [idOf(needs)] : []);
  return [...new Set([...bySlot, ...edges.flatMap(useOfEdge)])].join('<br>') || '–';
}

function useOfEdge({ needs, into }: ProducerEdge): string[] {
  return isHazard(needs) ? [] : [`${idOf(needs)} → ${into.split('::').slice(1).join(' ')}`];
}

function idOf({ id, principal }: ServiceUse): string {
  return `\`${id}\` (${principal.replace('.${UrlSuffix}', '.amazonaws.com').replace('${Region}', '&lt;region&gt;')})`;
}
