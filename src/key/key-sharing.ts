import { Aws, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
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
    return this.onlyPrincipals('roles', names, (name) => `role/${name}`);
  }

  /** Only users of these names. `*` and `?` are wildcards. */
  public users(...names: string[]): KeySharing {
    return this.onlyPrincipals('users', names, (name) => `user/${name}`);
  }

  /** Only people who come through these permission sets of IAM Identity Center (its User Guide, Referencing permission sets in resource policies). */
  public permissionSets(...names: string[]): KeySharing {
    const suffix = '?'.repeat(16); // else Auditor would let Auditor_Write in
    return this.onlyPrincipals('permissionSets', names, (name) => `role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${name}_${suffix}`);
  }

  /** Only to decrypt. Without `decryptOnly` and `encryptOnly` a key is shared for both. */
  public decryptOnly(): KeySharing {
    return this.only(DECRYPT);
  }

  /** Only to encrypt and to make data keys. */
  public encryptOnly(): KeySharing {
    return this.only(ENCRYPT);
  }

  /**
   * Only through these services in the key's Region, by their names in `kms:ViaService`: `s3`, `sqs`, …
   *
   * @throws when a service does not forward its callers to AWS KMS
   */
  public throughServices(...names: string[]): KeySharing {
    refuseEmpty('throughServices', names);
    const known = CATALOGUE.flatMap((facts) => facts.forwards?.viaService ?? []);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown) {
      throw new Error(`'${unknown}' is no service that is known to forward its callers to AWS KMS. Known are ${known.sort().join(', ')}.`);
    }
    return new KeySharing({ ...this.terms, services: [...this.terms.services, ...names] });
  }

  /** @internal */
  public _statement(key: Construct): ExplainedStatement {
    const { who, id } = this.terms;
    const stack = Stack.of(key);
    if (who === 'account' && id === stack.account) {
      throw new Error(`${key.node.path} is to be shared with account ${id}, which is its own. Grant to its roles: key.grantDecrypt(role), key.grantEncryptDecrypt(role).`);
    }
    const actions = this.terms.actions ?? [...new Set([...DECRYPT, ...ENCRYPT, 'kms:ReEncryptFrom'])].sort();
    const principal = { AWS: who === 'account' ? `arn:${Aws.PARTITION}:iam::${id}:root` : '*' };
    return {
      sid: this.sid(),
      reason: `Shared with ${who} ${id}${this.who()}; its IAM policies are the other half`,
      causes: [key.node.path],
      source: 'AWS KMS Developer Guide, Allowing users in other accounts to use a KMS key',
      statement: keyStatement(this.sid(), principal, actions, this.conditions(stack)),
    };
  }

  /**
   * The same sharing for a key that is only read any more; none where it is for encryption.
   *
   * @internal
   */
  public _toRead(): KeySharing | undefined {
    return this.terms.actions === ENCRYPT ? undefined : new KeySharing({ ...this.terms, actions: DECRYPT });
  }

  private conditions(stack: Stack): Conditions | undefined {
    const { who, id, principalArns, services } = this.terms;
    const equal = {
      ...(who === 'organization' && { 'aws:PrincipalOrgID': id }),
      ...(services.length > 0 && { 'kms:ViaService': services.map((name) => `${name}.${stack.region}.amazonaws.com`) }),
    };
    const conditions = {
      ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
      // A key policy that names everybody needs no IAM policy of the key's own account: its principals are granted to, not shared with.
      ...(who === 'organization' && { StringNotEquals: { 'aws:PrincipalAccount': stack.account } }),
      ...(principalArns.length > 0 && { ArnLike: { 'aws:PrincipalArn': principalArns } }),
    };
    return Object.keys(conditions).length > 0 ? conditions : undefined;
  }

  private who(): string {
    const { principalArns } = this.terms;
    return principalArns.length > 0 ? `, only ${principalArns.map((arn) => arn.split(':').at(-1)).join(', ')}` : '';
  }

  private sid(): string {
    const { who, id, actions } = this.terms;
    const what = actions === DECRYPT ? 'decrypt with' : actions === ENCRYPT ? 'encrypt with' : 'use';
    return `Allow ${who} ${id.replace('-', ' ')} to ${what} the key`;
  }

  private only(actions: readonly string[]): KeySharing {
    if (this.terms.actions) {
      throw new Error(`A sharing with ${this.terms.who} ${this.terms.id} is restricted twice; decryptOnly and encryptOnly exclude each other. `
        + 'Leave both out to share for both.');
    }
    return new KeySharing({ ...this.terms, actions });
  }

  private onlyPrincipals(method: string, names: string[], resourceOf: (name: string) => string): KeySharing {
    refuseEmpty(method, names);
    const unacceptable = names.find((name) => !/^[\w+=,.@/*?-]{1,512}$/.test(name));
    if (unacceptable !== undefined) {
      throw new Error(`'${unacceptable}' in ${method}() is no name; IAM accepts letters, digits and + = , . @ _ - in names, / in paths, and * and ? stand for any. `
        + 'Give the name alone, without arn:….');
    }
    const account = this.terms.who === 'account' ? this.terms.id : '*';
    const arns = names.map((name) => `arn:${Aws.PARTITION}:iam::${account}:${resourceOf(name)}`);
    return new KeySharing({ ...this.terms, principalArns: [...this.terms.principalArns, ...arns] });
  }
}

// No name would mean no restriction.
function refuseEmpty(method: string, names: string[]): void {
  if (names.length === 0) { throw new Error(`${method}() is given no name, which would share with everybody. Give names, or leave ${method}() out.`); }
}
