import { CfnElement } from 'aws-cdk-lib';
import { asList, conditionValues, RenderedStatement } from './stock-statements';
import { PropertyReader } from '../services/property-reader';
import { fillIn } from '../services/site';
import { DiscoveredUse } from '../services/usage-index';

/** A use that may take the place of what a stock construct wrote for it. */
export type StockClaim = Pick<DiscoveredUse, 'use' | 'site' | 'senders'>;

type Sender = StockClaim['senders'][number];

/** The uses of a key by the service principals for which they speak. */
export class StockClaims {
  private readonly byService = new Map<string, { claim: StockClaim; account: string }[]>();

  constructor(claims: readonly StockClaim[], private readonly key: CfnElement, private readonly resolve: (value: any) => any) {
    for (const claim of claims) {
      const service = JSON.stringify(resolve(fillIn(claim.use.principal, claim.site)));
      const account = JSON.stringify(resolve(claim.site.account));
      this.byService.set(service, [...this.byService.get(service) ?? [], { claim, account }]);
    }
  }

  /**
   * The use that speaks for `service` in a stock statement: what the statement says of the source is true of its senders. There is
   * none for somebody else's resources.
   *
   * The conditions are read apart from the rendering: what they refer to may refer back to the key.
   */
  public find(service: unknown, statement: RenderedStatement): StockClaim | undefined {
    const accounts = conditionValues(statement, 'aws:SourceAccount').map((account) => JSON.stringify(this.resolve(account)));
    const arns = conditionValues(statement, 'aws:SourceArn').map((arn) => new PropertyReader(this.key).readValue(arn));
    const claims = this.byService.get(JSON.stringify(service)) ?? []; // a Region's principal may be a join of pseudo parameters
    const reads = asList(statement['Action']).includes('kms:Decrypt'); // what only writes, such as an inventory, does not speak for it
    return claims.find(({ claim, account }) => (!reads || claim.use.actions.includes('kms:Decrypt')) &&
      accounts.every((each) => each === account) && arns.every((arn) => claim.senders.some((sender) => isArnOf(sender, arn))))?.claim;
  }
}

function isArnOf(sender: Sender, arn: Sender): boolean {
  if (arn.targets.size > 0) { return [...arn.targets].every((target) => sender.targets.has(target)); }
  return arn.text === sender.text || (sender.text !== '' && arn.text.endsWith(`:${sender.text}`)); // S3 senders are named, not by ARN
}
