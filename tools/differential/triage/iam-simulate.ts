import {
  asks, comparesEmptyText, hasNotPrincipal, isAllowed,
  isShort, lacksSetOperator, namesRoleByPath,
} from './explanation';
import { PAGES } from './row';
import type { TriageRow } from './row';
import { givenFor, hasVariable, kindOf, lacksVariable, resourcesOf, statementsOf } from '../traits';

/** Where `@cloud-copilot/iam-simulate` differs. */
export const IAM_SIMULATE: readonly TriageRow[] = [
  {
    id: 'root-user',
    right: 'evaluate',
    page: PAGES.singleAccount,
    because: 'A root user has no identity policies and needs none; the other denies it for want of one.',
    explains: (found) => isAllowed(found) && kindOf(found.question) === 'root',
  },
  {
    id: 'not-principal',
    right: 'open',
    page: PAGES.notPrincipal,
    because: 'A Deny might catch, says the page, whom the element does not list by account, role and session: to `evaluate` it does, '
      + 'the other spares whom it lists by any of them.',
    explains: hasNotPrincipal,
  },
  {
    id: 'service-and-scp',
    right: 'evaluate',
    page: PAGES.controlPolicies,
    because: 'Service control policies bind the users and roles of the accounts, not service principals; the other applies them to both.',
    explains: ({ question }) => kindOf(question) === 'service' && question.serviceControlPolicies !== undefined,
  },
  {
    id: 'variable-without-value',
    right: 'evaluate',
    page: PAGES.variables,
    because: 'A negated operator holds against a variable that the request has no value for; with the other it does not.',
    explains: (found) => asks(found, ({ operator, values }) => operator.includes('Not')
      && values.some((value) => lacksVariable(found.question, value))),
  },
  {
    id: 'variable-in-2008',
    right: 'evaluate',
    page: PAGES.version,
    because: 'In Version 2008-10-17 a variable is plain text; the other resolves it.',
    explains: ({ question }) => hasVariable(question, '2008'),
  },
  {
    id: 'resource-star-of-rcp',
    right: 'evaluate',
    page: PAGES.resource,
    because: 'A `*` that ends a segment of a Resource can match beyond the colon; in a resource control policy the other keeps it within.',
    explains: ({ question }) => question.resourceControlPolicies !== undefined && resourcesOf(question).some(isShort),
  },
  {
    id: 'not-resource-of-no-key',
    right: 'evaluate',
    page: PAGES.notResource,
    because: 'NotResource applies to all that its patterns do not match; with the other it does not when a pattern has fewer segments than an ARN.',
    explains: ({ question }) => statementsOf(question).some(({ NotResource }) => NotResource !== undefined) && resourcesOf(question).some(isShort),
  },
  {
    id: 'arn-star-for-the-rest',
    right: 'open',
    page: PAGES.operators,
    because: 'The page compares six segments and is silent on `*` and `arn:aws:*`, which have fewer: to `evaluate` they stand for all that follow, '
      + 'as policies in use need, to the other for nothing.',
    explains: (found) => asks(found, ({ operator, values }) => operator.includes('Arn') && values.some(isShort)),
  },
  {
    id: 'whole-address-space',
    right: 'evaluate',
    page: PAGES.operators,
    because: 'Any CIDR block is a value, 0.0.0.0/0 too; to the other that matches no address.',
    explains: (found) => asks(found, ({ values }) => values.includes('0.0.0.0/0')),
  },
  {
    id: 'address-families',
    right: 'evaluate',
    page: PAGES.operators,
    because: 'NotIpAddress holds for every address outside the block, those of the other family too; with the other evaluator not for those.',
    explains: (found) => asks(found, (condition) => condition.operator.includes('NotIpAddress')
      && condition.values.some((value) => value.includes(':') !== String(givenFor(found.question, condition)).includes(':'))),
  },
  {
    id: 'epoch-date',
    right: 'evaluate',
    page: PAGES.operators,
    because: 'A date may be seconds since 1970; with the other that equals nothing.',
    explains: (found) => asks(found, ({ operator, values }) => operator.includes('Date') && values.some((value) => /^\d+$/.test(value))),
  },
  {
    id: 'role-path',
    right: 'evaluate',
    page: PAGES.identifiers,
    because: 'A role is named with its path; the other compares a session with the last part of the name.',
    explains: namesRoleByPath,
  },
  {
    id: 'empty-values',
    right: 'evaluate',
    page: PAGES.multivalued,
    because: 'To a set operator a key without any value but empty text is absent; the other compares the empty text.',
    explains: comparesEmptyText,
  },
  {
    id: 'set-operator-missing',
    right: 'open',
    page: PAGES.multivalued,
    because: 'A key of several values wants a set operator, and the page is silent on what comes of none: never true with the other, with `evaluate` '
      + 'only when the request has one value.',
    explains: lacksSetOperator,
  },
];
