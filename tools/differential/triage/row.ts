import type { Disagreement } from '../compare';

/** Why an evaluator and `evaluate` differ, and who has AWS on its side. */
export interface TriageRow {
  readonly id: string;
  readonly right: 'evaluate' | 'the other' | 'open';
  /** What the page says, and what the one who is wrong does instead. */
  readonly because: string;
  /** The AWS page that decides. */
  readonly page: string;
  /** Whether it accounts for a disagreement. The question holds nothing that the disagreement does not need: see `minimised`. */
  readonly explains: (found: Disagreement) => boolean;
}

export const PAGES = {
  operators: 'IAM User Guide, IAM JSON policy elements: Condition operators',
  multivalued: 'IAM User Guide, Single-valued vs. multivalued context keys',
  variables: 'IAM User Guide, IAM policy elements: Variables and tags',
  resource: 'IAM User Guide, IAM JSON policy elements: Resource',
  notResource: 'IAM User Guide, IAM JSON policy elements: NotResource',
  principal: 'IAM User Guide, AWS JSON policy elements: Principal',
  notPrincipal: 'IAM User Guide, AWS JSON policy elements: NotPrincipal',
  globalKeys: 'IAM User Guide, AWS global condition context keys',
  identifiers: 'IAM User Guide, IAM identifiers',
  version: 'IAM User Guide, IAM JSON policy elements: Version',
  singleAccount: 'IAM User Guide, Policy evaluation logic',
  controlPolicies: 'AWS Organizations User Guide, Service control policies',
} as const;
