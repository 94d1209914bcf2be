import { ParameterStoreException } from './parameter-store-exception';

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type ParameterTier = 'Standard' | 'Advanced';
export type AskedTier = ParameterTier | 'Intelligent-Tiering';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  readonly tier: ParameterTier;
  /** The value; of a SecureString what AWS KMS made of it. */
  readonly value: string;
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly dataType: string;
  readonly modified: Date;
  readonly modifiedBy: string;
}

/** A parameter with its versions, the newest last. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  readonly versions: ParameterVersion[];
}

/** The most bytes a value may have (AWS Systems Manager User Guide, Managing parameter tiers). */
export const MAX_VALUE_BYTES: Readonly<Record<ParameterTier, number>> = { Standard: 4096, Advanced: 8192 };

/** AWS Systems Manager API Reference, PutParameter: older versions are dropped. */
export const MAX_VERSIONS = 100;

const MAX_HIERARCHY_LEVELS = 15;
const MAX_NAME_LENGTH = 1011;

/** What a parameter may not be called (AWS Systems Manager API Reference, PutParameter, Name). */
const NAME_FAULTS: ReadonlyArray<readonly [fault: (name: string) => boolean, exception: string, message: string]> = [
  [(name) => name.length > MAX_NAME_LENGTH, 'ValidationException', `Parameter name must not be longer than ${MAX_NAME_LENGTH} characters.`],
  [(name) => !/^[\w.\-/]+$/.test(name), 'ValidationException', 'Parameter name: only letters, digits and the symbols . _ - / are allowed.'],
  [(name) => /^\/?(aws|ssm)/i.test(name), 'ValidationException', 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'],
  [(name) => name.includes('/') && !name.startsWith('/'), 'ValidationException', 'Parameter name must be a fully qualified name: begin it with /.'],
  [(name) => name.split('/').length - 1 > MAX_HIERARCHY_LEVELS, 'HierarchyLevelLimitExceededException',
    `A hierarchy can have a maximum of ${MAX_HIERARCHY_LEVELS} levels.`],
];

export function checkName(name: string): void {
  const [, exception, message] = NAME_FAULTS.find(([fault]) => fault(name)) ?? [];
  if (exception !== undefined) throw new ParameterStoreException(exception, message);
}

/** The ARN has one slash before the name, whether or not the name begins with one. */
export function parameterArn(name: string, { partition, region, account }: { partition: string; region: string; account: string }): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

/**
 * The tier that a value gets.
 *
 * @throws ValidationException when the value is too long for the tier, or the tier would be lowered
 */
export function tierFor(value: string, asked: AskedTier | undefined, current: ParameterTier | undefined): ParameterTier {
  const bytes = Buffer.byteLength(value);
  const tier = asked === undefined ? current ?? 'Standard' : chosenTier(asked, bytes, current);
  if (current === 'Advanced' && tier === 'Standard') {
    throw new ParameterStoreException('ValidationException', 'This parameter uses the advanced-parameter tier. You can\'t downgrade a '
      + 'parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, delete it and create it anew.');
  }
  if (bytes > MAX_VALUE_BYTES[tier]) {
    throw new ParameterStoreException('ValidationException', `${tier} tier parameters support a maximum parameter value of ${MAX_VALUE_BYTES[tier]} characters.`
      + (tier === 'Standard' ? ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.' : ''));
  }
  return tier;
}

function chosenTier(asked: AskedTier, bytes: number, current: ParameterTier | undefined): ParameterTier {
  if (asked === 'Intelligent-Tiering') return bytes > MAX_VALUE_BYTES.Standard ? 'Advanced' : current ?? 'Standard';
  return asked;
}
