import { CfnElement } from 'aws-cdk-lib';
import { CRYPTOGRAPHIC_ACTIONS } from '../policy/actions';
import { PropertyReader } from '../services/property-reader';
import { fillIn } from '../services/site';
import { DiscoveredUse } from '../services/usage-index';

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
    && Object.values<object>(Condition ?? {}).every((byKey) => Object.keys(byKey).every((key) => SOURCE_KEYS.includes(key)));
}

const STOCK_ACTIONS = new Set([...CRYPTOGRAPHIC_ACTIONS, 'kms:DescribeKey', 'kms:Describe*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*']);
const SOURCE_KEYS = ['aws:SourceArn', 'aws:SourceAccount'];

/** A use that may take the place of what a stock construct wrote for it. */
export type StockClaim = Pick<DiscoveredUse, 'use' | 'site' | 'senders'>;

/**
 * Whether a use speaks for `service` in a stock statement: it is of that service, and what the statement says of the
 * source is true of the use's senders. A statement for somebody else's resources stays.
 *
 * The conditions are read apart from the rendering: what they refer to may refer back to the key.
 */
export function speaksFor({ use, site, senders }: StockClaim, service: unknown, statement: RenderedStatement, key: CfnElement,
  resolve: (value: any) => any): boolean {
  const principal = resolve(fillIn(use.principal, site));
  if (JSON.stringify(principal) !== JSON.stringify(service)) { return false; }
  const values = (name: string) => Object.values<any>(statement['Condition'] ?? {}).flatMap((byKey) => asList(byKey[name] ?? []));
  return values('aws:SourceAccount').every((account) => JSON.stringify(resolve(account)) === JSON.stringify(resolve(site.account)))
    && values('aws:SourceArn').every((arn) => senders.some((sender) => isArnOf(sender, new PropertyReader(key).readValue(arn))));
}

function isArnOf(sender: Sender, arn: Sender): boolean {
  if (arn.targets.size > 0) { return [...arn.targets].every((target) => sender.targets.has(target)); }
  return arn.text === sender.text || (sender.text !== '' && arn.text.endsWith(`:${sender.text}`)); // S3 senders are named, not by ARN
}

type Sender = DiscoveredUse['senders'][number];

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

export function asList<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
