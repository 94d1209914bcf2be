import { constants, createPublicKey, publicEncrypt, randomBytes, webcrypto } from 'node:crypto';
import { allowed, bytes, CONTEXT, exceptionOf, newKey, READER, ROOT } from './scene';
import { LocalKms } from '../../../src/testing';

const kms = new LocalKms();
const root = kms.as(ROOT);
const Plaintext = bytes('order 1');
const KeyUsage = 'ENCRYPT_DECRYPT' as const;
const SHA_1 = 'RSAES_OAEP_SHA_1';
const SHA_256 = 'RSAES_OAEP_SHA_256';

type Spec = 'RSA_2048' | 'RSA_3072' | 'RSA_4096';
const keys = new Map<Spec, Promise<string>>();
const keyOf = (KeySpec: Spec) => keys.get(KeySpec) ?? keys.set(KeySpec, newKey(root, { KeySpec, KeyUsage })).get(KeySpec)!;

// API Reference, Encrypt: the longest plaintext in bytes.
describe.each([
  ['RSA_2048', SHA_1, 214], ['RSA_2048', SHA_256, 190], ['RSA_3072', SHA_1, 342], ['RSA_3072', SHA_256, 318], ['RSA_4096', SHA_1, 470],
  ['RSA_4096', SHA_256, 446],
] as const)('%s encrypts with %s', (spec, EncryptionAlgorithm, max) => {
  it(`${max} bytes, which it decrypts, and not one more`, async () => {
    const KeyId = await keyOf(spec);
    const longest = Uint8Array.from(randomBytes(max));
    const { CiphertextBlob, ...answer } = await root.encrypt({ KeyId, Plaintext: longest, EncryptionAlgorithm });
    expect(answer).toMatchObject({ KeyId, EncryptionAlgorithm });
    expect(CiphertextBlob).toHaveLength(Number(spec.slice(4)) / 8);
    expect(await root.decrypt({ KeyId, CiphertextBlob, EncryptionAlgorithm })).toMatchObject({ KeyId, Plaintext: longest, EncryptionAlgorithm });
    expect(await exceptionOf(root.encrypt({ KeyId, Plaintext: new Uint8Array(max + 1), EncryptionAlgorithm }))).toEqual({
      name: 'ValidationException', message: `Algorithm ${EncryptionAlgorithm} and key spec ${spec} cannot encrypt data larger than ${max} bytes.`,
    });
  });

  it('so that it decrypts what its public key encrypted elsewhere', async () => {
    const KeyId = await keyOf(spec);
    const { PublicKey, ...shown } = await root.getPublicKey({ KeyId });
    expect(shown).toMatchObject({ KeyUsage, KeySpec: spec, EncryptionAlgorithms: [SHA_1, SHA_256] });
    const hash = EncryptionAlgorithm === SHA_1 ? 'SHA-1' : 'SHA-256';
    const publicKey = await webcrypto.subtle.importKey('spki', PublicKey, { name: 'RSA-OAEP', hash }, false, ['encrypt']);
    const CiphertextBlob = new Uint8Array(await webcrypto.subtle.encrypt({ name: 'RSA-OAEP' }, publicKey, Plaintext));
    expect((await root.decrypt({ KeyId, CiphertextBlob, EncryptionAlgorithm })).Plaintext).toEqual(Plaintext);
  });
});

describe('RSA ciphertext', () => {
  const encrypted = async (KeyId: string) => (await root.encrypt({ KeyId, Plaintext, EncryptionAlgorithm: SHA_256 })).CiphertextBlob;

  it('decrypts with its own key and algorithm only', async () => {
    const KeyId = await keyOf('RSA_2048');
    const other = await newKey(root, { KeySpec: 'RSA_2048', KeyUsage });
    const CiphertextBlob = await encrypted(KeyId);
    const { PublicKey } = await root.getPublicKey({ KeyId });
    const padding = constants.RSA_PKCS1_PADDING;
    const otherPadding = publicEncrypt({ key: createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }), padding }, Plaintext);
    const refused = { name: 'InvalidCiphertextException', message: '' };
    for (const request of [
      { KeyId: other, CiphertextBlob, EncryptionAlgorithm: SHA_256 },
      { KeyId, CiphertextBlob, EncryptionAlgorithm: SHA_1 },
      { KeyId, CiphertextBlob: CiphertextBlob.slice(1), EncryptionAlgorithm: SHA_256 },
      { KeyId, CiphertextBlob: CiphertextBlob.map((byte) => 255 - byte), EncryptionAlgorithm: SHA_256 },
      { KeyId, CiphertextBlob: Uint8Array.from(otherPadding), EncryptionAlgorithm: SHA_256 },
    ] as const) expect(await exceptionOf(root.decrypt(request))).toEqual(refused);
  });

  it('names neither its key nor its algorithm: the request does', async () => {
    const KeyId = await keyOf('RSA_2048');
    const CiphertextBlob = await encrypted(KeyId);
    const refusal = { name: 'InvalidCiphertextException', message: '(LocalKms: it is no ciphertext of a symmetric encryption key of LocalKms.)' };
    expect(await exceptionOf(root.decrypt({ CiphertextBlob, EncryptionAlgorithm: SHA_256 }))).toEqual(refusal);
    const incompatible = { name: 'InvalidKeyUsageException', message: 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.' };
    expect(await exceptionOf(root.decrypt({ KeyId, CiphertextBlob }))).toEqual(incompatible);
    expect(await exceptionOf(root.encrypt({ KeyId, Plaintext }))).toEqual(incompatible);
    expect(await exceptionOf(root.generateDataKey({ KeyId, KeySpec: 'AES_256' }))).toEqual(incompatible);
  });

  it('has no encryption context, and no key material id', async () => {
    const KeyId = await keyOf('RSA_2048');
    const CiphertextBlob = await encrypted(KeyId);
    const refused = { name: 'ValidationException', message: `An encryption context takes a symmetric encryption key; the key spec of ${KeyId} is RSA_2048.` };
    const facts = { KeyId, EncryptionAlgorithm: SHA_256, EncryptionContext: CONTEXT } as const;
    expect(await exceptionOf(root.encrypt({ ...facts, Plaintext }))).toEqual(refused);
    expect(await exceptionOf(root.decrypt({ ...facts, CiphertextBlob }))).toEqual(refused);
    const answer = await root.decrypt({ ...facts, CiphertextBlob, EncryptionContext: {} });
    expect(answer).toMatchObject({ Plaintext, KeyMaterialId: undefined });
  });

  it('is encrypted again under a symmetric key, and back', async () => {
    const rsa = await keyOf('RSA_3072');
    const symmetric = await newKey(root);
    const there = await root.reEncrypt({
      CiphertextBlob: await encrypted(rsa),
      SourceKeyId: rsa,
      SourceEncryptionAlgorithm: SHA_256,
      DestinationKeyId: symmetric,
      DestinationEncryptionContext: CONTEXT,
    });
    const ids = { SourceKeyId: rsa, KeyId: symmetric, SourceKeyMaterialId: undefined, DestinationKeyMaterialId: expect.any(String) };
    expect(there).toMatchObject({ ...ids, SourceEncryptionAlgorithm: SHA_256, DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    const back = await root.reEncrypt({
      CiphertextBlob: there.CiphertextBlob, SourceEncryptionContext: CONTEXT, DestinationKeyId: rsa, DestinationEncryptionAlgorithm: SHA_1,
    });
    expect(back).toMatchObject({ SourceKeyId: symmetric, KeyId: rsa, SourceKeyMaterialId: expect.any(String), DestinationKeyMaterialId: undefined });
    expect((await root.decrypt({ KeyId: rsa, CiphertextBlob: back.CiphertextBlob, EncryptionAlgorithm: SHA_1 })).Plaintext).toEqual(Plaintext);
  });

  it('has no room for whatever a symmetric key encrypted', async () => {
    const { CiphertextBlob } = await root.encrypt({ KeyId: await newKey(root), Plaintext: new Uint8Array(4096) });
    const request = { CiphertextBlob, DestinationKeyId: await keyOf('RSA_4096'), DestinationEncryptionAlgorithm: SHA_256 } as const;
    expect(await exceptionOf(root.reEncrypt(request))).toEqual({
      name: 'ValidationException', message: 'Algorithm RSAES_OAEP_SHA_256 and key spec RSA_4096 cannot encrypt data larger than 446 bytes.',
    });
  });

  it('is of an algorithm that conditions may demand', async () => {
    const KeyId = await keyOf('RSA_2048');
    const client = kms.as(allowed(READER, ['Encrypt'], { StringEquals: { 'kms:EncryptionAlgorithm': SHA_256 } }));
    await client.encrypt({ KeyId, Plaintext, EncryptionAlgorithm: SHA_256 });
    expect((await exceptionOf(client.encrypt({ KeyId, Plaintext, EncryptionAlgorithm: SHA_1 }))).name).toBe('AccessDeniedException');
  });
});
