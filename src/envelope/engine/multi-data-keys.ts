import { DataKey, DataKeys, DataKeyUse, EncryptedDataKey, WrappingDataKeys } from './data-keys';
import { EncryptionContext } from './encryption-context';
import { DataKeyError } from './errors';
import { firstOpened } from './first-opened';
import { requireMethods } from './option-checks';

const OWNERS = 'Give KmsDataKeys or RawAesDataKeys.';

/** Several owners of the same data keys. */
export interface MultiDataKeysProps {
  /** Makes every data key, and is asked first to open one. */
  readonly generator: DataKeys;

  /** Encrypt the same data key, each for itself. */
  readonly others: readonly WrappingDataKeys[];
}

/**
 * Data keys of several owners, as keys of several accounts or Regions. All of them take part in sealing: if one fails, nothing is sealed.
 * Any one of them opens, which is as safe as the least safe of them.
 */
export class MultiDataKeys implements DataKeys {
  /** @throws EnvelopeOptionError */
  constructor(private readonly props: MultiDataKeysProps) {
    requireMethods('generator', props?.generator, ['generate', 'open'], OWNERS);
    props.others.forEach((other, index) => requireMethods(`others[${index}]`, other, ['wrap', 'open'], OWNERS));
  }

  public async generate(encryptionContext: EncryptionContext, use?: DataKeyUse): Promise<DataKey> {
    const { generator, others } = this.props;
    const { plaintext, encrypted } = await generator.generate(encryptionContext, use);
    try {
      return { plaintext, encrypted: [...encrypted, ...await wrapAll(others, plaintext, encryptionContext)] };
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
  }

  /** In the order of the owners: first whoever is nearest. */
  public open(encrypted: readonly EncryptedDataKey[], encryptionContext: EncryptionContext): Promise<Uint8Array> {
    const owners = [this.props.generator, ...this.props.others];
    return firstOpened(owners, (owner) => owner.open(encrypted, encryptionContext),
      `None of the ${owners.length} owners of data keys opens one of the message; 'cause' has what each of them says.`);
  }
}

/** The encrypted forms of all owners. Fails only when no owner uses the data key any more, so that it can be zeroed. */
async function wrapAll(owners: readonly WrappingDataKeys[], dataKey: Uint8Array, context: EncryptionContext): Promise<EncryptedDataKey[]> {
  const settled = await Promise.allSettled(owners.map((owner) => owner.wrap(dataKey, context)));
  const refusals = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (refusals.length === 1) throw refusals[0];
  if (refusals.length > 0) throw new DataKeyError(`${refusals.length} of ${owners.length} owners did not encrypt the data key.`, new AggregateError(refusals));
  return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
