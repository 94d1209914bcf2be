import { DataKeyClient, DataKeyPairClient, KmsKeyClient } from '../../../src/envelope/engine';
import { LocalKms } from '../../../src/testing';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const [IRELAND, VIRGINIA] = ['eu-west-1', 'us-east-1'];

type RecordedClient = DataKeyClient & KmsKeyClient & DataKeyPairClient;
type Operation = 'generateDataKey' | 'generateDataKeyPair' | 'generateDataKeyPairWithoutPlaintext' | 'encrypt' | 'decrypt' | 'reEncrypt';

/** A key of AWS KMS as the application's role sees it, what it was asked, and what plaintext it gave out. */
export class RecordedKey {
  public readonly calls: string[] = [];
  public readonly plaintexts: Uint8Array[] = [];
  public readonly client: RecordedClient;

  constructor(public readonly arn: string, kms: RecordedClient) {
    const recorded = (operation: Operation) => async (request: any) => {
      this.calls.push(operation);
      const answer = await kms[operation]!(request) as { Plaintext?: Uint8Array; PrivateKeyPlaintext?: Uint8Array };
      const plaintext = answer.Plaintext ?? answer.PrivateKeyPlaintext;
      if (plaintext) this.plaintexts.push(plaintext);
      return answer as any;
    };
    this.client = {
      generateDataKey: recorded('generateDataKey'),
      encrypt: recorded('encrypt'),
      decrypt: recorded('decrypt'),
      reEncrypt: recorded('reEncrypt'),
      generateDataKeyPair: recorded('generateDataKeyPair'),
      generateDataKeyPairWithoutPlaintext: recorded('generateDataKeyPairWithoutPlaintext'),
    };
  }
}

/** Two keys in a KMS that enforces their policies: one of the role's account in Ireland, one of another account in Virginia. */
export async function twoAccounts() {
  const local = new LocalKms();
  const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }];
  const role = { arn: `arn:aws:iam::${ACCOUNT}:role/App`, identityPolicies: [{ Version: '2012-10-17', Statement }] as never };
  const newKey = async (account: string, region: string) => {
    const owner = local.as(`arn:aws:iam::${account}:root`, { region });
    const accounts = { Effect: 'Allow', Principal: { AWS: [account, ACCOUNT] }, Action: 'kms:*', Resource: '*' };
    const { KeyMetadata } = await owner.createKey({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: [accounts] }) });
    await owner.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyMetadata.Arn });
    return { owner, key: new RecordedKey(KeyMetadata.Arn, local.as(role, { region }) as never) };
  };
  const [own, other] = [await newKey(ACCOUNT, IRELAND!), await newKey(OTHER_ACCOUNT, VIRGINIA!)];
  return { own: own.key, ownOwner: own.owner, other: other.key, otherOwner: other.owner };
}
