import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** Seals what tokens say, so that nothing needs to be remembered of them and nobody else can make one. */
export class TokenSeal {
  constructor(public readonly secret: KeyObject = createSecretKey(randomBytes(32))) {}

  /** @param purpose what alone the token is good for */
  public seal(purpose: string, content: string): Buffer {
    const iv = randomBytes(IV_LENGTH);
    const cipher = createCipheriv(CIPHER, this.secret, iv).setAAD(Buffer.from(purpose));
    return Buffer.concat([iv, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** The content; none when it was not sealed here, for that purpose. */
  public open(purpose: string, token: Uint8Array): string | undefined {
    try {
      const decipher = createDecipheriv(CIPHER, this.secret, token.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(token.subarray(-TAG_LENGTH));
      return Buffer.concat([decipher.update(token.subarray(IV_LENGTH, -TAG_LENGTH)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
