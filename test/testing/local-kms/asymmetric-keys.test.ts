import { constants, createHash, createPublicKey, randomBytes, verify, type KeyObject } from 'node:crypto';
import { bytes, exceptionOf, newKey, ROOT } from './scene';
import { LocalKms } from '../../../src/testing';

const root = new LocalKms().as(ROOT);
const MESSAGE = bytes('order 1');

const publicKeyOf = async (KeyId: string): Promise<KeyObject> =>
  createPublicKey({ key: Buffer.from((await root.getPublicKey({ KeyId })).PublicKey), format: 'der', type: 'spki' });

type CreateKey = NonNullable<Parameters<typeof root.createKey>[0]>;
type Spec = NonNullable<CreateKey['KeySpec']>;
type SigningAlgorithm = Parameters<typeof root.sign>[0]['SigningAlgorithm'];
const SIGN_VERIFY = 'SIGN_VERIFY' as const;

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

// What verifies each outside of LocalKms (AWS KMS Developer Guide, Key spec reference; Offline verification).
const SIGNING: [spec: Spec, algorithm: SigningAlgorithm, hash: string, options: object][] = [
  ['RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256', PSS], ['RSA_2048', 'RSASSA_PSS_SHA_384', 'sha384', PSS], ['RSA_2048', 'RSASSA_PSS_SHA_512', 'sha512', PSS],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256', PKCS1], ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_384', 'sha384', PKCS1],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', 'sha512', PKCS1], ['RSA_3072', 'RSASSA_PSS_SHA_256', 'sha256', PSS],
  ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256', {}], ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384', {}], ['ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512', {}],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256', {}],
];

const keys = new Map<string, Promise<string>>();
const keyOf = (KeySpec: Spec, KeyUsage: CreateKey['KeyUsage'] = SIGN_VERIFY): Promise<string> => {
  const name = KeySpec + KeyUsage;
  return keys.get(name) ?? keys.set(name, newKey(root, { KeySpec, KeyUsage })).get(name)!;
};

describe.each(SIGNING)('%s signs with %s', (spec, SigningAlgorithm, hash, options) => {
  const verifies = async (Message: Uint8Array, Signature: Uint8Array) =>
    verify(hash, Message, { key: await publicKeyOf(await keyOf(spec)), ...options }, Signature);

  it('messages, so that the public key verifies them, and no other', async () => {
    const KeyId = await keyOf(spec);
    for (const Message of Array.from({ length: 20 }, () => Uint8Array.from(randomBytes(40)))) {
      const { Signature, ...answer } = await root.sign({ KeyId, Message, SigningAlgorithm });
      expect(answer).toMatchObject({ KeyId, SigningAlgorithm });
      expect(await verifies(Message, Signature)).toBe(true);
      expect(await verifies(MESSAGE, Signature)).toBe(false);
      expect(await root.verify({ KeyId, Message, Signature, SigningAlgorithm })).toMatchObject({ KeyId, SignatureValid: true, SigningAlgorithm });
    }
  });

  it('digests, which stand for their messages', async () => {
    const KeyId = await keyOf(spec);
    const digest = Uint8Array.from(createHash(hash).update(MESSAGE).digest());
    const { Signature } = await root.sign({ KeyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm });
    expect(await verifies(MESSAGE, Signature)).toBe(true);
    await root.verify({ KeyId, Message: MESSAGE, MessageType: 'RAW', Signature, SigningAlgorithm });
    await root.verify({ KeyId, Message: digest, MessageType: 'DIGEST', Signature, SigningAlgorithm });
    const short = root.sign({ KeyId, Message: digest.slice(1), MessageType: 'DIGEST', SigningAlgorithm });
    expect(await exceptionOf(short)).toEqual({ name: 'ValidationException', message: `Digest is invalid length for algorithm ${SigningAlgorithm}.` });
  });

  it('and refuses every other signature', async () => {
    const KeyId = await keyOf(spec);
    const { Signature } = await root.sign({ KeyId, Message: MESSAGE, SigningAlgorithm });
    // eslint-disable-next-line no-bitwise -- it is a bit that is flipped
    const flipped = Array.from({ length: Signature.length }, (_, at) => Signature.map((byte, i) => i === at ? byte ^ 1 : byte));
    const cut = [Signature.slice(1), Signature.slice(0, -1), Uint8Array.from([...Signature, 0]), bytes('x'), new Uint8Array(Signature.length)];
    for (const odd of [...flipped, ...cut]) {
      const answer = await exceptionOf(root.verify({ KeyId, Message: MESSAGE, Signature: odd, SigningAlgorithm }));
      expect(answer).toEqual({ name: 'KMSInvalidSignatureException', message: '' });
    }
    const other = root.verify({ KeyId, Message: bytes('order 2'), Signature, SigningAlgorithm });
    expect((await exceptionOf(other)).name).toBe('KMSInvalidSignatureException');
  });
});

describe('ECC_NIST_EDWARDS25519', () => {
  const SigningAlgorithm = 'ED25519_SHA_512';

  it('signs messages, so that the public key verifies them, and no others', async () => {
    const KeyId = await keyOf('ECC_NIST_EDWARDS25519');
    const { Signature } = await root.sign({ KeyId, Message: MESSAGE, SigningAlgorithm });
    expect(verify(null, MESSAGE, await publicKeyOf(KeyId), Signature)).toBe(true);
    await root.verify({ KeyId, Message: MESSAGE, Signature, SigningAlgorithm });
    const other = root.verify({ KeyId, Message: bytes('order 2'), Signature, SigningAlgorithm });
    expect((await exceptionOf(other)).name).toBe('KMSInvalidSignatureException');
  });

  it('takes no digests', async () => {
    const KeyId = await keyOf('ECC_NIST_EDWARDS25519');
    expect(await exceptionOf(root.sign({ KeyId, Message: MESSAGE, MessageType: 'DIGEST', SigningAlgorithm }))).toEqual({
      name: 'ValidationException', message: 'MessageType DIGEST is not valid for algorithm ED25519_SHA_512; it takes RAW.',
    });
  });
});

describe('a key', () => {
  it.each<[Spec, NonNullable<CreateKey['KeyUsage']>, object]>([
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'], CurrentKeyMaterialId: expect.any(String) }],
    ['ECC_NIST_P521', SIGN_VERIFY, { SigningAlgorithms: ['ECDSA_SHA_512'], CustomerMasterKeySpec: 'ECC_NIST_P521' }],
    ['ECC_NIST_EDWARDS25519', SIGN_VERIFY, { SigningAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] }],
    ['RSA_2048', SIGN_VERIFY, { SigningAlgorithms: expect.arrayContaining(['RSASSA_PSS_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_512']) }],
  ])('of %s for %s is described with what it does', async (KeySpec, KeyUsage, expected) => {
    const { KeyMetadata } = await root.describeKey({ KeyId: await keyOf(KeySpec, KeyUsage) });
    expect(KeyMetadata).toMatchObject({ KeySpec, KeyUsage, ...expected });
    const lists = Object.keys(KeyMetadata).filter((name) => name.endsWith('Algorithms'));
    expect(lists).toEqual(Object.keys(expected).filter((name) => name.endsWith('Algorithms')));
    expect('CurrentKeyMaterialId' in KeyMetadata).toBe(KeySpec === 'SYMMETRIC_DEFAULT');
  });

  it('shows its public key with its algorithms', async () => {
    const KeyId = await keyOf('ECC_NIST_P384');
    const answer = await root.getPublicKey({ KeyId });
    expect(answer).toMatchObject({ KeyId, KeySpec: 'ECC_NIST_P384', KeyUsage: SIGN_VERIFY, SigningAlgorithms: ['ECDSA_SHA_384'] });
    expect((await publicKeyOf(KeyId)).asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' });
  });

  it('does what its usage says, and with its own algorithms', async () => {
    const [signing, symmetric] = [await keyOf('ECC_NIST_P256'), await keyOf('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')];
    expect(await exceptionOf(root.sign({ KeyId: symmetric, Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256' }))).toEqual({
      name: 'InvalidKeyUsageException', message: `${symmetric} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
    });
    expect(await exceptionOf(root.encrypt({ KeyId: signing, Plaintext: MESSAGE }))).toEqual({
      name: 'InvalidKeyUsageException', message: `${signing} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    });
    expect((await exceptionOf(root.generateDataKey({ KeyId: signing, KeySpec: 'AES_256' }))).name).toBe('InvalidKeyUsageException');
    expect(await exceptionOf(root.sign({ KeyId: signing, Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_384' }))).toEqual({
      name: 'InvalidKeyUsageException', message: 'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
    });
  });

  it('that is no pair has no public key, and one that is a pair does not rotate', async () => {
    const [pair, symmetric] = [await keyOf('ECC_NIST_P256'), await keyOf('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')];
    const unsupported = (arn: string, spec: string) =>
      ({ name: 'UnsupportedOperationException', message: `${arn} key spec is ${spec} which is not valid for this operation.` });
    expect(await exceptionOf(root.getPublicKey({ KeyId: symmetric }))).toEqual(unsupported(symmetric, 'SYMMETRIC_DEFAULT'));
    for (const rotation of [root.enableKeyRotation, root.disableKeyRotation, root.getKeyRotationStatus]) {
      expect(await exceptionOf(rotation({ KeyId: pair }))).toEqual(unsupported(pair, 'ECC_NIST_P256'));
    }
  });
});
