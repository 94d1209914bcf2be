/** The parts of a KMS key's ARN. */
export interface KmsKeyArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly keyId: string;
}

const KEY_ARN = /^arn:(?<partition>aws[a-z-]*):kms:(?<region>[a-z]+(?:-[a-z]+)+-\d+):(?<account>\d{12}):key\/(?<keyId>[\w-]+)$/;
const RELATED = /^(arn:[^:]+:kms:)[^:]+(:\d{12}:key\/mrk-)/;

export function parseKeyArn(text: string): KmsKeyArn | undefined {
  return KEY_ARN.exec(text)?.groups as KmsKeyArn | undefined;
}

/**
 * Whether two ARNs are one key. Related multi-Region keys are: they have the same id, and open what any of them encrypted.
 *
 * AWS KMS Developer Guide, "Multi-Region keys in AWS KMS".
 */
export function isSameKey(one: string, other: string): boolean {
  return one.replace(RELATED, '$1$2') === other.replace(RELATED, '$1$2');
}

/** Whether `keyId` can name the key of this ARN. What an alias points to only AWS KMS knows, which refuses with IncorrectKeyException. */
export function mayName(keyId: string, keyArn: string): boolean {
  const [resource, account] = keyId.split(':').reverse() as [string, string?];
  const isAlias = resource.startsWith('alias/');
  if (account === undefined) return isAlias || keyArn.endsWith(`:key/${keyId}`);
  return isAlias ? keyArn.includes(`:${account}:key/`) : isSameKey(keyId, keyArn);
}
