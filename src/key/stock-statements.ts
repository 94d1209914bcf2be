import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';

/** A statement as `PolicyDocument` renders it. */
export type RenderedStatement = Record<string, any>;

/**
 * Whether stock constructs could have written the statement: for a service principal, without a Sid, for the use of the key.
 *
 * S3 notifications, SNS subscriptions and EventBridge targets add such statements to the key of their target, most of them
 * without a condition that keeps other accounts out, some with a reference back.
 */
export function isStockStatement({ Sid, Effect, Principal, Action, NotAction, Condition }: RenderedStatement): boolean {
  return Sid === undefined && Effect === 'Allow' && Principal?.Service !== undefined && NotAction === undefined
    && asList(Action ?? []).every((action) => STOCK_ACTIONS.has(action))
    && Object.entries<object>(Condition ?? {}).every(([operator, byKey]) =>
      OPERATORS.includes(operator) && Object.keys(byKey).every((key) => SOURCE_KEYS.includes(key)));
}

const STOCK_ACTIONS = new Set([...CRYPTOGRAPHIC_ACTIONS, 'kms:DescribeKey', 'kms:Describe*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*']);
/** What stock statements ask of the source, if anything. */
const SOURCE_KEYS = ['aws:SourceArn', 'aws:SourceAccount'];
const OPERATORS = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike'];

/** What is left of a stock statement without some of its service principals; nothing when none remains. */
export function withoutServices(statement: RenderedStatement, gone: (service: unknown) => boolean): RenderedStatement | undefined {
  const { Service, ...others } = statement['Principal'];
  const remaining = asList(Service).filter((service) => !gone(service));
  if (remaining.length === 0 && Object.keys(others).length === 0) { return undefined; }
  const principal = remaining.length === 0 ? others : { ...others, Service: remaining.length === 1 ? remaining[0] : remaining };
  return { ...statement, Principal: principal };
}

/** A stock statement in words, for whoever reads what took its place. */
export function describeStock(service: unknown, statement: RenderedStatement): string {
  const operators = Object.keys(statement['Condition'] ?? {});
  const condition = operators.length > 0 ? `under ${operators.join(', ')}` : 'without a condition';
  const who = typeof service === 'string' ? service : JSON.stringify(service);
  return `a statement without Sid that let ${who} call ${asList(statement['Action']).join(', ')} ${condition}`;
}

/** The values of a condition key under any operator. */
export function conditionValues(statement: RenderedStatement, key: string): unknown[] {
  return Object.values<any>(statement['Condition'] ?? {}).flatMap((byKey) => asList(byKey[key] ?? []));
}

export function asList<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
