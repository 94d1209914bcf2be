import {
  asks, comparesEmptyText, hasNotPrincipal, isAllowed,
  isShort, lacksSetOperator, letsIfExistsWin, namesRoleByPath,
} from './explanation';
import { PAGES } from './row';
import type { TriageRow } from './row';
import { hasVariable, kindOf, resourcesOf } from '../traits';

/** Where MiniStack differs. It knows neither `NotPrincipal` nor variables. */
export const MINI_STACK: readonly TriageRow[] = [
  {
    id: 'not-principal',
    right: 'evaluate',
    page: PAGES.notPrincipal,
    because: 'A Deny with NotPrincipal applies to whom it does not list; MiniStack knows no NotPrincipal and skips the statement.',
    explains: hasNotPrincipal,
  },
  {
    id: 'star-and-boundary',
    right: 'evaluate',
    page: PAGES.principal,
    because: 'An implicit deny of a permissions boundary does not limit what a policy allows to `*` (with `aws:PrincipalArn`, says the page) '
      + 'or to a federated user; MiniStack lets it.',
    explains: (found) => isAllowed(found) && found.question.permissionsBoundary !== undefined,
  },
  {
    id: 'star-spans-colons',
    right: 'evaluate',
    page: PAGES.operators,
    because: 'A `*` within a segment of an ARN stays there; MiniStack lets it run over colons.',
    explains: (found) => resourcesOf(found.question).some(isShort)
      || asks(found, ({ operator, values }) => operator.includes('Arn') && values.some(isShort)),
  },
  {
    id: 'variables',
    right: 'evaluate',
    page: PAGES.variables,
    because: 'Variables stand for values of the request; MiniStack takes them for plain text.',
    explains: ({ question }) => hasVariable(question, '2012'),
  },
  {
    id: 'principal-arn-of-session',
    right: 'evaluate',
    page: PAGES.globalKeys,
    because: '`aws:PrincipalArn` of a session is its role; MiniStack has the session itself there.',
    explains: (found) => kindOf(found.question) === 'session' && asks(found, ({ key }) => key === 'aws:principalarn'),
  },
  {
    id: 'principal-of-service',
    right: 'evaluate',
    page: PAGES.globalKeys,
    because: 'A service principal has no `aws:PrincipalArn`, `aws:PrincipalAccount` and `aws:PrincipalType`; MiniStack has text in all three.',
    explains: (found) => kindOf(found.question) === 'service' && asks(found, ({ key }) => /^aws:principal(arn|account|type)$/.test(key)),
  },
  {
    id: 'for-any-value-if-exists',
    right: 'evaluate',
    page: PAGES.multivalued,
    because: 'ForAnyValue is false for a key that the request lacks, IfExists or not; MiniStack lets IfExists win.',
    explains: letsIfExistsWin,
  },
  {
    id: 'role-path',
    right: 'evaluate',
    page: PAGES.identifiers,
    because: 'A role is named with its path; MiniStack compares a session with the last part of the name.',
    explains: namesRoleByPath,
  },
  {
    id: 'empty-values',
    right: 'evaluate',
    page: PAGES.multivalued,
    because: 'To a set operator a key without any value but empty text is absent; MiniStack compares the empty text.',
    explains: comparesEmptyText,
  },
  {
    id: 'set-operator-missing',
    right: 'open',
    page: PAGES.multivalued,
    because: 'A key of several values wants a set operator, and the page is silent on what comes of none: MiniStack compares the text of the list, '
      + '`evaluate` the value when there is one.',
    explains: lacksSetOperator,
  },
];
