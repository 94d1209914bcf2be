import { Aws } from 'aws-cdk-lib';
import { ExplainedStatement } from './explained-statement';
import { Conditions, keyStatement } from '../policy/statement';
import { CATALOGUE } from '../services/catalogue';

interface Terms {
  readonly who: 'account' | 'organization';
  readonly id: string;
  readonly principalArns: readonly string[];
  readonly actions?: readonly string[];
  readonly services: readonly string[];
}

const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];
const ENCRYPT = ['kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptTo'];

/**
 * With whom a key is shared, and for what: the key's half of access between accounts.
 *
 * The other half is an IAM policy in the other account, which `SharedKey` writes. The halves can be deployed in any order
 * (AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key).
 */
export class KeySharing {
  /**
   * The principals of one account, as far as its IAM policies allow them.
   *
   * @throws when the id is not 12 digits
   */
  public static account(accountId: string): KeySharing {
    if (!/^\d{12}$/.test(accountId)) {
      throw new Error(`'${accountId}' is no account id; those have 12 digits. Give the id of the account to share with as text, such as '111122223333'.`);
    }
    return new KeySharing({ who: 'account', id: accountId, principalArns: [], services: [] });
  }

  /**
   * The principals of every account of an organization, as far as their IAM policies allow them.
   *
   * @throws when the id does not look like `o-a1b2c3d4e5`
   */
  public static organization(organizationId: string): KeySharing {
    if (!/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
      throw new Error(`'${organizationId}' is no organization id; those are o- and 10 to 32 small letters and digits. AWS Organizations shows yours.`);
    }
    return new KeySharing({ who: 'organization', id: organizationId, principalArns: [], services: [] });
  }

  private constructor(private readonly terms: Terms) {}

  /** Only roles of these names. `*` and `?` are wildcards; a path goes before the name, as in `teams/orders-*`. */
  public roles(...names: string[]): KeySharing {
    return this.onlyPrincipals(names.map((name) => `role/${name}`));
  }

  /** Only users of these names. `*` and `?` are wildcards. */
  public users(...names: string[]): KeySharing {
    return this.onlyPrincipals(names.map((name) => `user/${name}`));
  }

  /** Only people who come through these permission sets of IAM Identity Center (its User Guide, Referencing permission sets in resource policies). */
  public permissionSets(...names: string[]): KeySharing {
    return this.onlyPrincipals(names.map((name) => `role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${name}_*`));
  }

  /** Only to decrypt. Without `decryptOnly` and `encryptOnly` a key is shared for both. */
  public decryptOnly(): KeySharing {
    return new KeySharing({ ...this.terms, actions: DECRYPT });
  }

  /** Only to encrypt and to make data keys. */
  public encryptOnly(): KeySharing {
    return new KeySharing({ ...this.terms, actions: ENCRYPT });
  }

  /**
   * Only through these services in the key's Region, by their names in `kms:ViaService`: `s3`, `sqs`, …
   *
   * @throws when a service does not forward its callers to AWS KMS
   */
  public throughServices(...names: string[]): KeySharing {
    const known = CATALOGUE.flatMap((facts) => facts.forwards?.viaService ?? []);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown) {
      throw new Error(`'${unknown}' is no service that is known to forward its callers to AWS KMS. Known are ${known.sort().join(', ')}.`);
    }
    return new KeySharing({ ...this.terms, services: [...this.terms.services, ...names] });
  }

  /** @internal */
  public _statement(region: string, cause: string): ExplainedStatement {
    const { who, id } = this.terms;
    const actions = this.terms.actions ?? [...new Set([...DECRYPT, ...ENCRYPT, 'kms:ReEncryptFrom'])].sort();
    const principal = { AWS: who === 'account' ? `arn:${Aws.PARTITION}:iam::${id}:root` : '*' };
    return {
      sid: this.sid(),
      reason: `Shared with ${who} ${id}; its IAM policies are the other half`,
      causes: [cause],
      source: 'AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key',
      statement: keyStatement(this.sid(), principal, actions, this.conditions(region)),
    };
  }

  private conditions(region: string): Conditions | undefined {
    const { who, id, principalArns, services } = this.terms;
    const equal = {
      ...(who === 'organization' && { 'aws:PrincipalOrgID': id }),
      ...(services.length > 0 && { 'kms:ViaService': services.map((name) => `${name}.${region}.amazonaws.com`) }),
    };
    const conditions = {
      ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
      ...(principalArns.length > 0 && { ArnLike: { 'aws:PrincipalArn': principalArns } }),
    };
    return Object.keys(conditions).length > 0 ? conditions : undefined;
  }

  private sid(): string {
    const { who, id, actions } = this.terms;
    const what = actions === DECRYPT ? 'decrypt with' : actions === ENCRYPT ? 'encrypt with' : 'use';
    return `Allow ${who} ${id.replace('-', ' ')} to ${what} the key`;
  }

  private onlyPrincipals(resources: string[]): KeySharing {
    const account = this.terms.who === 'account' ? this.terms.id : '*';
    const arns = resources.map((resource) => `arn:${Aws.PARTITION}:iam::${account}:${resource}`);
    return new KeySharing({ ...this.terms, principalArns: [...this.terms.principalArns, ...arns] });
  }
}
