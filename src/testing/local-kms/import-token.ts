import { createCipheriv, createDecipheriv, createPrivateKey, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { KmsException } from './exceptions';
import type { WrappingAlgorithm } from './key-wrapping';

/** What GetParametersForImport and ImportKeyMaterial agree on. */
export interface ImportParameters {
  readonly algorithm: WrappingAlgorithm;
  readonly privateKey: KeyObject;
  readonly validTo: Date;
}

const CIPHER = 'aes-256-gcm';
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** Import tokens: the parameters themselves, sealed for one KMS key, so that nothing needs to be remembered of them. */
export class ImportTokens {
  constructor(public readonly secret: KeyObject = createSecretKey(randomBytes(32))) {}

  public seal(keyArn: string, { algorithm, privateKey, validTo }: ImportParameters): Uint8Array {
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    const iv = randomBytes(IV_LENGTH);
    const cipher = createCipheriv(CIPHER, this.secret, iv).setAAD(Buffer.from(keyArn));
    const sealed = cipher.update(JSON.stringify({ algorithm, pkcs8, validTo: validTo.getTime() }), 'utf8');
    return Uint8Array.from(Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]));
  }

  /** @throws `InvalidImportTokenException` when it is not one for this key; `ExpiredImportTokenException` */
  public open(keyArn: string, token: Uint8Array, now: Date): ImportParameters {
    const { algorithm, pkcs8, validTo } = JSON.parse(this.unsealed(keyArn, Buffer.from(token)));
    if (validTo <= now.getTime()) { throw new KmsException('ExpiredImportTokenException'); }
    const privateKey = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), type: 'pkcs8', format: 'der' });
    return { algorithm, privateKey, validTo: new Date(validTo) };
  }

  private unsealed(keyArn: string, token: Buffer): string {
    try {
      const decipher = createDecipheriv(CIPHER, this.secret, token.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH })
        .setAAD(Buffer.from(keyArn))
        .setAuthTag(token.subarray(-TAG_LENGTH));
      return Buffer.concat([decipher.update(token.subarray(IV_LENGTH, -TAG_LENGTH)), decipher.final()]).toString('utf8');
    } catch {
      throw new KmsException('InvalidImportTokenException');
    }
  }
}
