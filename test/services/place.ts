import { Environment } from 'aws-cdk-lib';

/** Where a stack is synthesised for and deployed to; `values` is what the placeholders of the cases stand for there. */
export interface Place {
  readonly name: string;

  /** @default - the stack knows neither account nor Region at synth */
  readonly env?: Environment;
  readonly values: Readonly<Record<string, string>>;
}

const ACCOUNTS = { Account: '111122223333', OtherAccount: '444455556666', ThirdAccount: '777788889999' };

const REGIONS = [
  { Partition: 'aws', Region: 'eu-west-1', OtherRegion: 'us-east-1', UrlSuffix: 'amazonaws.com' },
  { Partition: 'aws-cn', Region: 'cn-north-1', OtherRegion: 'cn-northwest-1', UrlSuffix: 'amazonaws.com.cn' },
  { Partition: 'aws-us-gov', Region: 'us-gov-west-1', OtherRegion: 'us-gov-east-1', UrlSuffix: 'amazonaws.com' },
].map((region) => ({ ...ACCOUNTS, ...region }));

/** Every partition, once with the environment known at synth and once without. */
export const PLACES: readonly Place[] = REGIONS.flatMap((values) => [
  { name: values.Partition, values, env: { account: values.Account, region: values.Region } },
  { name: `${values.Partition}, not known at synth`, values },
]);

/** Fills the placeholders of a case, `${Region}` and the like. */
export function at<T>(place: Place, template: T): T {
  return JSON.parse(JSON.stringify(template).replace(/\$\{(\w+)\}/g, (_, name: string) => place.values[name] ?? fail(name)));
}

function fail(name: string): never {
  throw new Error(`No place has a value for \${${name}}.`);
}
