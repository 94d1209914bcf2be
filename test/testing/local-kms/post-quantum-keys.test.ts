import * as crypto from 'node:crypto';
import { allowed, bytes, exceptionOf, HAS_POST_QUANTUM, newKey, READER, ROOT } from './scene';
import { LocalKms } from '../../../src/testing';

const kms = new LocalKms();
const root = kms.as(ROOT);
const Message = bytes('order 1');
const SigningAlgorithm = 'ML_DSA_SHAKE_256';
const EncapsulationAlgorithm = 'ML_KEM';

const SIGNING = [['ML_DSA_44', 1312, 2420], ['ML_DSA_65', 1952, 3309], ['ML_DSA_87', 2592, 4627]] as const;
const ENCAPSULATING = [['ML_KEM_512', 800, 768], ['ML_KEM_768', 1184, 1088], ['ML_KEM_1024', 1568, 1568]] as const;

const newSigner = (KeySpec: (typeof SIGNING)[number][0] = 'ML_DSA_44') => newKey(root, { KeySpec, KeyUsage: 'SIGN_VERIFY' });
const newEncapsulator = (KeySpec: (typeof ENCAPSULATING)[number][0] = 'ML_KEM_512') => newKey(root, { KeySpec, KeyUsage: 'ENCAPSULATE_DECAPSULATE' });

const publicKeyOf = async (KeyId: string) =>
  crypto.createPublicKey({ key: Buffer.from((await root.getPublicKey({ KeyId })).PublicKey), format: 'der', type: 'spki' });

const withChange = (blob: Uint8Array) => blob.map((byte, at) => at === 100 ? 255 - byte : byte);

/** What this Node.js has more than its types. */
const { encapsulate, decapsulate } = crypto as unknown as {
  encapsulate: (key: crypto.KeyObject) => { sharedKey: Buffer; ciphertext: Buffer };
  decapsulate: (key: crypto.KeyObject, ciphertext: Uint8Array) => Buffer;
};

const withPostQuantum = HAS_POST_QUANTUM ? describe : describe.skip;
const withoutPostQuantum = HAS_POST_QUANTUM ? describe.skip : describe;

it('what follows is skipped only where Node.js lacks it', () => {
  const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number);
  expect(HAS_POST_QUANTUM).toBe(typeof encapsulate === 'function' && (major > 3 || (major === 3 && minor >= 5)));
});

withoutPostQuantum('this Node.js has no ML-DSA and no ML-KEM, so that', () => {
  it.each([...SIGNING.map(([spec]) => [spec, 'SIGN_VERIFY'] as const), ...ENCAPSULATING.map(([spec]) => [spec, 'ENCAPSULATE_DECAPSULATE'] as const)])(
    'LocalKms makes no %s key for %s and says which Node.js it takes', async (KeySpec, KeyUsage) => {
      expect(await exceptionOf(root.createKey({ KeySpec, KeyUsage }))).toEqual({
        name: 'UnsupportedOperationException',
        message: `LocalKms makes ${KeySpec.toLowerCase().replaceAll('_', '-')} keys where Node.js does: this is ${process.version}. `
          + 'Use Node.js 24 or later, with OpenSSL 3.5.',
      });
    });

  it('LocalKms makes no ML-KEM data key pairs', async () => {
    const KeyId = await newKey(root);
    expect((await exceptionOf(root.generateDataKeyPair({ KeyId, KeyPairSpec: 'ML_KEM_768' }))).name).toBe('UnsupportedOperationException');
  });
});

withPostQuantum.each(SIGNING)('a key of %s', (spec, publicBytes, signatureBytes) => {
  it('signs messages, so that its public key verifies them, and no others', async () => {
    const KeyId = await newSigner(spec);
    const { Signature, ...answer } = await root.sign({ KeyId, Message, SigningAlgorithm });
    expect(answer).toMatchObject({ KeyId, SigningAlgorithm });
    expect(Signature).toHaveLength(signatureBytes);
    const publicKey = await publicKeyOf(KeyId);
    expect(publicKey.export({ type: 'spki', format: 'der' })).toHaveLength(publicBytes + 22);
    expect(crypto.verify(null, Message, publicKey, Signature)).toBe(true);
    expect(crypto.verify(null, bytes('order 2'), publicKey, Signature)).toBe(false);
    expect(await root.verify({ KeyId, Message, Signature, SigningAlgorithm })).toMatchObject({ SignatureValid: true });
  });

  it('refuses every other signature', async () => {
    const KeyId = await newSigner(spec);
    const { Signature } = await root.sign({ KeyId, Message, SigningAlgorithm });
    const others = [
      { KeyId, Message: bytes('order 2'), Signature }, { KeyId: await newSigner(spec), Message, Signature }, { KeyId, Message, Signature: Signature.slice(1) },
      { KeyId, Message, Signature: withChange(Signature) }, { KeyId, Message, Signature: bytes('x') },
    ];
    for (const other of others) {
      expect(await exceptionOf(root.verify({ ...other, SigningAlgorithm }))).toEqual({ name: 'KMSInvalidSignatureException', message: '' });
    }
  });

  it('takes no digests, and says that Node.js takes no external mu', async () => {
    const KeyId = await newSigner(spec);
    const answer = (MessageType: 'DIGEST' | 'EXTERNAL_MU', length: number) =>
      exceptionOf(root.sign({ KeyId, Message: new Uint8Array(length), MessageType, SigningAlgorithm }));
    expect(await answer('DIGEST', 64)).toEqual({
      name: 'ValidationException', message: 'MessageType DIGEST is not valid for algorithm ML_DSA_SHAKE_256; it takes RAW and EXTERNAL_MU.',
    });
    expect(await answer('EXTERNAL_MU', 63)).toEqual({ name: 'ValidationException', message: 'Digest is invalid length for algorithm ML_DSA_SHAKE_256.' });
    expect(await answer('EXTERNAL_MU', 64)).toEqual({
      name: 'UnsupportedOperationException', message: 'LocalKms signs no EXTERNAL_MU: Node.js takes messages only. Send the message itself, as RAW.',
    });
  });
});

withPostQuantum.each(ENCAPSULATING)('a key of %s', (spec, publicBytes, ciphertextBytes) => {
  it('encapsulates a secret, which it decapsulates', async () => {
    const { KeyMetadata } = await root.createKey({ KeySpec: spec, KeyUsage: 'ENCAPSULATE_DECAPSULATE' });
    expect(KeyMetadata).toMatchObject({ KeySpec: spec, KeyUsage: 'ENCAPSULATE_DECAPSULATE', EncapsulationAlgorithms: ['ML_KEM'] });
    const KeyId = KeyMetadata.Arn;
    const { SharedSecret, SharedSecretCiphertextBlob, ...answer } = await root.encapsulate({ KeyId, EncapsulationAlgorithm });
    expect(answer).toMatchObject({ KeyId, EncapsulationAlgorithm });
    expect([SharedSecret.length, SharedSecretCiphertextBlob.length]).toEqual([32, ciphertextBytes]);
    const back = await root.decapsulate({ KeyId, SharedSecretCiphertextBlob, EncapsulationAlgorithm });
    expect(back).toMatchObject({ KeyId, SharedSecret, EncapsulationAlgorithm });
  });

  it('decapsulates what its public key encapsulated elsewhere', async () => {
    const KeyId = await newEncapsulator(spec);
    const publicKey = await publicKeyOf(KeyId);
    expect(publicKey.export({ type: 'spki', format: 'der' })).toHaveLength(publicBytes + 22);
    const { sharedKey, ciphertext } = encapsulate(publicKey);
    const { SharedSecret } = await root.decapsulate({ KeyId, SharedSecretCiphertextBlob: Uint8Array.from(ciphertext), EncapsulationAlgorithm });
    expect(Buffer.from(SharedSecret)).toEqual(sharedKey);
  });

  it('answers another ciphertext with another secret, and one of another length with an error', async () => {
    const KeyId = await newEncapsulator(spec);
    const { SharedSecret, SharedSecretCiphertextBlob } = await root.encapsulate({ KeyId, EncapsulationAlgorithm });
    const decapsulated = async (ciphertext: Uint8Array, key = KeyId) =>
      (await root.decapsulate({ KeyId: key, SharedSecretCiphertextBlob: ciphertext, EncapsulationAlgorithm })).SharedSecret;
    const changed = await decapsulated(withChange(SharedSecretCiphertextBlob));
    const ofAnother = await decapsulated(SharedSecretCiphertextBlob, await newEncapsulator(spec));
    for (const secret of [changed, ofAnother]) {
      expect(secret).toHaveLength(32);
      expect(secret).not.toEqual(SharedSecret);
    }
    expect(await exceptionOf(decapsulated(SharedSecretCiphertextBlob.slice(1)))).toEqual({ name: 'InvalidCiphertextException', message: '' });
  });

  it('is a data key pair, whose private key is the seed alone', async () => {
    const KeyId = await newKey(root);
    const pair = await root.generateDataKeyPair({ KeyId, KeyPairSpec: spec });
    expect(pair.PrivateKeyPlaintext).toHaveLength(86);
    const privateKey = crypto.createPrivateKey({ key: Buffer.from(pair.PrivateKeyPlaintext), format: 'der', type: 'pkcs8' });
    const { sharedKey, ciphertext } = encapsulate(crypto.createPublicKey({ key: Buffer.from(pair.PublicKey), format: 'der', type: 'spki' }));
    expect(decapsulate(privateKey, ciphertext)).toEqual(sharedKey);
    const { Plaintext } = await root.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob });
    expect(Plaintext).toEqual(pair.PrivateKeyPlaintext);
  });
});

withPostQuantum('ML-DSA and ML-KEM keys', () => {
  it('do what their usage says', async () => {
    const [signer, encapsulator, symmetric] = [await newSigner(), await newEncapsulator(), await newKey(root)];
    for (const [KeyId, usage] of [[signer, 'SIGN_VERIFY'], [symmetric, 'ENCRYPT_DECRYPT']] as const) {
      expect(await exceptionOf(root.encapsulate({ KeyId, EncapsulationAlgorithm }))).toEqual({
        name: 'InvalidKeyUsageException', message: `${KeyId} key usage is ${usage} which is not valid for Encapsulate.`,
      });
    }
    expect((await exceptionOf(root.sign({ KeyId: encapsulator, Message, SigningAlgorithm }))).name).toBe('InvalidKeyUsageException');
    expect(await exceptionOf(root.sign({ KeyId: signer, Message, SigningAlgorithm: 'ECDSA_SHA_256' }))).toEqual({
      name: 'InvalidKeyUsageException', message: 'Algorithm ECDSA_SHA_256 is incompatible with key spec ML_DSA_44.',
    });
  });

  it('are opened by grants', async () => {
    const KeyId = await newEncapsulator();
    const reader = kms.as(allowed(READER, []));
    const encapsulation = () => exceptionOf(reader.encapsulate({ KeyId, EncapsulationAlgorithm }));
    expect((await encapsulation()).name).toBe('AccessDeniedException');
    await root.createGrant({ KeyId, GranteePrincipal: READER, Operations: ['Encapsulate', 'GetPublicKey'] });
    expect(await encapsulation()).toEqual({});
  });

  it('of ML-KEM are not in China', async () => {
    const china = new LocalKms({ region: 'cn-north-1' }).as('arn:aws-cn:iam::111122223333:root');
    expect(await exceptionOf(china.createKey({ KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' }))).toEqual({
      name: 'UnsupportedOperationException', message: 'AWS KMS has no ML_KEM_512 keys in cn-north-1.',
    });
  });
});
