import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

type Context = Record<string, string>;

export const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const MATERIAL_ID = 'a1'.repeat(32);

export function serviceError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400, requestId: 'r-1' } });
}

/** One symmetric key with AES-256-GCM and the context as additional data, and a list of the calls it got. */
export class FakeKms {
  public readonly calls: { operation: string; input: any }[] = [];
  public readonly plaintexts: Uint8Array[] = [];
  public keyState = 'Enabled';
  public keySpec = 'SYMMETRIC_DEFAULT';

  private readonly material = randomBytes(32);

  /** Runs before each call, with its number; what it throws is the answer. */
  public before: (operation: string, call: number, input: any) => void = () => undefined;

  public async describeKey(input: { KeyId: string }) {
    this.enter('DescribeKey', input);
    return { KeyMetadata: { KeyId: KEY_ARN.split('/')[1], Arn: KEY_ARN, KeyState: this.keyState, KeySpec: this.keySpec, KeyUsage: 'ENCRYPT_DECRYPT' } };
  }

  public async generateDataKey(input: { KeyId: string; NumberOfBytes?: number; EncryptionContext?: Context }) {
    this.enter('GenerateDataKey', input);
    const Plaintext = this.track(randomBytes(input.NumberOfBytes ?? 32));
    return { Plaintext, CiphertextBlob: this.seal(Plaintext, input.EncryptionContext), KeyId: KEY_ARN, KeyMaterialId: MATERIAL_ID };
  }

  public async generateDataKeyWithoutPlaintext(input: { KeyId: string; NumberOfBytes?: number; EncryptionContext?: Context }) {
    this.enter('GenerateDataKeyWithoutPlaintext', input);
    return { CiphertextBlob: this.seal(randomBytes(input.NumberOfBytes ?? 32), input.EncryptionContext), KeyId: KEY_ARN, KeyMaterialId: MATERIAL_ID };
  }

  public async encrypt(input: { KeyId: string; Plaintext: Uint8Array; EncryptionContext?: Context }) {
    this.enter('Encrypt', input);
    if (input.Plaintext.length < 1 || input.Plaintext.length > 4096) throw serviceError('ValidationException');
    return { CiphertextBlob: this.seal(input.Plaintext, input.EncryptionContext), KeyId: KEY_ARN };
  }

  public async decrypt(input: { KeyId?: string; CiphertextBlob: Uint8Array; EncryptionContext?: Context }) {
    this.enter('Decrypt', input);
    return { Plaintext: this.track(this.open(input.CiphertextBlob, input.EncryptionContext)), KeyId: KEY_ARN, KeyMaterialId: MATERIAL_ID };
  }

  public async reEncrypt(input: {
    CiphertextBlob: Uint8Array; DestinationKeyId: string; SourceEncryptionContext?: Context; DestinationEncryptionContext?: Context;
  }) {
    this.enter('ReEncrypt', input);
    const plaintext = this.open(input.CiphertextBlob, input.SourceEncryptionContext);
    return { CiphertextBlob: this.seal(plaintext, input.DestinationEncryptionContext), KeyId: KEY_ARN };
  }

  private enter(operation: string, input: any): void {
    this.calls.push({ operation, input });
    this.before(operation, this.calls.length, input);
  }

  private track(plaintext: Buffer): Uint8Array {
    const copy = new Uint8Array(plaintext);
    this.plaintexts.push(copy);
    return copy;
  }

  private seal(plaintext: Uint8Array, context: Context = {}): Uint8Array {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.material, iv).setAAD(aad(context));
    return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  private open(blob: Uint8Array, context: Context = {}): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.material, blob.subarray(0, 12)).setAAD(aad(context)).setAuthTag(blob.subarray(-16));
      return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
    } catch {
      throw serviceError('InvalidCiphertextException');
    }
  }
}

function aad(context: Context): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1))));
}
