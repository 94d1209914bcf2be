import { DataKey, DataKeys, EncryptedDataKey } from './data-keys';
import { EncryptionContext } from './encryption-context';
import { DataKeyError, EnvelopeOptionError } from './errors';
import { firstOpened, ownerOf, ownersOf } from './first-opened';
import { DecryptClient } from './kms-decrypt';
import { KMS_PROVIDER_ID, openDataKey } from './kms-encrypted-data-key';
import { parseKeyArn } from './kms-key-arn';
import { AGGREGATED_CLIENT, requireMethods, requireWhole } from './option-checks';

const ACCOUNT = /^\d{12}$/;
const DEFAULT_MAX_CALLS = 5;

/** Whose keys may be asked, and where. */
export interface KmsDiscoveryProps {
  /** The client of each Region, by its name. Other Regions are not asked. */
  readonly clients: Readonly<Record<string, DecryptClient>>;

  /** Ids of the accounts whose keys may open a message: at least one. */
  readonly accounts: readonly string[];

  /** @default 'aws' */
  readonly partition?: string;

  /** Calls of `kms:Decrypt` per message at most: who wrote it chose how many keys it names. @default 5 */
  readonly maxCalls?: number;
}

/**
 * Opens what any key of the given accounts sealed: the messages say which. It only opens; to seal, name the key with `KmsDataKeys`.
 *
 * AWS Encryption SDK Developer Guide, "Using an AWS KMS discovery keyring". There is none without accounts: a message would choose
 * whose key answers for it.
 */
export class KmsDiscovery implements DataKeys {
  private readonly partition: string;
  private readonly maxCalls: number;

  /** @throws EnvelopeOptionError */
  constructor(private readonly props: KmsDiscoveryProps) {
    const { clients, accounts, partition = 'aws', maxCalls = DEFAULT_MAX_CALLS } = props;
    Object.entries(clients).forEach(([region, client]) => requireMethods(`clients['${region}']`, client, ['decrypt'], AGGREGATED_CLIENT));
    if (!Array.isArray(accounts) || accounts.length === 0 || !accounts.every((account) => ACCOUNT.test(account))) {
      throw new EnvelopeOptionError(`'accounts' is [${accounts}]; it takes the ids of one account or more, 12 digits each.`);
    }
    requireWhole('maxCalls', maxCalls, 1, Number.MAX_SAFE_INTEGER);
    this.partition = partition;
    this.maxCalls = maxCalls;
  }

  public async generate(): Promise<DataKey> {
    throw new DataKeyError('KmsDiscovery only opens messages: it names no key to seal under. Seal with KmsDataKeys.');
  }

  /** One data key after the other, in the order of the message. */
  public open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array> {
    const { accounts, clients } = this.props;
    const mine = encrypted.filter((one) => this.clientFor(one));
    const asked = mine.length > this.maxCalls ? `The first ${this.maxCalls} ('maxCalls') of ${mine.length} keys` : 'Keys';
    return firstOpened(mine.slice(0, this.maxCalls), (one) => openDataKey(this.clientFor(one)!, ownerOf(one), one, encryptionContext),
      `${asked} of account ${accounts.join(', ')} in ${Object.keys(clients).join(', ')} open no data key of the message; they are for ${ownersOf(encrypted)}.`);
  }

  private clientFor(encrypted: EncryptedDataKey): DecryptClient | undefined {
    const arn = parseKeyArn(ownerOf(encrypted));
    const { accounts, clients } = this.props;
    const isMine = encrypted.providerId === KMS_PROVIDER_ID && arn?.partition === this.partition && accounts.includes(arn.account);
    return isMine && Object.hasOwn(clients, arn.region) ? clients[arn.region] : undefined;
  }
}
