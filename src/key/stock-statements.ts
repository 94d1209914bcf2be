import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';

/** A statement as `PolicyDocument` renders it. */
export type RenderedStatement = Record<string, any>;

/**
 * Whether stock constructs could have written the statement: for a service principal, without a Sid, for the use of the key.
 *
 * S3 notifications, SNS subscriptions and EventBridge targets add such statements to the key of their target, most of them
 * without a condition that keeps other accounts out, some with a reference back.
 */
export function isStockStatement(statement: RenderedStatement): boolean {
  return statement['Sid'] === undefined && statement['Effect'] === 'Allow' && statement['Principal']?.Service !== undefined
    && asList(statement['Action'] ?? []).every((action) => STOCK_ACTIONS.has(action));
}

const STOCK_ACTIONS = new Set([...CRYPTOGRAPHIC_ACTIONS, 'kms:DescribeKey', 'kms:Describe*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*']);

/** What is left of a stock statement when the wiring speaks for some of its service principals; nothing when for all. */
export function withoutServices(statement: RenderedStatement, isCovered: (service: unknown) => boolean): RenderedStatement | undefined {
  const { Service, ...others } = statement['Principal'];
  const remaining = asList(Service).filter((service) => !isCovered(service));
  if (remaining.length === 0 && Object.keys(others).length === 0) { return undefined; }
  const principal = remaining.length === 0 ? others : { ...others, Service: remaining.length === 1 ? remaining[0] : remaining };
  return { ...statement, Principal: principal };
}

export function asList<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
