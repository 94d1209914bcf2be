import { Arn, ArnFormat, Resource, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { granteeBehind } from './grantee';
import { otherRegionError } from './key-findings';
import { explicitActions } from '../policy/actions';
import { UsageIndex } from '../services/usage-index';

const ENCRYPT = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/**
 * A key of another account that is shared with this one: the IAM half of access between accounts.
 *
 * Its grants write IAM policies on exactly this key. What only the key policy could allow is refused with the remedy, instead of
 * being dropped as `Key.fromKeyArn` does. The key's own half is `key.shareWith(KeySharing.account(…))` in the app that owns it.
 */
export class SharedKey extends Resource implements kms.IKey {
  /**
   * @param keyArn the key's ARN, `arn:<partition>:kms:<region>:<account>:key/<id>`; an alias's ARN does not carry IAM permissions
   * @throws when `keyArn` is the ARN of an alias, or no ARN of a key
   */
  public static fromSharedKeyArn(scope: Construct, id: string, keyArn: string): SharedKey {
    return new SharedKey(scope, id, keyArn);
  }

  /** The ARN of the key. */
  public readonly keyArn: string;

  /** The id of the key, the part behind `key/`. */
  public readonly keyId: string;

  private constructor(scope: Construct, id: string, keyArn: string) {
    super(scope, id, { environmentFromArn: checkedKeyArn(keyArn) });
    this.node.addValidation({ validate: () => this.holdersElsewhere() });
    this.keyArn = keyArn;
    this.keyId = Arn.split(keyArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
  }

  /** A reference to the key. */
  public get keyRef(): kms.KeyReference {
    return { keyArn: this.keyArn, keyId: this.keyId };
  }

  /** Refused: aliases of a key live in the account of the key (AWS KMS Developer Guide, Aliases). */
  public addAlias(alias: string): kms.Alias {
    throw new Error(`'${alias}' cannot be an alias of ${this.keyArn}: an alias and its key belong to one account and Region. Use the key's ARN.`);
  }

  /** Refused: the policy of the key belongs to the account that owns it. */
  public addToResourcePolicy(statement: iam.PolicyStatement, _allowNoOp?: boolean): iam.AddToResourcePolicyResult {
    throw new Error(`The policy of ${this.keyArn} belongs to another app, so this statement cannot be added: ${JSON.stringify(statement.toStatementJson())}. `
      + 'Where the key is made, add it: key.authorize(KeyUse.of(…, { account })), key.shareWith(…) or key.addToResourcePolicy(…).');
  }

  /**
   * Allows `grantee`, a role or user of this account, the explicit actions on this key.
   *
   * @throws when `grantee` takes no IAM policies, such as a service principal or an immutable role
   */
  public grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    const { identity, conditions, takesNoPolicies } = granteeBehind(grantee.grantPrincipal);
    const grant = takesNoPolicies ? undefined : iam.Grant.addToPrincipal({
      grantee: { grantPrincipal: identity },
      actions: explicitActions(actions),
      resourceArns: [this.keyArn],
      conditions: conditions as Record<string, Record<string, unknown>>,
    });
    if (grant?.success) { return grant; }
    throw new Error(`${grantee.grantPrincipal} cannot be granted ${actions.join(', ')} on ${this.keyArn} from here: it takes no IAM policy of this app, `
      + 'and the key policy belongs to another account. Where the key is made, add key.authorize(KeyUse.of(…, { account })) or key.shareWith(…).');
  }

  /** Allows `grantee` to decrypt. */
  public grantDecrypt(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:Decrypt');
  }

  /** Allows `grantee` to encrypt and to make data keys. */
  public grantEncrypt(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ...ENCRYPT);
  }

  /** Allows `grantee` to encrypt and decrypt. */
  public grantEncryptDecrypt(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:Decrypt', ...ENCRYPT);
  }

  /** Allows `grantee` to sign. */
  public grantSign(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:Sign');
  }

  /** Allows `grantee` to verify signatures. */
  public grantVerify(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:Verify');
  }

  /** Allows `grantee` to sign and verify. */
  public grantSignVerify(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:Sign', 'kms:Verify');
  }

  /** Allows `grantee` to make message authentication codes. */
  public grantGenerateMac(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:GenerateMac');
  }

  /** Allows `grantee` to verify message authentication codes. */
  public grantVerifyMac(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'kms:VerifyMac');
  }

  private holdersElsewhere(): string[] {
    const holders = UsageIndex.during(this, false).holdersOfArn(this.keyArn);
    return holders.flatMap((holder) => otherRegionError(holder, this.env.region));
  }
}

function checkedKeyArn(keyArn: string): string {
  if (Token.isUnresolved(keyArn) || /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(keyArn)) { return keyArn; }
  const isAlias = keyArn.includes(':alias/') || keyArn.startsWith('alias/');
  throw new Error(`'${keyArn}' is ${isAlias ? 'an alias, and IAM gives no use of a key through the ARN of an alias' : 'no ARN of a key'}. `
    + 'Give the ARN of the key itself: arn:<partition>:kms:<region>:<account>:key/<key id>.');
}
