import { FOREVER, importing, material, OAEP, type CreateKey } from './importing';
import { allowed, bytes, clock, DAY, exceptionOf, newKey, READER, scene } from './scene';
import { wrap, wrapped } from './wrapped-key-material';
import type { KmsClient } from '../../../src/testing';

describe('the wrapping', () => {
  it.each([
    ['RSAES_OAEP_SHA_1', 'RSA_2048', 256], ['RSAES_OAEP_SHA_256', 'RSA_3072', 384], ['RSAES_OAEP_SHA_256', 'RSA_4096', 512],
  ] as const)('may be %s with a key of %s', async (WrappingAlgorithm, WrappingKeySpec, length) => {
    const { root, KeyId } = await importing();
    const offer = await wrapped(root, KeyId, material(1), { WrappingAlgorithm, WrappingKeySpec });
    expect(offer.EncryptedKeyMaterial).toHaveLength(length);
    await root.importKeyMaterial({ KeyId, ...offer, ...FOREVER });
  });

  it.each<[string, CreateKey, object]>([
    ['PKCS #1', {}, { WrappingAlgorithm: 'RSAES_PKCS1_V1_5', WrappingKeySpec: 'RSA_2048' }],
    ['SM2', {}, { WrappingAlgorithm: 'SM2PKE', WrappingKeySpec: 'SM2' }],
    ['AES around a secret key', {}, { WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
    ['RSA alone around an RSA key', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }, { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_4096' }],
    ['RSA_2048 alone around a P521 key', { KeySpec: 'ECC_NIST_P521', KeyUsage: 'SIGN_VERIFY' }, OAEP],
    ['any, into a post-quantum key', { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' }, OAEP],
    ['any, into a key of AWS KMS\'s making', { Origin: 'AWS_KMS' }, OAEP],
  ])('may not be %s', async (_, request, wrapping) => {
    const { root, KeyId } = await importing(request);
    const asked = root.getParametersForImport({ KeyId, ...wrapping } as Parameters<KmsClient['getParametersForImport']>[0]);
    expect((await exceptionOf(asked)).name).toBe('UnsupportedOperationException');
  });

  it('is undone with the algorithm and the key of the import token', async () => {
    const { root, KeyId } = await importing();
    const asked = () => root.getParametersForImport({ KeyId, ...OAEP });
    const [{ PublicKey, ImportToken }, other] = [await asked(), await asked()];
    for (const EncryptedKeyMaterial of [
      wrap(material(1), PublicKey, 'RSAES_OAEP_SHA_1'), wrap(material(1), other.PublicKey, 'RSAES_OAEP_SHA_256'), material(1),
    ]) {
      expect((await exceptionOf(root.importKeyMaterial({ KeyId, ImportToken, EncryptedKeyMaterial, ...FOREVER }))).name).toBe('InvalidCiphertextException');
    }
    await root.importKeyMaterial({ KeyId, ImportToken, EncryptedKeyMaterial: wrap(material(1), PublicKey, 'RSAES_OAEP_SHA_256'), ...FOREVER });
  });
});

describe('the import token', () => {
  it('is good for 24 hours', async () => {
    const { root, KeyId, now, pass } = await importing();
    const { PublicKey, ImportToken, ParametersValidTo } = await root.getParametersForImport({ KeyId, ...OAEP });
    expect(ParametersValidTo).toEqual(new Date(now().getTime() + DAY));
    const request = { KeyId, ImportToken, EncryptedKeyMaterial: wrap(material(1), PublicKey, 'RSAES_OAEP_SHA_256'), ...FOREVER };
    pass(0.99);
    await root.importKeyMaterial(request);
    pass(0.01);
    expect((await exceptionOf(root.importKeyMaterial(request))).name).toBe('ExpiredImportTokenException');
  });

  it('is good for one key, and only as it was given', async () => {
    const { root, KeyId } = await importing();
    const other = await newKey(root, { Origin: 'EXTERNAL' });
    const { ImportToken, EncryptedKeyMaterial } = await wrapped(root, KeyId, material(1));
    const changed = Uint8Array.from(ImportToken);
    changed[40] = 255 - changed[40]!;
    const attempt = async (key: string, token: Uint8Array) =>
      (await exceptionOf(root.importKeyMaterial({ KeyId: key, ImportToken: token, EncryptedKeyMaterial, ...FOREVER }))).name;
    expect(await attempt(other, ImportToken)).toBe('InvalidImportTokenException');
    expect(await attempt(KeyId, changed)).toBe('InvalidImportTokenException');
    expect(await attempt(KeyId, bytes('x'))).toBe('InvalidImportTokenException');
    expect(await attempt(KeyId, ImportToken)).toBeUndefined();
  });
});

describe('condition keys', () => {
  it.each<[string, string, object, object, string | undefined]>([
    ['GetParametersForImport', 'kms:WrappingAlgorithm', { StringEquals: { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256' } }, {}, undefined],
    ['GetParametersForImport', 'kms:WrappingAlgorithm', { StringEquals: { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_1' } }, {}, 'AccessDeniedException'],
    ['GetParametersForImport', 'kms:WrappingKeySpec', { StringEquals: { 'kms:WrappingKeySpec': 'RSA_2048' } }, {}, undefined],
    ['GetParametersForImport', 'kms:WrappingKeySpec', { StringEquals: { 'kms:WrappingKeySpec': 'RSA_4096' } }, {}, 'AccessDeniedException'],
    ['ImportKeyMaterial', 'kms:ExpirationModel', { StringEquals: { 'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES' } }, { ValidTo: new Date('2026-01-02T00:00:00Z') }, undefined],
    ['ImportKeyMaterial', 'kms:ExpirationModel', { StringEquals: { 'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES' } }, FOREVER, 'AccessDeniedException'],
    ['ImportKeyMaterial', 'kms:ValidTo', { DateLessThan: { 'kms:ValidTo': '2026-01-03T00:00:00Z' } }, { ValidTo: new Date('2026-01-02T00:00:00Z') }, undefined],
    ['ImportKeyMaterial', 'kms:ValidTo', { DateLessThan: { 'kms:ValidTo': '2026-01-03T00:00:00Z' } }, { ValidTo: new Date('2026-01-04T00:00:00Z') }, 'AccessDeniedException'],
  ])('%s heeds %s: %j', async (action, _, condition, request, exception) => {
    const { kms, root } = await scene(clock().now);
    const KeyId = await newKey(root, { Origin: 'EXTERNAL' });
    const reader = kms.as(allowed(READER, [action], condition));
    const attempt = action === 'ImportKeyMaterial'
      ? reader.importKeyMaterial({ KeyId, ...await wrapped(root, KeyId, material(1)), ...request })
      : wrapped(reader, KeyId, material(1));
    expect((await exceptionOf(attempt)).name).toBe(exception);
  });
});
