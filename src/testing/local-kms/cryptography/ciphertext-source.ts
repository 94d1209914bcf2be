import { CIPHERTEXT_KEY, type Call } from '../call';
import { headerOf } from './ciphertext';
import { decryptWith, isSymmetric, type Decrypted } from './encryption';
import { accessDeniedToUnknown } from '../callers/authorization';
import type { RequestFacts } from '../callers/request-context';
import { KmsException } from '../exceptions';
import type { Key } from '../keys/key';

/** The members by which Decrypt and ReEncrypt name what they decrypt. */
interface SourceRequest extends RequestFacts {
  readonly CiphertextBlob?: Uint8Array | undefined;
  readonly DryRunModifiers?: readonly string[] | undefined;
}

/** A ciphertext and the key that is to decrypt it. */
export class CiphertextSource {
  public readonly key: Key;
  private readonly blob: Uint8Array | undefined;

  /** The key is the one that the request names, else the one that the ciphertext names. */
  constructor(private readonly call: Call, private readonly action: string, private readonly request: SourceRequest) {
    this.blob = ignoresCiphertext(request) ? undefined : request.CiphertextBlob ?? missing('ciphertextBlob');
    this.key = request.KeyId === undefined ? this.keyOfBlob(this.blob ?? missing('keyId')) : call.resolve(request.KeyId);
  }

  /** @throws `AccessDeniedException` */
  public authorize(facts: RequestFacts = {}): void {
    this.call.authorize(this.action, this.key, { ...this.request, ...facts });
  }

  /**
   * Whether the key can decrypt it.
   *
   * @throws `IncorrectKeyException` when it was encrypted under another key than the request names
   */
  public requireFit(): void {
    this.call.requireFit(this.key, this.request);
    // Nothing in an RSA ciphertext tells its key.
    if (!this.blob || !isSymmetric(this.request.EncryptionAlgorithm)) { return; }
    const { account, keyId } = headerOf(this.blob);
    if (account !== this.key.account || keyId !== this.key.id) {
      throw new KmsException('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
    }
  }

  /** To be called when the request is no dry run: only that may come without a ciphertext. */
  public decrypt(): Decrypted {
    return decryptWith(this.key, this.blob!, this.request);
  }

  private keyOfBlob(blob: Uint8Array): Key {
    const { account, keyId } = headerOf(blob);
    const { store, caller, now } = this.call;
    const key = store.key(store.arn({ account, region: caller.region }, `key/${keyId}`), now);
    if (key) { return key; }
    throw accessDeniedToUnknown({ caller, action: this.action }, CIPHERTEXT_KEY, `there is no such key in ${caller.region}`);
  }
}

// A dry run may go without a ciphertext (API Reference, DryRunModifiers).
function ignoresCiphertext({ DryRun, DryRunModifiers }: SourceRequest): boolean {
  const ignores = DryRunModifiers?.includes('IGNORE_CIPHERTEXT') ?? false;
  if (ignores && !DryRun) { throw new KmsException('ValidationException', 'DryRunModifiers require the DryRun parameter to be true.'); }
  return ignores;
}

function missing(member: string): never {
  throw new KmsException('ValidationException',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`);
}
