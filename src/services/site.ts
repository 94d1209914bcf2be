import { Aws, Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';

/** Where a resource lives, as far as it is known at synth: literal text, else a pseudo parameter; never another resource. */
export interface Site {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
}

export function siteOf(construct: IConstruct): Site {
  const stack = Stack.of(construct);
  return site(stack.account, stack.region);
}

export function site(account: string, region: string): Site {
  const known = Token.isUnresolved(region) ? undefined : RegionInfo.get(region);
  return {
    account: Token.isUnresolved(account) ? Aws.ACCOUNT_ID : account,
    region: known ? region : Aws.REGION,
    partition: known?.partition ?? partitionOf(region),
    // logs.<region> is the one principal of the catalogue that ends in the partition's own suffix; amazonaws.com in aws and aws-us-gov.
    urlSuffix: known ? known.domainSuffix ?? 'amazonaws.com' : Aws.URL_SUFFIX,
  };
}

/** The site that an ARN names, as far as its text goes: pseudo parameters may stand in it. Undefined for any other text. */
export function siteOfArn(text: string): Site | undefined {
  const [arn, , , region, account] = text.replace(/\{"Ref":"AWS::(\w+)"\}/g, '$1').split(':');
  if (arn !== 'arn' || !region || !account) { return undefined; }
  return site(account === 'AccountId' ? Aws.ACCOUNT_ID : account, region === 'Region' ? Aws.REGION : region);
}

/** Fills the placeholders of the service tables. */
export function fillIn<T>(template: T, at: Site): T {
  if (typeof template === 'string') { return fillInText(template, at) as T; }
  if (Array.isArray(template)) { return template.map((inner) => fillIn(inner, at)) as T; }
  if (typeof template !== 'object' || template === null) { return template; }
  return Object.fromEntries(Object.entries(template).map(([key, inner]) => [key, fillIn(inner, at)])) as T;
}

function fillInText(text: string, at: Site): string {
  const values: Record<string, string> = { Partition: at.partition, Region: at.region, Account: at.account, UrlSuffix: at.urlSuffix };
  return text.replace(/\$\{(Partition|Region|Account|UrlSuffix)\}/g, (_, name: string) => values[name]!);
}

// A Region that this version of CDK does not know yet.
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) { return 'aws-cn'; }
  return Token.isUnresolved(region) || region.startsWith('us-gov-') ? Aws.PARTITION : 'aws';
}
