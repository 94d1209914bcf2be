import { generateKeyPairSync } from 'node:crypto';
import { RecordedKey } from './two-accounts';
import { DataKeyPairClient, DataKeyPairSpec } from '../../../src/envelope/engine';

const GENERATED: Record<DataKeyPairSpec, () => ReturnType<typeof generateKeyPairSync>> = {
  RSA_2048: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  RSA_3072: () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  RSA_4096: () => generateKeyPairSync('rsa', { modulusLength: 4096 }),
  ECC_NIST_P256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ECC_NIST_P384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ECC_NIST_P521: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ECC_SECG_P256K1: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  ECC_NIST_EDWARDS25519: () => generateKeyPairSync('ed25519'),
} as never;

/** What LocalKms does not do yet: pairs of Node.js, whose private keys LocalKms encrypts, with its permission for kms:Encrypt. */
export class DataKeyPairKms implements DataKeyPairClient {
  /** Private keys that were given out in clear. */
  public readonly privateKeys: Uint8Array[] = [];

  constructor(private readonly key: RecordedKey) {}

  public decrypt(request: Parameters<DataKeyPairClient['decrypt']>[0]) {
    return this.key.client.decrypt(request);
  }

  public async generateDataKeyPairWithoutPlaintext(request: Parameters<DataKeyPairClient['generateDataKeyPair']>[0]) {
    const { PrivateKeyPlaintext, ...stored } = await this.generateDataKeyPair(request);
    PrivateKeyPlaintext.fill(0);
    return stored;
  }

  public async generateDataKeyPair({ KeyId, KeyPairSpec, EncryptionContext }: Parameters<DataKeyPairClient['generateDataKeyPair']>[0]) {
    const { publicKey, privateKey } = GENERATED[KeyPairSpec]();
    const PrivateKeyPlaintext = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
    const { CiphertextBlob } = await this.key.client.encrypt({ KeyId, Plaintext: PrivateKeyPlaintext, EncryptionContext });
    this.privateKeys.push(PrivateKeyPlaintext);
    return { PrivateKeyPlaintext, PrivateKeyCiphertextBlob: CiphertextBlob!, PublicKey: publicKey.export({ type: 'spki', format: 'der' }), KeyId };
  }
}
