import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GeneratedSettings, ValueSettings } from './secure-string/contract';
import { characterTypes } from './secure-string/generated-value';

/** How a value is made. The names and defaults are those of AWS Secrets Manager's GetRandomPassword. */
export interface GeneratedValueOptions {
  /**
   * The number of characters: 1 to 4096, or to 8192 in an advanced parameter.
   *
   * @default 32
   */
  readonly passwordLength?: number;

  /**
   * Characters that the value must not have.
   *
   * @default - none
   */
  readonly excludeCharacters?: string;

  /**
   * Whether to leave out a to z.
   *
   * @default false
   */
  readonly excludeLowercase?: boolean;

  /**
   * Whether to leave out 0 to 9.
   *
   * @default false
   */
  readonly excludeNumbers?: boolean;

  /**
   * Whether to leave out punctuation. `{` is always left out: Parameter Store refuses values with double braces.
   *
   * @default false
   */
  readonly excludePunctuation?: boolean;

  /**
   * Whether to leave out A to Z.
   *
   * @default false
   */
  readonly excludeUppercase?: boolean;

  /**
   * Whether the value may have spaces.
   *
   * @default false
   */
  readonly includeSpace?: boolean;

  /**
   * Whether the value has at least one character of each type.
   *
   * @default true
   */
  readonly requireEachIncludedType?: boolean;

  /**
   * Any text. Another one makes another value; going back to the one before brings back the value before, as a roll-back does.
   *
   * @default - none
   */
  readonly revision?: string;
}

/**
 * Where the value of a `SecureStringParameter` comes from. The value itself is never in the template.
 *
 * It is set when the parameter is made, and again only when these settings change.
 */
export class SecureStringValue {
  /**
   * A random value that the handler makes in AWS Lambda, and nobody sees.
   *
   * @throws when no value fits the options
   */
  public static generated(options: GeneratedValueOptions = {}): SecureStringValue {
    const settings = generatedSettings(options);
    refuseImpossible(settings);
    return new SecureStringValue(settings);
  }

  /**
   * What a secret of AWS Secrets Manager holds when the parameter is made.
   *
   * It is a copy: a rotation of the secret does not reach the parameter. Another `versionId` copies again.
   *
   * @param secret the secret; the handler is granted to read it
   * @param jsonField the field to take from a secret that holds a JSON object; the whole secret when there is none
   * @param versionId the version of the secret; the current one when there is none
   */
  public static fromSecret(secret: secretsmanager.ISecret, jsonField?: string, versionId?: string): SecureStringValue {
    return new SecureStringValue({ Source: 'secret', SecretId: secret.secretArn, JsonField: jsonField, VersionId: versionId }, secret);
  }

  private constructor(
    /** @internal */
    public readonly _settings: ValueSettings,
    private readonly secret?: secretsmanager.ISecret,
  ) {}

  /** @internal */
  public _grantRead(handler: iam.IGrantable): void {
    this.secret?.grantRead(handler);
  }
}

function generatedSettings(options: GeneratedValueOptions): GeneratedSettings {
  return {
    Source: 'generated',
    PasswordLength: String(options.passwordLength ?? 32),
    ExcludeCharacters: options.excludeCharacters,
    ExcludeLowercase: options.excludeLowercase?.toString(),
    ExcludeNumbers: options.excludeNumbers?.toString(),
    ExcludePunctuation: options.excludePunctuation?.toString(),
    ExcludeUppercase: options.excludeUppercase?.toString(),
    IncludeSpace: options.includeSpace?.toString(),
    RequireEachIncludedType: options.requireEachIncludedType?.toString(),
    Revision: options.revision,
  };
}

function refuseImpossible(settings: GeneratedSettings): void {
  if (Token.isUnresolved(Number(settings.PasswordLength))) throw new Error('\'passwordLength\' is known only at deployment. Give a number.');
  const types = characterTypes(settings);
  if (types.length === 0) throw new Error('No character is left to make a value of; all are excluded. Exclude fewer characters.');
  const least = settings.RequireEachIncludedType === 'false' ? 1 : types.length;
  const length = Number(settings.PasswordLength);
  if (Number.isInteger(length) && length >= least) return;
  throw new Error(`'passwordLength' is ${settings.PasswordLength}; with these characters it must be a whole number from ${least} on, `
    + 'one for each type. Set a longer one, or requireEachIncludedType to false.');
}
