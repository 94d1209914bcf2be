import { Memo } from './memo';

/** `arn:partition:service:region:account:resource`; the resource may hold colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

const ARN = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s;

/** The same few principals and keys are in every request. */
const arns = new Memo<Arn | undefined>(2_000);

export function parseArn(text: string): Arn | undefined {
  return arns.get(text, () => read(text));
}

function read(text: string): Arn | undefined {
  const [, partition, service, region, account, resource] = ARN.exec(text) ?? [];
  if (partition === undefined || service === undefined || region === undefined || account === undefined || resource === undefined) return undefined;
  return { partition, service, region, account, resource };
}
