import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { bytes, exceptionOf, newKey, ROOT } from './scene';
import { LocalKms } from '../../../src/testing';

const root = new LocalKms().as(ROOT);
const KeyUsage = 'KEY_AGREEMENT';
const KeyAgreementAlgorithm = 'ECDH';
const spki = { type: 'spki', format: 'der' } as const;

describe.each([['ECC_NIST_P256', 'P-256', 32], ['ECC_NIST_P384', 'P-384', 48], ['ECC_NIST_P521', 'P-521', 66]] as const)('a key of %s', (KeySpec, namedCurve, length) => {
  it('agrees on a secret with a pair outside, and says what it does', async () => {
    const { KeyMetadata } = await root.createKey({ KeySpec, KeyUsage });
    expect(KeyMetadata).toMatchObject({ KeySpec, KeyUsage, KeyAgreementAlgorithms: ['ECDH'] });
    const KeyId = KeyMetadata.Arn;
    const peer = generateKeyPairSync('ec', { namedCurve });
    const PublicKey = Uint8Array.from(peer.publicKey.export(spki));
    const { SharedSecret, ...answer } = await root.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm, PublicKey });
    expect(answer).toMatchObject({ KeyId, KeyAgreementAlgorithm, KeyOrigin: 'AWS_KMS' });
    const ours = createPublicKey({ key: Buffer.from((await root.getPublicKey({ KeyId })).PublicKey), ...spki });
    expect(Buffer.from(SharedSecret)).toEqual(diffieHellman({ privateKey: peer.privateKey, publicKey: ours }));
    expect(SharedSecret).toHaveLength(length);
  });

  it('agrees with another key of its spec', async () => {
    const [a, b] = [await newKey(root, { KeySpec, KeyUsage }), await newKey(root, { KeySpec, KeyUsage })];
    const derive = async (KeyId: string, peer: string) => {
      const { PublicKey } = await root.getPublicKey({ KeyId: peer });
      return (await root.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm, PublicKey })).SharedSecret;
    };
    expect(await derive(a, b)).toEqual(await derive(b, a));
    expect(await derive(a, b)).not.toEqual(await derive(a, a));
  });

  it.each([
    ['a public key of another curve', Uint8Array.from(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki))],
    ['an RSA key', Uint8Array.from(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export(spki))],
    ['no public key', bytes('x')],
  ])('refuses %s', async (_, PublicKey) => {
    const KeyId = await newKey(root, { KeySpec, KeyUsage });
    expect((await exceptionOf(root.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm, PublicKey }))).name).toBe('ValidationException');
  });
});

it('a key that signs agrees on nothing', async () => {
  const KeyId = await newKey(root, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const { PublicKey } = await root.getPublicKey({ KeyId });
  expect(await exceptionOf(root.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm, PublicKey }))).toEqual({
    name: 'InvalidKeyUsageException', message: `${KeyId} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.`,
  });
});
