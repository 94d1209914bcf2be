import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { KMS } from '@aws-sdk/client-kms';
import { twoAccounts } from './two-accounts';
import { signOffline } from '../../../examples/offline-signature';
import { DataKeyPairSpec, EnvelopeOptionError, KmsDataKeyPairs, KmsKey, KmsKeyError } from '../../../src/envelope/engine';

const CONTEXT = { tenant: 'blue' };
const thrownBy = (promise: Promise<unknown>): Promise<any> => promise.then(() => { throw new Error('nothing was thrown'); }, (error) => error);

async function scene() {
  const at = await twoAccounts();
  const { KeyMetadata: { Arn: newArn } } = await at.ownOwner.createKey();
  const keyOf = (keyId: string) => new KmsKey({ client: at.own.client, keyId });
  return { ...at, newArn, keyOf, key: keyOf(at.own.arn), newKey: keyOf(newArn) };
}

describe('A small value', () => {
  it.each([1, 32, 4096])('of %i bytes is encrypted and decrypted by AWS KMS itself', async (length) => {
    const { own, ownOwner, key } = await scene();
    const value = randomBytes(length);
    const ciphertext = await key.encrypt(value, CONTEXT);
    expect(Buffer.from(await key.decrypt(ciphertext, CONTEXT))).toEqual(value);
    const { Plaintext } = await ownOwner.decrypt({ CiphertextBlob: ciphertext, EncryptionContext: CONTEXT });
    expect(Buffer.from(Plaintext)).toEqual(value);
    expect(own.calls).toEqual(['encrypt', 'decrypt']);
  });

  it('needs no context, and is the caller\'s to zero', async () => {
    const { own, key } = await scene();
    const value = Buffer.from('secret');
    const decrypted = await key.decrypt(await key.encrypt(value));
    expect(Buffer.from(decrypted).toString()).toBe('secret');
    expect([value.toString(), own.plaintexts[0] === decrypted]).toEqual(['secret', true]);
  });

  it.each<[string, number, RegExp]>([
    ['more than AWS KMS takes', 4097, /^'value' has 4097 bytes; kms:Encrypt takes 1 to 4096\. Seal larger and empty values with Envelope\.seal\(\)/],
    ['nothing', 0, /^'value' has 0 bytes; kms:Encrypt takes 1 to 4096\. Seal/],
  ])('of %s is refused without a call, with the envelope as the remedy', async (_, length, message) => {
    const { own, key } = await scene();
    const error = await thrownBy(key.encrypt(Buffer.alloc(length)));
    expect(error).toBeInstanceOf(EnvelopeOptionError);
    expect(error.message).toMatch(message);
    expect(own.calls).toEqual([]);
  });

  it('is not decrypted from what cannot be its ciphertext, without a call', async () => {
    const { own, key } = await scene();
    for (const call of [key.decrypt(Buffer.alloc(6145)), key.reEncrypt(Buffer.alloc(6145), { sourceKeyId: own.arn })]) {
      expect((await thrownBy(call)).message).toMatch(/^'ciphertext' has 6145 bytes; kms:(?:Decrypt|ReEncrypt) takes 1 to 6144\. Messages of Envelope\.seal\(\) are opened with/);
    }
    await expect(key.encrypt('secret' as never)).rejects.toThrow("'value' is of type string");
    await expect(key.decrypt('c2VjcmV0' as never)).rejects.toThrow("'ciphertext' is of type string");
    expect(own.calls).toEqual([]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['another context', { tenant: 'red' }, 'own', /^kms:Decrypt under \S+ failed with InvalidCiphertextException\. Give what was encrypted, unchanged, with the very/],
    ['another key', CONTEXT, 'newArn', /^kms:Decrypt under \S+ failed with IncorrectKeyException\. It was encrypted under another key/],
  ])('is not decrypted with %s, and the error tells no context', async (_, context, which, message) => {
    const { own, newArn, key, keyOf } = await scene();
    const ciphertext = await key.encrypt(Buffer.from('secret'), CONTEXT);
    const error = await thrownBy(keyOf(which === 'own' ? own.arn : newArn).decrypt(ciphertext, context));
    expect(error).toBeInstanceOf(KmsKeyError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/red|blue|secret/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('is not taken, and zeroed, from another key than the named one', async () => {
    const { own, newArn } = await scene();
    const Plaintext = new Uint8Array([1, 2, 3]);
    const liar = { ...own.client, decrypt: async () => ({ Plaintext, KeyId: newArn }) };
    await expect(new KmsKey({ client: liar, keyId: own.arn }).decrypt(Buffer.of(1))).rejects.toThrow(`kms:Decrypt under ${own.arn} answered for ${newArn}`);
    expect(Plaintext).toEqual(new Uint8Array(3));
  });

  it('moves to another key, and to another context if one is given, without leaving AWS KMS', async () => {
    const { own, key, newKey } = await scene();
    const ciphertext = await key.encrypt(Buffer.from('secret'), CONTEXT);
    const same = await newKey.reEncrypt(ciphertext, { sourceKeyId: own.arn, sourceEncryptionContext: CONTEXT });
    const other = await newKey.reEncrypt(ciphertext, { sourceKeyId: 'alias/orders', sourceEncryptionContext: CONTEXT, encryptionContext: {} });
    expect(own.plaintexts).toEqual([]);
    expect(Buffer.from(await newKey.decrypt(same, CONTEXT)).toString()).toBe('secret');
    expect(Buffer.from(await newKey.decrypt(other)).toString()).toBe('secret');
    await expect(newKey.decrypt(other, CONTEXT)).rejects.toThrow(KmsKeyError);
    await expect(key.decrypt(same, CONTEXT)).rejects.toThrow(KmsKeyError);
  });

  it('does not move from another key or context than it has, and the error names both keys', async () => {
    const { own, newArn, key, newKey } = await scene();
    const ciphertext = await key.encrypt(Buffer.from('secret'), CONTEXT);
    const error = await thrownBy(newKey.reEncrypt(ciphertext, { sourceKeyId: newArn, sourceEncryptionContext: CONTEXT }));
    expect(error.message).toMatch(`kms:ReEncrypt under ${newArn} to ${newArn} failed with IncorrectKeyException.`);
    await expect(newKey.reEncrypt(ciphertext, { sourceKeyId: own.arn })).rejects.toThrow(/InvalidCiphertextException/);
    await expect(newKey.reEncrypt(ciphertext, {} as never)).rejects.toThrow("'sourceKeyId' is of type undefined");
  });

  it('is refused with what is missing', async () => {
    const { own, key } = await scene();
    expect(() => new KmsKey({ client: {} as never, keyId: 'k' })).toThrow('lacks encrypt() and decrypt() and reEncrypt()');
    expect(() => new KmsKey({ client: own.client, keyId: '' })).toThrow("'keyId' is empty");
    const silent = new KmsKey({ client: { ...own.client, encrypt: async () => ({}), reEncrypt: async () => ({}) }, keyId: own.arn });
    await expect(silent.encrypt(Buffer.of(1))).rejects.toThrow(`kms:Encrypt under ${own.arn} answered without a ciphertext.`);
    await expect(silent.reEncrypt(await key.encrypt(Buffer.of(1)), { sourceKeyId: own.arn })).rejects.toThrow('answered without a ciphertext');
    expect(new KmsKey({ client: new KMS({ region: 'eu-west-1' }), keyId: own.arn })).toBeInstanceOf(KmsKey);
  });
});

describe('A data key pair', () => {
  async function pairs() {
    const at = await scene();
    const kms = { ...at.own.client };
    return { ...at, kms, keyPairs: new KmsDataKeyPairs({ client: kms, keyId: at.own.arn }) };
  }

  const SIGNING: [DataKeyPairSpec, string | null][] = [
    ['RSA_2048', 'sha256'], ['ECC_NIST_P256', 'sha256'], ['ECC_NIST_P384', 'sha384'], ['ECC_NIST_P521', 'sha512'], ['ECC_SECG_P256K1', 'sha256'],
    ['ECC_NIST_EDWARDS25519', null],
  ];

  it.each(SIGNING)('of %s signs at once, and later when it is opened; its bytes are zeroed each time', async (spec, hash) => {
    const { own, keyPairs } = await pairs();
    const { publicKey, privateKey, encryptedPrivateKey } = await keyPairs.generate(spec, CONTEXT);
    const opened = await keyPairs.openPrivateKey(encryptedPrivateKey, CONTEXT);
    expect(opened.equals(privateKey)).toBe(true);
    expect(createPublicKey(opened).equals(publicKey)).toBe(true);
    const document = Buffer.from('order 7');
    expect(verify(hash, document, publicKey, sign(hash, document, opened))).toBe(true);
    expect(verify(hash, Buffer.from('order 8'), publicKey, sign(hash, document, opened))).toBe(false);
    expect(own.plaintexts.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([false, false]);
  });

  it('is made without its private key in clear, and moves to another KMS key', async () => {
    const { own, newArn, newKey, kms, keyPairs } = await pairs();
    const stored = await keyPairs.generateWithoutPlaintext('ECC_NIST_P256', CONTEXT);
    expect(Object.keys(stored).sort()).toEqual(['encryptedPrivateKey', 'publicKey']);
    const moved = await newKey.reEncrypt(stored.encryptedPrivateKey, { sourceKeyId: own.arn, sourceEncryptionContext: CONTEXT });
    const opened = await new KmsDataKeyPairs({ client: kms, keyId: newArn }).openPrivateKey(moved, CONTEXT);
    expect(createPublicKey(opened).equals(stored.publicKey)).toBe(true);
  });

  it('does not open with another context or key, and what is no private key is zeroed', async () => {
    const { own, newArn, key, kms, keyPairs } = await pairs();
    const { encryptedPrivateKey } = await keyPairs.generateWithoutPlaintext('ECC_NIST_P256', CONTEXT);
    await expect(keyPairs.openPrivateKey(encryptedPrivateKey)).rejects.toThrow(/^kms:Decrypt under \S+ failed with InvalidCiphertextException/);
    await expect(new KmsDataKeyPairs({ client: kms, keyId: newArn }).openPrivateKey(encryptedPrivateKey, CONTEXT)).rejects.toThrow(/IncorrectKeyException/);
    const error = await thrownBy(keyPairs.openPrivateKey(await key.encrypt(Buffer.from('no private key'))));
    expect(error).toBeInstanceOf(KmsKeyError);
    expect(error.message).toBe(`AWS KMS answered under ${own.arn} with what Node.js does not read as a key.`);
    expect(own.plaintexts).toEqual([new Uint8Array(14)]);
    await expect(keyPairs.openPrivateKey('pem' as never)).rejects.toThrow("'encryptedPrivateKey' is of type string");
  });

  it('that AWS KMS does not make is an error with its answer, or with what is missing', async () => {
    const { own, kms, keyPairs } = await pairs();
    const refusal = Object.assign(new Error('no'), { name: 'UnsupportedOperationException' });
    kms.generateDataKeyPair = async () => { throw refusal; };
    const error = await thrownBy(keyPairs.generate('RSA_2048', CONTEXT));
    expect([error.message, error.cause]).toEqual([`kms:GenerateDataKeyPair under ${own.arn} failed with UnsupportedOperationException.`, refusal]);
    kms.generateDataKeyPairWithoutPlaintext = async () => ({}) as never;
    await expect(keyPairs.generateWithoutPlaintext('RSA_2048')).rejects.toThrow(`AWS KMS answered without a data key pair under ${own.arn}.`);
    kms.generateDataKeyPair = async () => ({}) as never;
    await expect(keyPairs.generate('RSA_2048')).rejects.toThrow(KmsKeyError);
    expect(new KmsDataKeyPairs({ client: new KMS({ region: 'eu-west-1' }), keyId: own.arn })).toBeInstanceOf(KmsDataKeyPairs);
  });

  it('signs any number of documents outside of AWS KMS, as the example shows', async () => {
    const { own, kms } = await pairs();
    await expect(signOffline(kms, own.arn, ['order 7', 'order 8', 'order 9'].map((text) => Buffer.from(text)))).resolves.toBe(true);
    expect(own.calls).toEqual(['generateDataKeyPairWithoutPlaintext', 'decrypt']);
  });
});
