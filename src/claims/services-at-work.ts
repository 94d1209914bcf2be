import type { Asked, ServiceStatement } from './asked';
import { decisionsOf } from './decisions';
import { finding } from './finding';
import type { Finding } from './finding';
import type { KeyFacts } from './key-facts';
import { prove } from '../proof';
import type { ContextInput, PolicyStatement, Request } from '../proof';
import { listOf } from '../proof/policy-document';

/** Whether the services that the key was wired for can do their work, and what their statements leave open. */
export function servicesAtWork(facts: KeyFacts, { services }: Asked): Finding[] {
  return services.flatMap((service) => [...blocked(facts, service), ...residual(facts, service)]);
}

/** A service is refused by a Deny only: its own statement allows it. */
function blocked({ policy, keyArn }: KeyFacts, { index, reason }: ServiceStatement): Finding[] {
  const decided = requestsOf(statementAt(policy.Statement, index), keyArn).map((request) => ({ request, decisions: decisionsOf(policy, request) }));
  const open = decided.filter(({ decisions }) => decisions.some(({ decision }) => decision !== 'allow'));
  const [first] = open;
  if (!first) { return []; }
  const refused = open.filter(({ decisions }) => decisions.every(({ decision }) => decision !== 'allow'));
  if (refused.length === 0) { return [finding('decided', `${reason}, and whether ${first.request.principal} can use the key for it is not known.`)]; }
  const [{ request, decisions: [evaluation] }] = refused as [typeof first];
  return [finding('servicesWork', `${reason}, and ${request.principal} cannot call ${refused.map((each) => each.request.action).join(', ')}. `
    + `${evaluation!.reason} Witness: ${JSON.stringify({ request })}.`, evaluation!.statement?.index)];
}

/** What a service sends for a resource that its statement is for: `*` of a pattern stands for a name. */
function requestsOf({ Principal, Action, Condition = {} }: PolicyStatement, resource: string): Request[] {
  const principal = String((Principal as Record<string, unknown>)['Service']);
  const context: Record<string, ContextInput[string]> = {};
  for (const [operator, byKey] of Object.entries(Condition)) {
    if (operator.endsWith('IfExists')) { continue; } // the service may not send it
    for (const [key, values] of Object.entries(byKey)) { context[key] = String([values].flat()[0]).replace(/[*?]/g, 'a'); }
  }
  return [Action ?? []].flat().map((action) => ({ principal, action, resource, context }));
}

/** Named only while it is open: a Deny may have closed it. */
function residual(facts: KeyFacts, { index, reason, residual: remains }: ServiceStatement): Finding[] {
  if (remains === undefined) { return []; }
  const { Principal, Action = [] } = statementAt(facts.policy.Statement, index);
  const services = [(Principal as Record<string, string | string[]>)['Service'] ?? []].flat();
  const context = { 'aws:SourceAccount': 'absent', 'aws:SourceArn': 'absent' };
  const { answer } = prove(facts.policy, { actions: [Action].flat(), who: { services }, context, resource: facts.keyArn });
  return answer === 'no' ? [] : [finding('residualsNamed', `${reason}. ${remains}`, index)];
}

function statementAt(statements: KeyFacts['policy']['Statement'], index: number): PolicyStatement {
  return listOf(statements)[index]!;
}
