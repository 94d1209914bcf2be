// What synth and run time agree on. CloudFormation delivers every value as a string.

/** The type of the custom resource. */
export const RESOURCE_TYPE = 'Custom::SecureStringParameter';

/** The tags by which the handler knows whose a parameter is, and from which settings its value was made. */
export const OWN_TAGS = {
  stackId: 'cdk-customer-managed-keys:stack-id',
  logicalId: 'cdk-customer-managed-keys:logical-id',
  value: 'cdk-customer-managed-keys:value',
  previousValue: 'cdk-customer-managed-keys:previous-value',
} as const;

/** The properties of the custom resource. None is secret: CloudFormation shows them to whoever may describe the stack. */
export interface ParameterProperties {
  readonly Name: string;
  readonly Arn: string;
  readonly KeyId: string;
  readonly Tier: ParameterTier;
  readonly Description?: string;
  readonly Tags?: Readonly<Record<string, string>>;
  readonly Value: ValueSettings;
}

/** What Parameter Store calls its tiers (AWS Systems Manager API Reference, PutParameter). */
export type ParameterTier = 'Standard' | 'Advanced' | 'Intelligent-Tiering';

/** Where the value comes from. Other settings mean another value. */
export type ValueSettings = GeneratedSettings | SecretSettings;

/** A value that the handler makes. The names are those of AWS Secrets Manager's GetRandomPassword. */
export interface GeneratedSettings {
  readonly Source: 'generated';
  readonly PasswordLength: string;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: string;
  readonly ExcludeNumbers?: string;
  readonly ExcludePunctuation?: string;
  readonly ExcludeUppercase?: string;
  readonly IncludeSpace?: string;
  readonly RequireEachIncludedType?: string;
  readonly Revision?: string;
}

/** A value that the handler reads. */
export interface SecretSettings {
  readonly Source: 'secret';
  readonly SecretId: string;
  readonly JsonField?: string;
  readonly VersionId?: string;
}
