import type { Disagreement } from '../compare';
import { conditionsOf, givenFor, kindOf, statementsOf } from '../traits';
import type { AskedCondition } from '../traits';

// What rows of both evaluators look for in a disagreement.

export function asks({ question }: Disagreement, test: (condition: AskedCondition) => boolean): boolean {
  return conditionsOf(question).some(test);
}

export function isAllowed({ ours, theirs }: Disagreement): boolean {
  return ours.decision === 'allow' && theirs.decision === 'implicitDeny';
}

export function hasNotPrincipal({ question, ours }: Disagreement): boolean {
  return ours.decision === 'explicitDeny' && statementsOf(question).some(({ NotPrincipal }) => NotPrincipal !== undefined);
}

/** Whether a pattern of an ARN has fewer segments than ARNs have, so that a wildcard of it must stand for several. */
export function isShort(pattern: string): boolean {
  return pattern.includes('*') && pattern.split(':').length < 6;
}

export function letsIfExistsWin(found: Disagreement): boolean {
  return asks(found, (condition) => /^ForAnyValue:.*IfExists$/.test(condition.operator) && givenFor(found.question, condition) === undefined);
}

/** Whether a statement names the role of a session, whose own ARN has no path, with or without a path. */
export function namesRoleByPath({ question }: Disagreement): boolean {
  const names = statementsOf(question).map(({ Principal }) => JSON.stringify(Principal ?? ''));
  return kindOf(question) === 'session' && names.some((name) => /:role\/(team\/)?Reader/.test(name));
}

export function comparesEmptyText(found: Disagreement): boolean {
  return asks(found, (condition) => condition.operator.includes(':') && givenFor(found.question, condition) === '');
}

const MULTIVALUED = /^(kms:encryptioncontextkeys|kms:grantoperations|aws:principalorgpaths)$/;

export function lacksSetOperator(found: Disagreement): boolean {
  return asks(found, ({ operator, key }) => MULTIVALUED.test(key) && !operator.includes(':'));
}
